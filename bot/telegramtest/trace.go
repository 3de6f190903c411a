package telegramtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Step is one thing that passed between Telegram and the bot on behalf of one
// person, for whoever wants to look under the page.
type Step struct {
	ID     int             `json:"id"` // counts up
	At     time.Time       `json:"at"`
	ToBot  bool            `json:"to_bot"`          // an update; else a call of the bot
	Name   string          `json:"name"`            // what the update holds, or the method
	Body   json.RawMessage `json:"body"`            // the update, or the parameters
	Took   float64         `json:"ms"`              // until the answer
	Error  string          `json:"error,omitempty"` // empty: a 2xx
	Inside bool            `json:"inside"`          // a call in the webhook's own response
}

// Inspection is where the bot stands with a person, as the bot itself tells it.
type Inspection struct {
	Flow  string      `json:"flow"`
	State string      `json:"state"`
	First string      `json:"first"` // where the flow begins
	Moves [][3]string `json:"moves"` // from, event, to
}

// stepsKept of each person, where Options.Trace asks for any.
const stepsKept = 80

// trace remembers a step. s.mu is held.
func (s *Server) trace(person int64, step Step) {
	p := s.people[person]
	if p == nil {
		return
	}
	p.stepCount++
	step.ID = p.stepCount
	if p.steps = append(p.steps, step); len(p.steps) > stepsKept {
		p.steps = slices.Delete(p.steps, 0, 1)
	}
}

// traceUpdate remembers an update that was posted, or fetched and confirmed. s.mu
// is held.
func (s *Server) traceUpdate(u *update, began time.Time, err error) {
	if !s.o.Trace {
		return
	}
	step := Step{At: began, ToBot: true, Body: u.body, Took: since(began), Name: "update"}
	if err != nil {
		step.Error = err.Error()
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(u.body, &fields) == nil {
		for name := range fields {
			if name != "update_id" {
				step.Name = name
			}
		}
	}
	s.trace(u.person.ID, step)
}

// traceCall remembers a call of the bot. s.mu is held.
func (s *Server) traceCall(c Call, err error) {
	if !s.o.Trace {
		return
	}
	step := Step{At: c.At, Name: c.Method, Took: since(c.At), Inside: c.Webhook}
	if err != nil {
		step.Error = err.Error()
	}
	fields := map[string]json.RawMessage{}
	for name, value := range c.Params {
		fields[name] = json.RawMessage(value)
		if !json.Valid(fields[name]) || !strings.ContainsAny(value[:1], "{[") {
			fields[name], _ = json.Marshal(value) // a string always is JSON
		}
	}
	step.Body, _ = json.Marshal(fields) // of values that are JSON
	person, _ := strconv.ParseInt(c.Params["chat_id"], 10, 64)
	if id := c.Params["callback_query_id"]; id != "" {
		person = s.tappers[id]
	}
	s.trace(person, step)
}

func since(began time.Time) float64 { return float64(time.Since(began).Microseconds()) / 1000 }

// listSteps gives the steps of a person after the one with the id ?after=, and
// where the bot stands.
func (s *Server) listSteps(w http.ResponseWriter, req *http.Request, p *Person) {
	after, _ := strconv.Atoi(req.URL.Query().Get("after"))
	s.mu.Lock()
	steps := slices.DeleteFunc(slices.Clone(p.steps), func(step Step) bool { return step.ID <= after })
	s.mu.Unlock()
	if steps == nil {
		steps = []Step{}
	}
	answer := map[string]any{"steps": steps}
	if s.o.Inspect != nil {
		answer["stands"] = s.o.Inspect(p.ID)
	}
	reply(w, answer)
}
