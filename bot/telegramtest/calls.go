package telegramtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// refusal is an error as Telegram answers it.
type refusal struct {
	code  int
	text  string
	after int
}

func (r *refusal) Error() string { return r.text }

func bad(format string, args ...any) error {
	return &refusal{code: http.StatusBadRequest, text: "Bad Request: " + fmt.Sprintf(format, args...)}
}

// serveCall answers one HTTP call.
func (s *Server) serveCall(w http.ResponseWriter, req *http.Request, token, method string) {
	params, files, err := readParams(req)
	c := Call{Method: method, Params: params, At: s.o.Now()}
	if token != s.o.Token {
		writeAnswer(w, nil, &refusal{code: http.StatusUnauthorized, text: "Unauthorized"})
		return
	}
	f := s.fault(c)
	s.travel(req.Context(), f.Latency/2) // what a dead caller had under way is lost here
	if f.DropBefore || f.Status != 0 || f.Page {
		s.fail(w, c, f)
		return
	}
	var result any
	if err == nil {
		result, err = s.execute(req, c, files)
	} else {
		s.record(c, err)
	}
	if f.DropAfter {
		panic(http.ErrAbortHandler)
	}
	s.travel(s.ctx, f.Latency/2)
	writeAnswer(w, result, err)
}

// travel is one way of a call. Where ctx ends meanwhile, the call does too.
func (s *Server) travel(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-ctx.Done():
		panic(http.ErrAbortHandler)
	case <-s.ctx.Done():
		panic(http.ErrAbortHandler)
	}
}

// fail gives a call a fault in place of its effect.
func (s *Server) fail(w http.ResponseWriter, c Call, f Fault) {
	if f.DropBefore {
		c.Fault = "the connection was dropped"
		s.record(c, nil)
		panic(http.ErrAbortHandler)
	}
	status := f.Status
	if status == 0 {
		status = http.StatusBadGateway
	}
	c.Fault = fmt.Sprintf("%d %s", status, http.StatusText(status))
	s.record(c, nil)
	switch {
	case f.Page:
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "<html><body><h1>%s</h1></body></html>", c.Fault)
	case status == http.StatusTooManyRequests:
		writeAnswer(w, nil, tooMany(f.RetryAfter))
	default:
		writeAnswer(w, nil, &refusal{code: status, text: http.StatusText(status)})
	}
}

// record remembers a call and how it ended.
func (s *Server) record(c Call, err error) {
	if err != nil {
		c.Error = err.Error()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.traceCall(c, err)
	if len(s.calls) < s.o.Keep {
		s.calls = append(s.calls, c)
	}
	s.wake(nil)
}

// execute checks a call's parameters, carries it out and remembers it. req is
// nil for a webhook's response.
func (s *Server) execute(req *http.Request, c Call, files map[string]File) (result any, err error) {
	defer func() { s.record(c, err) }()
	known, ok := methods()[c.Method]
	if !ok {
		return nil, &refusal{code: http.StatusNotFound, text: "Not Found"}
	}
	if err := checkParams(c, known, files); err != nil {
		return nil, err
	}
	do, ok := s.handlers[c.Method]
	if !ok {
		return nil, bad("telegramtest: %s is not played here", c.Method)
	}
	return do(s, &request{http: req, params: c.Params, files: files})
}

// checkParams holds parameters against the Bot API's description of the method.
// Telegram passes over a name that it does not know; here it is refused, for it
// is a slip.
func checkParams(c Call, known map[string]string, files map[string]File) error {
	for name, want := range known {
		_, there := c.Params[name]
		_, file := files[name]
		if strings.HasSuffix(want, "!") && !there && !file {
			return bad("parameter %q is required", name)
		}
	}
	attached := ""
	for name, value := range c.Params {
		want, ok := known[name]
		if !ok {
			return bad("telegramtest: %s has no parameter %q", c.Method, name)
		}
		if err := checkType(name, value, strings.TrimSuffix(want, "!")); err != nil {
			return err
		}
		if strings.Contains(value, "attach://") {
			attached += value
		}
	}
	for name := range files {
		if _, ok := known[name]; !ok && !strings.Contains(attached, "attach://"+name) {
			return bad("telegramtest: %s has no file %q", c.Method, name)
		}
	}
	return nil
}

func checkType(name, value, want string) error {
	switch want {
	case "Integer":
		if _, err := strconv.ParseInt(value, 10, 64); err != nil {
			return bad("telegramtest: parameter %q must be an integer", name)
		}
	case "Boolean":
		if _, err := strconv.ParseBool(value); err != nil {
			return bad("telegramtest: parameter %q must be true or false", name)
		}
	case "JSON":
		if value != "" && !json.Valid([]byte(value)) {
			if name == "reply_markup" {
				name = "reply keyboard markup"
			}
			return bad("can't parse %s JSON object", name)
		}
	}
	return nil
}

// request is one call under way.
type request struct {
	http   *http.Request // nil in a webhook's response
	params map[string]string
	files  map[string]File
}

// readParams takes parameters from wherever Telegram takes them.
func readParams(req *http.Request) (map[string]string, map[string]File, error) {
	params, files := map[string]string{}, map[string]File{}
	for name, values := range req.URL.Query() {
		params[name] = values[0]
	}
	kind, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		raw, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, nil, bad("can't read the body")
		}
		return params, files, jsonParams(raw, params)
	case "multipart/form-data":
		if err := req.ParseMultipartForm(64 << 20); err != nil {
			return nil, nil, bad("can't parse multipart: %v", err)
		}
		for name, values := range req.MultipartForm.Value {
			params[name] = values[0]
		}
		for name, headers := range req.MultipartForm.File {
			f, err := headers[0].Open()
			if err != nil {
				return nil, nil, bad("can't read file")
			}
			data, err := io.ReadAll(f)
			f.Close()
			if err != nil {
				return nil, nil, bad("can't read file")
			}
			files[name] = File{Name: headers[0].Filename, Data: data}
		}
		return params, files, nil
	}
	if err := req.ParseForm(); err != nil {
		return nil, nil, bad("can't parse the form")
	}
	for name, values := range req.PostForm {
		params[name] = values[0]
	}
	return params, files, nil
}

// jsonParams reads parameters as JSON: strings as they are, the rest as text.
func jsonParams(raw []byte, params map[string]string) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return bad("can't parse JSON")
	}
	for name, value := range fields {
		var text string
		if json.Unmarshal(value, &text) == nil {
			params[name] = text
		} else {
			params[name] = string(value)
		}
	}
	return nil
}

func writeAnswer(w http.ResponseWriter, result any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err == nil {
		_ = json.NewEncoder(w).Encode(map[string]any{"ok": true, "result": result})
		return
	}
	r := &refusal{code: http.StatusBadRequest, text: err.Error()}
	errors.As(err, &r)
	answer := map[string]any{"ok": false, "error_code": r.code, "description": strings.TrimSpace(r.text)}
	if r.after > 0 {
		answer["parameters"] = map[string]int{"retry_after": r.after}
	}
	w.WriteHeader(r.code)
	_ = json.NewEncoder(w).Encode(answer)
}
