package flowstest

import (
	"slices"
	"strings"

	"sadasya/flows"
	"sadasya/party"
)

// drafts are what the enroller of this chat has taken down.
type drafts struct {
	kept   []flows.AssistDraft
	drawn  int
	others []party.Number // members that came of them
}

// Appoint makes the person of this chat an enroller.
func (w *World) Appoint(called party.Name) { w.spent, w.called = true, called }

// assist does what an effect of flows/assist.go wants.
func (w *World) assist(e flows.Effect) (flows.Result, bool) {
	switch e := e.(type) {
	case flows.LoadAssist:
		switch {
		case w.spent:
			return flows.Assist{Code: w.Code, Name: w.called, Station: w.Inviter.Station, Waiting: len(w.kept)}, true
		case w.chief:
			return flows.Assist{Office: party.Chief}, true
		}
		return flows.Assist{}, true
	case flows.KeepDraft:
		return w.keepDraft(e.Draft), true
	case flows.LoadDrafts:
		return w.page(e.Page), true
	case flows.LoadDraft:
		if at := w.draft(e.ID); at >= 0 {
			return flows.DraftLoaded{Draft: w.kept[at], Waiting: len(w.kept) - 1}, true
		}
		return flows.DraftLoaded{}, true
	case flows.DropDraft:
		w.dropDraft(w.draft(e.ID))
		return flows.Recorded{}, true
	}
	return nil, false
}

func (w *World) keepDraft(d flows.AssistDraft) flows.DraftKept {
	if !w.spent {
		return flows.DraftKept{}
	}
	if d.ID == 0 {
		w.drawn++
		d.ID, d.Nonce = int64(w.drawn), flows.Nonce{byte(w.drawn), byte(w.drawn >> 8), 77}
		w.kept = append(w.kept[:len(w.kept):len(w.kept)], d)
	} else if at := w.draft(d.ID); at >= 0 {
		w.kept = append(append(w.kept[:at:at], d), w.kept[at+1:]...)
	}
	return flows.DraftKept{Enroller: true, ID: d.ID, Nonce: d.Nonce, Waiting: len(w.kept) - 1}
}

func (w *World) page(page int) flows.Drafts {
	n := len(w.kept)
	if n == 0 {
		return flows.Drafts{}
	}
	page = min(max(page, 0), (n-1)/flows.DraftsAtOnce)
	end := min(n, (page+1)*flows.DraftsAtOnce)
	return flows.Drafts{List: w.kept[page*flows.DraftsAtOnce : end], Waiting: n, Page: page, More: end < n}
}

func (w *World) draft(id int64) int {
	for i, d := range w.kept {
		if d.ID == id {
			return i
		}
	}
	return -1
}

func (w *World) dropDraft(at int) {
	if at >= 0 {
		w.kept = append(w.kept[:at:at], w.kept[at+1:]...)
	}
}

// elses tells a row that was made here for somebody else: no record of this chat.
func (w *World) elses(r flows.Record) bool { return slices.Contains(w.others, r.Number) }

// enrolled ends the draft that a membership came of, and gives its slip.
func (w *World) enrolled(e flows.SaveMember, s flows.Saved) flows.Saved {
	for i, d := range w.kept {
		if d.Nonce == e.Nonce {
			w.dropDraft(i)
			break
		}
	}
	w.others = append(w.others[:len(w.others):len(w.others)], s.Record.Number)
	s.Slip = party.NewSlipToken(s.Record.Number, e.Nonce)
	return s
}

func draftWords(d flows.AssistDraft) string {
	words := string(d.Name)
	switch {
	case d.Read != nil:
		words += ", " + d.Read.ID.Display() + "?"
	case d.VoterID.Number != "":
		words += ", " + d.VoterID.Display()
	}
	if d.Mobile != "" {
		words += ", mobile"
	}
	return strings.TrimPrefix(words, ", ")
}
