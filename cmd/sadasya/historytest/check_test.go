package historytest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"sadasya/party"
)

const (
	first, second = party.Code("100000001"), party.Code("100000002")
	nameTyped     = "Kamla Devi"
	numberTyped   = "ABC1034560"
	member        = "48217736152"
)

var card = Card{nameTyped, numberTyped, "12"}

// straight is a history without fault, an operation a millisecond.
func straight() History {
	return timed(
		Op{Act: Start, Text: string(first), Saw: Screen{Kind: Language}},
		Op{Act: Tap, Update: 1, Text: "g.en", On: Screen{Kind: Language}, Saw: Screen{Kind: Consent}},
		Op{Act: Tap, Update: 2, Text: "agree", On: Screen{Kind: Consent}, Saw: Screen{Kind: Name}},
		Op{Act: Say, Update: 3, Text: nameTyped, Saw: Screen{Kind: Number}},
		Op{Act: Say, Update: 4, Text: numberTyped, Saw: Screen{Kind: Booth}},
		Op{Act: Tap, Update: 5, Text: "here", On: Screen{Kind: Booth}, Saw: Screen{Kind: Check, Card: card}},
		Op{Act: Tap, Update: 6, Text: "confirm", On: Screen{Kind: Check, Card: card}, Saw: Screen{Kind: Member, Member: member}},
		Op{Act: Say, Update: 7, Text: "?", Saw: Screen{Kind: Member, Member: member}},
		Op{Act: Look, Row: Row{Member: member, Card: card, Code: first}},
	)
}

// timed lets operations follow each other.
func timed(ops ...Op) History {
	for i := range ops {
		ops[i].Began = time.Duration(2*i) * time.Millisecond
		ops[i].Ended = ops[i].Began + time.Millisecond
	}
	return ops
}

// but is the straight history with the ith operation changed.
func but(i int, change func(*Op)) History {
	h := straight()
	change(&h[i])
	return h
}

// with is the straight history with operations put in before the ith.
func with(i int, ops ...Op) History { return timed(slices.Insert(straight(), i, ops...)...) }

func TestWhatMayHappenIsExplained(t *testing.T) {
	for name, h := range map[string]History{
		"the straight way":            straight(),
		"an update that comes again":  with(5, Op{Act: Say, Update: 3, Text: nameTyped, Saw: Screen{Kind: Booth}}),
		"an answer that was lost":     with(4, Op{Act: Say, Update: 3, Text: nameTyped, Lost: true}),
		"one that fails for long":     with(3, Op{Act: Say, Update: 3, Text: nameTyped, Lost: true}),
		"Redis emptied":               with(5, Op{Act: Forget}, Op{Act: Say, Update: 9, Text: "?", Saw: Screen{Kind: Name}}, retyped(10), renumbered(11)),
		"Redis lost the last answers": with(5, Op{Act: Lapse}, Op{Act: Say, Update: 9, Text: "?", Saw: Screen{Kind: Name}}, retyped(10), renumbered(11)),
		"a tap that came too late":    with(7, Op{Act: Tap, Update: 9, Text: "name", On: Screen{Kind: Check, Card: card}, Saw: Screen{Kind: Member, Member: member}}),
		"a word to go slower":         with(4, Op{Act: Say, Update: 9, Text: "x", Saw: Screen{Kind: Other}}),
		"a receipt by a call":         overlapping(with(6, Op{Act: See, Saw: Screen{Kind: Member, Member: member}}), 6),
		"another booth": with(6, Op{Act: Tap, Update: 9, Text: "booth", On: Screen{Kind: Check, Card: card}, Saw: Screen{Kind: Booth}},
			Op{Act: Say, Update: 10, Text: "55/12", Saw: Screen{Kind: Check, Card: card}}),
		"the second link": with(3, Op{Act: Start, Update: 9, Text: string(second), Saw: Screen{Kind: Name}}),
		"declined": timed(append(straight()[:2], Op{Act: Tap, Update: 2, Text: "no", On: Screen{Kind: Consent}, Saw: Screen{Kind: Declined}},
			Op{Act: Say, Update: 3, Text: "x", Saw: Screen{Kind: Declined}}, Op{Act: Look})...),
	} {
		if err := Explain(h, first, second); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func retyped(n int) Op {
	return Op{Act: Say, Update: n, Text: nameTyped, Saw: Screen{Kind: Number}}
}

func renumbered(n int) Op {
	return Op{Act: Say, Update: n, Text: numberTyped, Saw: Screen{Kind: Booth}}
}

// overlapping lets the ith operation and the next be under way together.
func overlapping(h History, i int) History {
	h[i+1].Began = h[i].Began
	return h
}

func TestWhatMayNotHappenIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		h       History
		culprit string // words of the answer that is one too many
	}{
		"another number":               {but(7, func(o *Op) { o.Saw.Member = "11122223333" }), "11122223333"},
		"a question after the receipt": {but(7, func(o *Op) { o.Saw = Screen{Kind: Name} }), "name"},
		"another's name on the card":   {but(5, func(o *Op) { o.Saw.Card.Name = "Ramesh" }), "Ramesh"},
		"another booth on the card":    {with(6, Op{Act: Say, Update: 9, Text: "?", Saw: Screen{Kind: Check, Card: Card{nameTyped, numberTyped, "13"}}}), `"13"`},
		"a row of another booth":       {but(8, func(o *Op) { o.Row.Booth = "" }), "(the row)"},
		"a row that was not shown":     {but(8, func(o *Op) { o.Row.VoterID = "ZZZ1234566" }), "ZZZ1234566"},
		"no row":                       {but(8, func(o *Op) { o.Row = Row{} }), "(the row)"},
		"the last referrer":            {but(8, func(o *Op) { o.Row.Code = second }), string(second)},
		"an answer that is gone":       {with(5, Op{Act: Say, Update: 9, Text: "?", Saw: Screen{Kind: Name}}), "name"},
		"one update that acts twice": {
			with(4, Op{Act: Tap, Update: 9, Text: "g.en", Saw: Screen{Kind: Number}}, Op{Act: Say, Update: 3, Text: nameTyped, Saw: Screen{Kind: Name}}), "name",
		},
		"a confirm of a card that was changed since": {with(6,
			Op{Act: Tap, Update: 9, Text: "name", On: Screen{Kind: Check, Card: card}, Saw: Screen{Kind: Name}},
			Op{Act: Say, Update: 10, Text: "Kamala Devi", Saw: Screen{Kind: Check, Card: Card{"Kamala Devi", numberTyped, "12"}}}), "member"},
		"a row of who declined": {timed(append(straight()[:2], Op{Act: Tap, Update: 2, Text: "no", On: Screen{Kind: Consent}, Saw: Screen{Kind: Declined}},
			Op{Act: Look, Row: Row{Member: member, Card: card, Code: first}})...), "(the row)"},
		"emptied Redis loses the consent": {with(5, Op{Act: Forget}, Op{Act: Say, Update: 9, Text: "?", Saw: Screen{Kind: Consent}}), "consent"},
		"emptied Redis loses the member":  {with(7, Op{Act: Forget}, Op{Act: Say, Update: 9, Text: "?", Saw: Screen{Kind: Name}}), "name"},
	} {
		err := Explain(c.h, first, second)
		var u *Unexplained
		if !errors.As(err, &u) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.Contains(u.Culprit.String(), c.culprit) {
			t.Errorf("%s: blamed on %s", name, u.Culprit)
		}
	}
}

// What has nothing to do with a contradiction is not told.
func TestTheShortestIsTold(t *testing.T) {
	h := but(7, func(o *Op) { o.Saw.Member = "11122223333" })
	var u *Unexplained
	if !errors.As(Explain(h, first), &u) {
		t.Fatal("it is explained")
	}
	answers := 0
	for _, o := range u.Short {
		if o.Saw.Kind != Nothing {
			answers++
		}
	}
	if answers != 2 { // the number, and the other one
		t.Errorf("%d answers are told:\n%s", answers, u.Error())
	}
}
