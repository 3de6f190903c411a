package flows

import (
	"slices"

	"sadasya/party"
)

// Who was not reached: how many for which reason in the chat, and one by one in a
// file, which goes the way of exports.

// ExportFailures is the list of those whom a broadcast did not reach.
const ExportFailures = "failures"

// LoadFailures asks who was not reached, by reason. Its result is Failures.
type LoadFailures struct{ ID int }

// Failures answers LoadFailures, the most first; without an id the person is no
// admin.
type Failures struct {
	ID     int
	List   []Failure
	Erased bool // it ended so long ago that nobody of it is known any more
}

// Failure is how many were not reached, and why.
type Failure struct {
	Fate   party.Fate
	Reason string // a fixed word of the ledger; may be empty
	Count  int
}

func (LoadFailures) effect() {}
func (Failures) result()     {}

// failuresHeader names the columns of the file: no account, no name. ref tells one
// from another within the campaign's files, and says to nobody who it is; a member
// has the number, an office-holder the code, as in the lists of /export.
var failuresHeader = []string{"ref", "fate", "reason", "number", "code", "ac_no", "part_no", "language"}

// failuresAtOnce keeps the reasons on one screen.
const failuresAtOnce = 7

func failuresShown(_ *Engine, t Turn, r Result) (Turn, error) {
	all, ok := r.(Failures)
	switch {
	case !ok:
		return t, errResult
	case all.ID == 0:
		return t.say(ask(T("admin.none"), global("go", "button.goon"))), nil
	case all.Erased:
		return t.say(ask(T("failures.erased"), watchButton(all.ID, "", "button.back"))), nil
	case len(all.List) == 0:
		return t.say(ask(T("failures.none"), watchButton(all.ID, "", "button.back"))), nil
	}
	total, lines := 0, []Line{}
	rest := 0
	for i, f := range all.List {
		total += f.Count
		if i < failuresAtOnce-1 || len(all.List) == failuresAtOnce {
			lines = append(lines, T("failures.item", "why", failureWords(f), "count", f.Count))
		} else {
			rest += f.Count
		}
	}
	if rest > 0 {
		lines = append(lines, T("failures.item", "why", T("failures.other"), "count", rest))
	}
	lines = slices.Insert(lines, 0, T("failures.title", "count", total))
	return t.say(Screen{Bubbles: []Bubble{bubble(lines, watchButton(all.ID, asFile, "button.asfile"), watchButton(all.ID, "", "button.back"))}}), nil
}

// failureWords says a reason of the ledger.
func failureWords(f Failure) Line {
	switch f.Fate {
	case party.Cancelled:
		return T("failures.cancelled")
	case party.Uncertain:
		return T("failures.uncertain")
	case party.Unreachable:
		return T("failures.blocked")
	}
	switch f.Reason {
	case "news", "duties", "reminders":
		return T("failures.optedout")
	case "consent":
		return T("failures.consent")
	case "joined":
		return T("failures.joined")
	case "office":
		return T("failures.office")
	case "no-chat":
		return T("failures.nochat")
	case "refused":
		return T("failures.refused")
	case "outage":
		return T("failures.outage")
	}
	return T("failures.other")
}

// failuresLooked asks for the file where there is one to be made.
func failuresLooked(e *Engine, t Turn, r Result) (Turn, error) {
	if all, ok := r.(Failures); !ok || all.ID == 0 || all.Erased {
		return failuresShown(e, t, r)
	}
	t.Run = AskExport{Export{What: ExportFailures, Broadcast: r.(Failures).ID, Format: FormatCSV}}
	t.command = &command{done: failuresAsked}
	return t, nil
}

func failuresAsked(_ *Engine, t Turn, r Result) (Turn, error) {
	asked, _ := r.(ExportAsked)
	if !asked.Taken {
		return t.say(ask(T("admin.none"), global("go", "button.goon"))), nil
	}
	return t.say(ask(T("export.asked"), global("go", "button.goon"))), nil
}
