package telegramtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
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
	c := Call{Method: method, Params: params, At: time.Now()}
	if token != s.o.Token {
		writeAnswer(w, nil, &refusal{code: http.StatusUnauthorized, text: "Unauthorized"})
		return
	}
	f := s.fault(c)
	if latency := s.latency(); latency > 0 {
		select {
		case <-time.After(latency):
		case <-req.Context().Done():
			return
		}
	}
	switch {
	case f.DropBefore:
		panic(http.ErrAbortHandler)
	case f.Page:
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, "<html><body><h1>502 Bad Gateway</h1></body></html>")
		return
	case f.Status == http.StatusTooManyRequests:
		after := max(f.RetryAfter, 1)
		writeAnswer(w, nil, &refusal{code: f.Status, text: fmt.Sprintf("Too Many Requests: retry after %d", after), after: after})
		return
	case f.Status != 0:
		writeAnswer(w, nil, &refusal{code: f.Status, text: "Internal Server Error"})
		return
	}
	var result any
	if err == nil {
		result, err = s.execute(req, c, files)
	}
	if f.DropAfter {
		panic(http.ErrAbortHandler)
	}
	writeAnswer(w, result, err)
}

func (s *Server) latency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chaos.Latency
}

// execute checks a call's parameters, carries it out and remembers it.
func (s *Server) execute(req *http.Request, c Call, files map[string]File) (result any, err error) {
	defer func() {
		if err != nil {
			c.Error = err.Error()
		}
		s.mu.Lock()
		if len(s.calls) < s.o.Keep {
			s.calls = append(s.calls, c)
		}
		s.wake()
		s.mu.Unlock()
	}()
	known, ok := methods()[c.Method]
	if !ok {
		return nil, &refusal{code: http.StatusNotFound, text: "Not Found"}
	}
	for name, required := range known {
		_, there := c.Params[name]
		_, file := files[name]
		if required && !there && !file {
			return nil, bad("parameter %q is required", name)
		}
	}
	for name := range c.Params {
		if _, ok := known[name]; !ok {
			return nil, bad("telegramtest: %s has no parameter %q", c.Method, name)
		}
	}
	do, ok := s.handlers[c.Method]
	if !ok {
		return nil, bad("telegramtest: %s is not played here", c.Method)
	}
	return do(s, &request{http: req, params: c.Params, files: files})
}

// request is one call under way.
type request struct {
	http   *http.Request // nil in a webhook's response
	params map[string]string
	files  map[string]File
}

// File is what was sent as one.
type File struct {
	Name string
	Data []byte
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
