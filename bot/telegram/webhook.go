package telegram

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"sadasya/bot"
)

// maxBody bounds an update.
const maxBody = 1 << 20

// secretHeader carries the secret that setWebhook gave.
const secretHeader = "X-Telegram-Bot-Api-Secret-Token"

// Secret is the webhook's secret of a bot, derived from its token so that all
// replicas agree and nothing more must be kept.
func Secret(token string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("sadasya webhook secret"))
	return hex.EncodeToString(mac.Sum(nil))
}

// Webhook answers what Telegram posts. It must be served with short time-outs:
// see Server.
func (e *Edge) Webhook(secret string) http.Handler {
	wanted := []byte(secret)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		page := pages.Get().(*page)
		defer page.done()
		status := page.admit(w, req, wanted)
		if status != http.StatusOK {
			e.watch.Update(kindMalformed, refused, 0)
			w.Header().Set("Connection", "close")
			w.WriteHeader(status)
			return
		}
		var body []byte
		v, _ := e.take(e.within(), page.in.Bytes(), func(chat int64, m bot.Message) {
			page.out = appendCall(page.out[:0], chat, m)
			body = page.out
		})
		switch {
		case v == cut:
			w.WriteHeader(http.StatusBadRequest)
		case v == later:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		case v == failed:
			w.WriteHeader(http.StatusInternalServerError)
		case body != nil:
			w.Header()["Content-Type"] = jsonType
			_, _ = w.Write(body) // an update whose answer is lost comes again
		}
	})
}

// page is what one update is read into, and its answer written on.
type page struct {
	in  bytes.Buffer
	out []byte
}

// pages are used again: nothing of an update is kept but in copies.
var pages = sync.Pool{New: func() any { return &page{} }}

// done gives the page back. One that a large update has made large is not kept.
func (p *page) done() {
	if p.in.Cap()+cap(p.out) <= 64<<10 {
		pages.Put(p)
	}
}

// jsonType is never written to.
var jsonType = []string{"application/json"}

// admit checks method, secret, encoding and size before anything is believed,
// and reads the body.
func (p *page) admit(w http.ResponseWriter, req *http.Request, secret []byte) int {
	if req.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return http.StatusMethodNotAllowed
	}
	given := req.Header[secretHeader]
	if len(given) != 1 || subtle.ConstantTimeCompare([]byte(given[0]), secret) != 1 {
		return http.StatusUnauthorized
	}
	if enc := req.Header.Get("Content-Encoding"); enc != "" && enc != "identity" {
		return http.StatusUnsupportedMediaType
	}
	if req.ContentLength > maxBody {
		return http.StatusRequestEntityTooLarge
	}
	p.in.Reset()
	p.in.Grow(int(max(req.ContentLength, 0)) + bytes.MinRead)
	_, err := p.in.ReadFrom(http.MaxBytesReader(w, req.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case err != nil:
		return http.StatusBadRequest
	}
	return http.StatusOK
}

// readAll reads a body into one piece of the length that it announces, which
// may be unknown or wrong.
func readAll(body io.Reader, announced int64) ([]byte, error) {
	raw := bytes.NewBuffer(make([]byte, 0, max(announced, 0)+bytes.MinRead))
	_, err := raw.ReadFrom(body)
	return raw.Bytes(), err
}

// Server gives a handler the time-outs of a server that faces the world: a body
// that dribbles in is cut off after 5 s.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       5 * time.Second,
		WriteTimeout:      updateTimeout + 5*time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    16 << 10,
	}
}
