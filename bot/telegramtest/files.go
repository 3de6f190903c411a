package telegramtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"
)

// File is what was sent as one.
type File struct {
	Name string
	Data []byte
}

// Attachment is a file in a message.
type Attachment struct {
	Kind string `json:"kind"` // photo, document, voice …
	ID   string `json:"id"`
	Name string `json:"name"`
	Size int64  `json:"size"`
	Data []byte `json:"-"`
}

// wire is a file as updates and answers have it.
func (a *Attachment) wire() any {
	file := map[string]any{"file_id": a.ID, "file_unique_id": "u" + a.ID, "file_size": a.Size}
	switch a.Kind {
	case "photo": // in two sizes, as Telegram's come
		small := map[string]any{"file_id": a.ID, "file_unique_id": "s" + a.ID, "file_size": a.Size, "width": 90, "height": 67}
		file["width"], file["height"] = 1280, 960
		return []any{small, file}
	case "voice":
		file["duration"], file["mime_type"] = 3, "audio/ogg"
	default:
		file["file_name"] = a.Name
	}
	return file
}

// largestDownload is what getFile gives at most. Source: Bot API, getFile.
const largestDownload = 20 << 20

// attach keeps a file under an id of its own, so that it can be sent again and
// fetched.
func (s *Server) attach(kind string, f File) *Attachment {
	a := &Attachment{Kind: kind, Name: f.Name, Size: int64(len(f.Data)), Data: f.Data}
	s.mu.Lock()
	defer s.mu.Unlock()
	a.ID = "file-" + path.Base(a.Name)
	if _, taken := s.files[a.ID]; taken {
		a.ID = fmt.Sprintf("file-%d-%s", len(s.files), path.Base(a.Name))
	}
	s.files[a.ID] = a
	return a
}

// known finds a file that was sent before, by its id; nil: there is none.
func (s *Server) known(id string) *Attachment {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.files[id]
}

func sendFile(kind string) func(*Server, *request) (any, error) {
	return func(s *Server, r *request) (any, error) {
		p, err := s.chat(r)
		if err != nil {
			return nil, err
		}
		file, err := s.given(r, kind, kind, r.params[kind])
		if err != nil {
			return nil, err
		}
		return s.post(p, r, "caption", 1024, "message caption", file)
	}
}

// given finds the file that a parameter names: uploaded under that very name or
// by attach://, or sent before. Files from other servers are not played.
func (s *Server) given(r *request, kind, name, value string) (*Attachment, error) {
	if part, ok := strings.CutPrefix(value, "attach://"); ok {
		name = part
	}
	if f, ok := r.files[name]; ok {
		if len(f.Data) == 0 {
			return nil, bad("file must be non-empty")
		}
		return s.attach(kind, f), nil
	}
	if a := s.known(value); a != nil && a.Kind == kind {
		return a, nil
	}
	return nil, bad("wrong file identifier/HTTP URL specified")
}

// sendMediaGroup sends an album of 2 to 10.
func (s *Server) sendMediaGroup(r *request) (any, error) {
	p, err := s.chat(r)
	if err != nil {
		return nil, err
	}
	var media []struct {
		Type, Media, Caption string
		Mode                 string `json:"parse_mode"`
	}
	if err := json.Unmarshal([]byte(r.params["media"]), &media); err != nil {
		return nil, bad("can't parse media: %v", err)
	}
	if len(media) < 2 || len(media) > 10 {
		return nil, bad("telegramtest: an album has 2 to 10 files")
	}
	album := make([]*Message, len(media))
	for i, part := range media {
		if part.Type != "photo" && part.Type != "document" {
			return nil, bad("telegramtest: media of type %q are not played here", part.Type)
		}
		file, err := s.given(r, part.Type, "", part.Media)
		if err != nil {
			return nil, err
		}
		plain, marked, err := checkText(part.Caption, part.Mode, 1024, "message caption")
		if err != nil {
			return nil, err
		}
		album[i] = &Message{FromBot: true, Text: plain, HTML: part.Caption, Marked: marked, File: file}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.spend(p, float64(len(album))); err != nil {
		return nil, err
	}
	sent := make([]any, len(album))
	for i, m := range album {
		sent[i] = wire(p, p.add(m))
	}
	s.wake(p)
	return sent, nil
}

// getFile tells where a file can be fetched.
func (s *Server) getFile(r *request) (any, error) {
	a := s.known(r.params["file_id"])
	switch {
	case a == nil:
		return nil, bad("invalid file_id")
	case a.Size > largestDownload:
		return nil, bad("file is too big")
	}
	return map[string]any{
		"file_id": a.ID, "file_unique_id": "u" + a.ID, "file_size": a.Size,
		"file_path": a.Kind + "/" + a.ID,
	}, nil
}

// serveFile answers "/file/bot<token>/<path>", the path being getFile's.
func (s *Server) serveFile(w http.ResponseWriter, req *http.Request, token, where string) {
	a := s.known(path.Base(where))
	if token != s.o.Token || a == nil || a.Size > largestDownload {
		writeAnswer(w, nil, &refusal{code: http.StatusNotFound, text: "Not Found"})
		return
	}
	serveContent(w, req, a)
}

func serveContent(w http.ResponseWriter, req *http.Request, a *Attachment) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(w, req, a.Name, time.Time{}, bytes.NewReader(a.Data))
}
