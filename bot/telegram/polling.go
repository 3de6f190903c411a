package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// allowedUpdates are the kinds that decode knows.
const allowedUpdates = `["message","edited_message","callback_query","my_chat_member"]`

const (
	pollTimeout  = 50 * time.Second
	pollLimit    = 100
	slowestRetry = 30 * time.Second
)

// Poll fetches updates until ctx ends. An update is confirmed to Telegram only
// after it was handled; updates of one person are handled in order, those of
// different people at once. On return everything fetched is either handled or
// will be given again.
func (e *Edge) Poll(ctx context.Context) error {
	offset := int64(0)
	done := map[int64]bool{} // at or above offset, where an older one is not done yet
	for wait := 500 * time.Millisecond; ctx.Err() == nil; {
		batch, err := e.fetch(ctx, offset)
		if err != nil {
			if ctx.Err() != nil {
				break
			}
			var f *Failure
			if errors.As(err, &f) && f.Class == Unauthorized {
				return err
			}
			pause := wait + rand.N(wait)
			if errors.As(err, &f) && f.Class == Throttled {
				pause = f.After
			}
			e.log.Warn("no updates; trying again", "in", pause.Round(time.Millisecond), "error", err)
			sleep(ctx, pause)
			wait = min(wait*2, slowestRetry)
			continue
		}
		wait = 500 * time.Millisecond
		// Not the highest: after a quiet week ids go on anywhere, and an offset
		// above them all confirms nothing. Source: Bot API, Update.update_id.
		if confirmed := e.handleBatch(ctx, batch, done); confirmed > 0 {
			offset = confirmed
		}
	}
	// Tell Telegram what was handled, so that it is not given again.
	if offset > 0 {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		_, _ = e.api.call(last, "getUpdates", tgbotapi.Params{"offset": strconv.FormatInt(offset, 10), "limit": "1", "timeout": "0"})
	}
	return nil
}

func (e *Edge) fetch(ctx context.Context, offset int64) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout+callTimeout)
	defer cancel()
	raw, err := e.api.call(ctx, "getUpdates", tgbotapi.Params{
		"offset": strconv.FormatInt(offset, 10), "limit": strconv.Itoa(pollLimit),
		"timeout": strconv.Itoa(int(pollTimeout.Seconds())), "allowed_updates": allowedUpdates,
	})
	if err != nil {
		return nil, err
	}
	var batch []json.RawMessage
	if err := json.Unmarshal(raw, &batch); err != nil {
		return nil, &Failure{Class: Outage, Method: "getUpdates"}
	}
	return batch, nil
}

// handleBatch handles updates and returns the offset that confirms those before
// the first that is not done; what is done beyond it is kept in done, and not
// handled again when Telegram gives it again. 0: nothing is to be confirmed.
func (e *Edge) handleBatch(ctx context.Context, batch []json.RawMessage, done map[int64]bool) (offset int64) {
	type numbered struct {
		id  int64
		at  int
		raw []byte
	}
	lanes := map[int64][]numbered{}
	ids := make([]int64, len(batch))
	for i, raw := range batch {
		r, err := decode(raw, e.username())
		if err != nil {
			var id struct {
				ID int64 `json:"update_id"`
			}
			_ = json.Unmarshal(raw, &id) // Telegram numbers every update it gives
			r.ID = id.ID
		}
		ids[i] = r.ID
		if done[r.ID] {
			continue
		}
		lanes[r.Person] = append(lanes[r.Person], numbered{r.ID, i, raw})
	}
	finished := make([]bool, len(batch))
	var all sync.WaitGroup
	for _, lane := range lanes {
		all.Go(func() {
			for _, u := range lane {
				if !e.persist(ctx, u.raw) {
					return
				}
				finished[u.at] = true
			}
		})
	}
	all.Wait()
	for i, ok := range finished {
		if ok {
			done[ids[i]] = true
		}
	}
	for _, id := range ids {
		if !done[id] {
			break
		}
		delete(done, id)
		offset = id + 1
	}
	return offset
}

// pollGrace is how long an update under way may go on after ctx ended.
const pollGrace = 7 * time.Second

// stuckFor is how long one update may hold up the fetching of others.
const stuckFor = 2 * time.Second

// persist handles one update until it is done, ctx ends or it has held up the
// others for long enough; then Telegram gives it again. One that is under way
// when ctx ends is given pollGrace to finish.
func (e *Edge) persist(ctx context.Context, raw []byte) bool {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(pollGrace, cancel) })
	defer stop()
	began := time.Now()
	for wait := 100 * time.Millisecond; ctx.Err() == nil && time.Since(began) < stuckFor; wait *= 2 {
		within, cancel := context.WithTimeout(work, updateTimeout)
		v, _ := e.take(within, raw, nil)
		cancel()
		if v == handled || v == slowed || v == kept || v == cut {
			return true
		}
		sleep(ctx, wait)
	}
	return false
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
