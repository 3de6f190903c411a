package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// The calls that every update makes go by a way of their own: JSON in, and of
// the answer only whether it was done. The library writes forms, in which a
// letter of Hindi is nine, and reads the whole message back: a third of what
// such a call costs.

// jsonHeader is never written to: a transport may not.
var jsonHeader = http.Header{"Content-Type": {"application/json"}}

// done begins every answer of a call that was carried out.
var done = []byte(`{"ok":true`)

// post makes one call whose result nobody needs. Errors: *Failure.
func (a *API) post(ctx context.Context, method string, body []byte) error {
	_, err := a.ask(ctx, method, body)
	return err
}

// ask makes one call and gives the whole answer. Errors: *Failure.
func (a *API) ask(ctx context.Context, method string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	address := *a.address
	address.Path += method
	began := time.Now()
	raw, status, err := a.exchange(ctx, &address, body)
	if err != nil {
		f := a.failed(method, status, err)
		a.told(method, began, f)
		return nil, f
	}
	a.told(method, began, nil)
	return raw, nil
}

func (a *API) exchange(ctx context.Context, to *url.URL, body []byte) (raw []byte, status int, err error) {
	req := (&http.Request{
		Method: http.MethodPost, URL: to, Host: to.Host, Header: jsonHeader, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		GetBody: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil },
	}).WithContext(ctx)
	res, err := a.transport.RoundTrip(req)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	raw, err = readAll(res.Body, res.ContentLength)
	if err == nil {
		err = refusalOf(raw)
	}
	return raw, res.StatusCode, err
}

// refusalOf reads an answer: nil where the call was carried out, *tgbotapi.Error
// where it was refused.
func refusalOf(raw []byte) error {
	if bytes.HasPrefix(raw, done) {
		return nil
	}
	var answer tgbotapi.APIResponse
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	if answer.Ok { // written in another manner
		return nil
	}
	refused := &tgbotapi.Error{Code: answer.ErrorCode, Message: answer.Description}
	if answer.Parameters != nil {
		refused.ResponseParameters = *answer.Parameters
	}
	return refused
}
