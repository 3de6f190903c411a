package telegramtest

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed page
var pageFiles embed.FS

// Page is the chat in a browser and the plain API under it. A link such as
// /t/BOT?start=CODE, or /chat?start=CODE, opens the chat with that payload.
func (s *Server) Page() http.Handler {
	files, err := fs.Sub(pageFiles, "page")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(files))
	for _, link := range []string{"GET /t/{bot}", "GET /chat"} {
		mux.HandleFunc(link, func(w http.ResponseWriter, req *http.Request) {
			http.Redirect(w, req, "/?"+req.URL.RawQuery, http.StatusFound)
		})
	}
	mux.HandleFunc("GET /api/bot", s.aboutBot)
	mux.HandleFunc("GET /api/people", s.listPeople)
	mux.HandleFunc("POST /api/people", s.newPerson)
	mux.HandleFunc("GET /api/people/{id}/messages", s.withPerson(s.listMessages))
	mux.HandleFunc("GET /api/people/{id}/menu", s.withPerson(func(w http.ResponseWriter, _ *http.Request, p *Person) { reply(w, s.Menu(p.ID, p.Language)) }))
	mux.HandleFunc("GET /api/people/{id}/steps", s.withPerson(s.listSteps))
	mux.HandleFunc("POST /api/people/{id}/messages", s.withPerson(sayByAPI))
	mux.HandleFunc("POST /api/people/{id}/taps", s.withPerson(tapByAPI))
	mux.HandleFunc("POST /api/people/{id}/contact", s.withPerson(contactByAPI))
	mux.HandleFunc("POST /api/people/{id}/location", s.withPerson(locationByAPI))
	mux.HandleFunc("POST /api/people/{id}/photo", s.withPerson(photoByAPI))
	mux.HandleFunc("POST /api/people/{id}/voice", s.withPerson(voiceByAPI))
	mux.HandleFunc("POST /api/people/{id}/block", s.withPerson(blockByAPI))
	mux.HandleFunc("GET /api/files/{id}", func(w http.ResponseWriter, req *http.Request) {
		a := s.known(req.PathValue("id"))
		if a == nil {
			http.NotFound(w, req)
			return
		}
		serveContent(w, req, a)
	})
	return sameSite(safe(mux))
}

// safe tells the browser to run nothing but the page's own scripts.
func safe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, req)
	})
}

// aboutBot tells what Telegram shows of a bot before anything is said: names,
// descriptions and commands, in each language.
func (s *Server) aboutBot(w http.ResponseWriter, _ *http.Request) {
	about := map[string]any{"username": s.o.Username, "name": s.o.Name}
	for _, language := range []string{"hi", "en"} {
		commands := json.RawMessage("[]")
		s.mu.Lock()
		for key, list := range s.profile { // of whatever scope
			if strings.HasPrefix(key, "commands ") && strings.HasSuffix(key, " "+language) {
				commands = json.RawMessage(list)
			}
		}
		s.mu.Unlock()
		about[language] = map[string]any{"description": s.Profile("description", language), "commands": commands}
	}
	reply(w, about)
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
	slices.SortFunc(list, func(a, b *Person) int { return a.order - b.order })
	reply(w, list)
}

func (s *Server) newPerson(w http.ResponseWriter, req *http.Request) {
	var body struct{ Name, Language string }
	if !read(w, req, &body) {
		return
	}
	reply(w, s.Person(PersonOptions{Name: body.Name, Language: body.Language}))
}

// read reads a JSON object.
func read(w http.ResponseWriter, req *http.Request, to any) bool {
	return decoded(w, json.NewDecoder(http.MaxBytesReader(w, req.Body, 1<<20)).Decode(to))
}

// readAny is read where nothing at all will do.
func readAny(w http.ResponseWriter, req *http.Request, to any) bool {
	err := json.NewDecoder(http.MaxBytesReader(w, req.Body, 1<<20)).Decode(to)
	return errors.Is(err, io.EOF) || decoded(w, err)
}

func decoded(w http.ResponseWriter, err error) bool {
	if err != nil {
		http.Error(w, "a JSON object is wanted, as in the package's comment", http.StatusBadRequest)
	}
	return err == nil
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
		p.tidy()
		waiting, changed := len(p.open) > 0, p.changed.next()
		state := fmt.Sprintf("%d.%t", p.version, waiting)
		chat := map[string]any{"state": state, "messages": p.visible(), "keyboard": p.keyboard, "blocked": p.blocked, "waiting": waiting}
		s.mu.Unlock()
		if state != after {
			reply(w, chat)
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
		if p.isBlocked() {
			p.Unblock() // who writes to a bot unblocks it
		}
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

// contactByAPI shares the person's own contact, {"phone":"…","other":true}
// somebody else's.
func contactByAPI(w http.ResponseWriter, req *http.Request, p *Person) {
	body := struct {
		Phone string
		Other bool
	}{Phone: "+910000000000"} // which is nobody's
	if readAny(w, req, &body) {
		p.SendContact(body.Phone, !body.Other)
		settled(w, req, p)
	}
}

// locationByAPI shares a place; without one, Sanganer.
func locationByAPI(w http.ResponseWriter, req *http.Request, p *Person) {
	body := struct{ Latitude, Longitude float64 }{Latitude: 26.8217, Longitude: 75.7903}
	if readAny(w, req, &body) {
		p.SendLocation(body.Latitude, body.Longitude)
		settled(w, req, p)
	}
}

// photoByAPI sends a grey photo.
func photoByAPI(w http.ResponseWriter, req *http.Request, p *Person) {
	var raw bytes.Buffer
	if err := png.Encode(&raw, image.NewGray(image.Rect(0, 0, 90, 60))); err != nil {
		http.Error(w, "the photo cannot be made", http.StatusInternalServerError)
		return
	}
	p.SendPhoto(File{Name: "photo.png", Data: raw.Bytes()}, "")
	settled(w, req, p)
}

// voiceByAPI sends a voice message without a sound.
func voiceByAPI(w http.ResponseWriter, req *http.Request, p *Person) {
	p.SendVoice(File{Name: "voice.ogg", Data: []byte("OggS")})
	settled(w, req, p)
}

// blockByAPI blocks the bot, or unblocks it.
func blockByAPI(w http.ResponseWriter, req *http.Request, p *Person) {
	if p.isBlocked() {
		p.Unblock()
	} else {
		p.Block()
	}
	settled(w, req, p)
}
