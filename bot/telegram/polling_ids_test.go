package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// queue is Telegram's queue of updates in a function: an offset confirms what
// stands before it in the queue, and one above all ids confirms nothing.
type queue struct {
	mu    sync.Mutex
	ids   []int64
	asked int
	more  chan struct{} // closed and renewed when an update comes
}

func newQueue() *queue { return &queue{more: make(chan struct{})} }

func (q *queue) put(id int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ids = append(q.ids, id)
	close(q.more)
	q.more = make(chan struct{})
}

// RoundTrip answers getUpdates; with a time-out of 0 at once. Who asks again and
// again for the same hears no more.
func (q *queue) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	for {
		list, more := q.from(form.Get("offset"))
		if len(list) > 0 || form.Get("timeout") == "0" {
			answer, err := json.Marshal(map[string]any{"ok": true, "result": list})
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(answer))}, err
		}
		select {
		case <-more:
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
}

func (q *queue) from(offset string) (list []json.RawMessage, more chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.asked++; q.asked > 50 {
		return nil, nil
	}
	for i, id := range q.ids {
		if offset == strconv.FormatInt(id+1, 10) {
			q.ids = q.ids[i+1:]
			break
		}
	}
	for _, id := range q.ids {
		list = append(list, json.RawMessage(fmt.Sprintf(`{"update_id":%d,"message":%s}`, id, inside(said(person, "hi")))))
	}
	return list, q.more
}

// TestIDsThatBeginAnewAreConfirmed: after a quiet week they go on anywhere, also
// far below; each update is handled once all the same.
func TestIDsThatBeginAnewAreConfirmed(t *testing.T) {
	want := []int64{9_000_000_000, 40, 41, 8_000_000_000}
	b := &recorder{}
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		api := NewAPI("http://telegram.example", canaryToken)
		api.transport = q
		edge := NewEdge(b, api, func() string { return "" }, slog.New(slog.DiscardHandler))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error, 1)
		go func() { ended <- edge.Poll(ctx) }()
		for _, id := range want {
			q.put(id)
			synctest.Wait()
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	var handled []int64
	for _, u := range b.seen().Updates {
		handled = append(handled, u.ID)
	}
	if diff := cmp.Diff(want, handled); diff != "" {
		t.Errorf("handled (-want +got):\n%s", diff)
	}
}
