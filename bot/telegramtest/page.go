package telegramtest

import (
	"bytes"
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"time"
)

//go:embed page
var pageFiles embed.FS

// Page is the chat in a browser and the plain API under it. A link such as
// /t/BOT?start=CODE opens the chat with that payload.
func (s *Server) Page() http.Handler {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	mux.HandleFunc("GET /t/{bot}", func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, "/?"+req.URL.RawQuery, http.StatusFound)
	})
	mux.HandleFunc("GET /api/bot", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]string{"username": s.o.Username, "description": s.Profile("description", "hi")})
	})
	mux.HandleFunc("GET /api/people", s.listPeople)
	mux.HandleFunc("POST /api/people", s.newPerson)
	mux.HandleFunc("GET /api/people/{id}/messages", s.withPerson(s.listMessages))
	mux.HandleFunc("POST /api/people/{id}/messages", s.withPerson(sayByAPI))
	mux.HandleFunc("POST /api/people/{id}/taps", s.withPerson(tapByAPI))
	mux.HandleFunc("POST /api/people/{id}/contact", s.withPerson(contactByAPI))
	mux.HandleFunc("POST /api/people/{id}/location", s.withPerson(locationByAPI))
	mux.HandleFunc("POST /api/people/{id}/photo", s.withPerson(photoByAPI))
	mux.HandleFunc("POST /api/people/{id}/block", s.withPerson(blockByAPI))
	mux.HandleFunc("GET /api/files/{name}", func(w http.ResponseWriter, req *http.Request) {
		f, ok := s.uploadedBefore("file-" + req.PathValue("name"))
		if !ok {
			http.NotFound(w, req)
			return
		}
		http.ServeContent(w, req, f.Name, time.Time{}, bytes.NewReader(f.Data))
	})
	return sameSite(mux)
}

// sameSite keeps other web pages from typing into the chats of this one.
func sameSite(next http.Handler) http.Handler { return http.NewCrossOriginProtection().Handler(next) }

func reply(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(value)
}

func (s *Server) listPeople(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	list := make([]*Person, 0, len(s.people))
	for _, p := range s.people {
		list = append(list, p)
	}
	s.mu.Unlock()
	slices.SortFunc(list, func(a, b *Person) int { return int(a.ID - b.ID) })
	reply(w, list)
}

func (s *Server) newPerson(w http.ResponseWriter, req *http.Request) {
	var body struct{ Name, Language string }
	if !read(w, req, &body) {
		return
	}
	reply(w, s.Person(PersonOptions{Name: body.Name, Language: body.Language}))
}

func read(w http.ResponseWriter, req *http.Request, to any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, req.Body, 1<<20)).Decode(to); err != nil {
		http.Error(w, "a JSON object is wanted, as in the package's comment", http.StatusBadRequest)
		return false
	}
	return true
}

func (s *Server) withPerson(do func(http.ResponseWriter, *http.Request, *Person)) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		id, _ := strconv.ParseInt(req.PathValue("id"), 10, 64)
		s.mu.Lock()
		p := s.people[id]
		s.mu.Unlock()
		if p == nil {
			http.Error(w, "nobody has this id; POST /api/people makes somebody", http.StatusNotFound)
			return
		}
		do(w, req, p)
	}
}

// pollPatience is how long the page's question for news is held.
const pollPatience = 25 * time.Second

// listMessages gives the chat; with ?after=N it waits for another state than
// the one numbered N.
func (s *Server) listMessages(w http.ResponseWriter, req *http.Request, p *Person) {
	after := req.URL.Query().Get("after")
	deadline := time.NewTimer(pollPatience)
	defer deadline.Stop()
	for {
		s.mu.Lock()
		messages, blocked, edits, changed := p.visible(), p.blocked, p.edits, s.changed
		s.mu.Unlock()
		state := stateOf(messages, blocked, edits)
		if state != after {
			reply(w, map[string]any{"state": state, "messages": messages, "blocked": blocked})
			return
		}
		select {
		case <-changed:
		case <-deadline.C:
			after = ""
		case <-s.ctx.Done():
			after = ""
		case <-req.Context().Done():
			return
		}
	}
}

// stateOf tells two states of a chat apart.
func stateOf(messages []Message, blocked bool, edits int) string {
	last := 0
	if n := len(messages); n > 0 {
		last = messages[n-1].ID
	}
	return strconv.Itoa(len(messages)) + "." + strconv.Itoa(last) + "." + strconv.Itoa(edits) + "." + strconv.FormatBool(blocked)
}

// settled answers with the chat once the bot has answered.
func settled(w http.ResponseWriter, req *http.Request, p *Person) {
	if err := p.Wait(req.Context()); err != nil {
		http.Error(w, "the bot does not answer", http.StatusGatewayTimeout)
		return
	}
	reply(w, p.Messages())
}

func sayByAPI(w http.ResponseWriter, req *http.Request, p *Person) {
	var body struct{ Text string }
	switch {
	case !read(w, req, &body):
	case body.Text == "":
		http.Error(w, "text is wanted", http.StatusBadRequest)
	default:
		p.Send(body.Text)
		settled(w, req, p)
	}
}

func tapByAPI(w http.ResponseWriter, req *http.Request, p *Person) {
	var body struct {
		Message int    `json:"message_id"`
		Data    string `json:"data"`
	}
	if read(w, req, &body) {
		p.TapData(body.Message, body.Data)
		settled(w, req, p)
	}
}

func contactByAPI(w http.ResponseWriter, req *http.Request, p *Person) {
	p.SendWith("", map[string]any{"contact": map[string]any{"phone_number": "+919800000000", "first_name": p.Name, "user_id": p.ID}})
	settled(w, req, p)
}

func locationByAPI(w http.ResponseWriter, req *http.Request, p *Person) {
	p.SendWith("", map[string]any{"location": map[string]any{"latitude": 26.8753, "longitude": 75.7067}})
	settled(w, req, p)
}

func photoByAPI(w http.ResponseWriter, req *http.Request, p *Person) {
	p.SendWith("", map[string]any{"photo": []any{map[string]any{"file_id": "made-up", "file_unique_id": "x", "width": 90, "height": 60}}})
	settled(w, req, p)
}

func blockByAPI(w http.ResponseWriter, req *http.Request, p *Person) {
	p.server.mu.Lock()
	blocked := p.blocked
	p.server.mu.Unlock()
	if blocked {
		p.Unblock()
	} else {
		p.Block()
	}
	settled(w, req, p)
}
