package flows

import (
	"strconv"

	"sadasya/party"
)

// What an appointer decides afterwards: which links are withdrawn, who of those
// that applied gets a booth, and whether the right person accepted.

func askLinks(_ Appointing, r Result) Screen {
	all, _ := r.(Desk)
	if len(all.Links) == 0 {
		return ask(T("appoint.nolinks"))
	}
	b := Bubble{Text: []Line{T("appoint.links")}}
	for i, link := range all.Links {
		n := itoa(i + 1)
		b.Text = append(b.Text, T("appoint.link", "n", n, "what", linkWords(link), "date", link.Until))
		b.Buttons = inRows(b.Buttons, 4, tap("revoke:"+strconv.FormatInt(link.ID, 10), "button.cross", "n", n))
	}
	return Screen{Bubbles: []Bubble{b}}
}

// linkWords says what a link gives.
func linkWords(l MadeLink) Line {
	switch {
	case l.Many:
		return T("appoint.what.many", "ac", AC(l.Area.AC))
	case l.Office == party.Enroller:
		return T("appoint.what.one", "booth", l.Area.Booth)
	case l.Office == party.Chief:
		return T("appoint.what.chief", "area", areaWords(l.Area))
	}
	return T("appoint.what.admin")
}

func tapRevoke(d Appointing, arg string) (Appointing, Event, *Problem) {
	return withID(d, arg, withdraws)
}

func withID(d Appointing, arg string, ev Event) (Appointing, Event, *Problem) {
	id, err := strconv.ParseInt(arg, 10, 64)
	if err != nil {
		return d, stay, nil
	}
	d.ID = id
	return d, ev, nil
}

func runRevoke(d Appointing, _ Nonce) Effect { return RevokeLink{ID: d.ID} }

func doneRevoke(_ Appointing, _ Result) (Appointing, Event, *Problem) {
	return Appointing{}, looksAt, problem("appoint.revoked")
}

func askApplicants(_ Appointing, r Result) Screen {
	all, _ := r.(Desk)
	if len(all.Applicants) == 0 {
		return ask(T("appoint.noapplicants"))
	}
	b := Bubble{Text: []Line{T("appoint.applicants", "count", all.Waiting)}}
	for i, a := range all.Applicants {
		n, id := itoa(i+1), strconv.FormatInt(a.ID, 10)
		b.Text = append(b.Text, T("appoint.applicant", "n", n, "name", a.Name, "station", placeOf(a.Station)))
		b.Buttons = append(b.Buttons, []Button{tap("yes:"+id, "button.tick", "n", n), tap("no:"+id, "button.cross", "n", n)})
	}
	b.Buttons = turning(b.Buttons, all.Page, all.More)
	return Screen{Bubbles: []Bubble{b}}
}

func tapDecide(yes bool) func(Appointing, string) (Appointing, Event, *Problem) {
	return func(d Appointing, arg string) (Appointing, Event, *Problem) {
		d.Yes = yes
		return withID(d, arg, decides)
	}
}

func runDecide(d Appointing, _ Nonce) Effect { return DecideApplicant{ID: d.ID, Yes: d.Yes} }

func doneDecide(d Appointing, r Result) (Appointing, Event, *Problem) {
	decided, _ := r.(Decided)
	switch {
	case decided.Name == "":
		return Appointing{}, looksOver, problem("appoint.gone")
	case d.Yes:
		return Appointing{}, looksOver, problem("appoint.taken", "name", decided.Name)
	}
	return Appointing{}, looksOver, problem("appoint.nottaken", "name", decided.Name)
}

// rightPerson answers the question to an appointer about who accepted.
func rightPerson(right bool) func(*Engine, Turn, Input) (Turn, error) {
	return func(_ *Engine, t Turn, in Input) (Turn, error) {
		id, err := strconv.ParseInt(in.Text, 10, 64)
		if err != nil {
			id = 0
		}
		t.Run = ConfirmAppointment{ID: id, Right: right}
		return t, nil
	}
}

func appointmentConfirmed(_ *Engine, t Turn, r Result) (Turn, error) {
	c, ok := r.(AppointmentConfirmed)
	switch {
	case !ok:
		return t, errResult
	case c.Name == "":
		return t.say(ask(T("appoint.notyours"), global("go", "button.goon"))), nil
	case c.Right:
		return t.say(ask(T("appoint.right", "name", c.Name), global("go", "button.goon"))), nil
	}
	return t.say(ask(T("appoint.wrong", "name", c.Name), global("appoint", "button.appoint"))), nil
}
