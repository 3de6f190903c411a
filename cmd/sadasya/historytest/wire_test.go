package historytest

import (
	"errors"
	"net"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
)

func button(label, data string) [][]telegramtest.Button {
	return [][]telegramtest.Button{{{Text: label, Data: data}}}
}

func TestABubbleIsRead(t *testing.T) {
	for want, m := range map[Screen]telegramtest.Message{
		{Kind: Consent}: {Text: "x", Buttons: button("Full notice", "AAAAAAAA.0.consent.notice")},
		{Kind: Check, Card: Card{"Kamla Devi", "ABC1034560", "12"}}: {
			Text:    "Please check once.\n1 Name: Kamla Devi\n2 Voter ID: ABC 103 4560\n3 Booth: 12, x",
			Buttons: button("All is right", "AAAAAAAA.3.check.confirm"),
		},
		{Kind: Check, Card: Card{"कमला देवी", "ABC1034561", ""}}: {
			Text:    "1 नाम: कमला देवी\n2 वोटर आईडी: ABC 103 4561 (मिलान होगा)\n3 बूथ: बाद में जुड़ेगा",
			Buttons: button("सब सही है", "AAAAAAAA.3.check.confirm"),
		},
		{Kind: Member, Member: member}: {Text: "Member number 482 1773 6152", Buttons: button("My card", "g.card")},
		{Kind: Resume}:                 {Text: "x", Buttons: button("Start again", "AAAAAAAA.3.voterid.again")},
		{Kind: Other}:                  {Text: "Please write slower."},
	} {
		if got := Read(m); got != want {
			t.Errorf("%q: %+v, want %+v", m.Text, got, want)
		}
	}
}

func TestDeliveriesBecomeAHistory(t *testing.T) {
	began := time.Now()
	at := func(ms int) time.Time { return began.Add(time.Duration(ms) * time.Millisecond) }
	update := []byte(`{"update_id":7,"message":{"text":"/start 100000001"}}`)
	trace := Trace{Chat: []telegramtest.Message{
		{ID: 2, FromBot: true, Text: "x", Buttons: button("y", "AAAAAAAA.0.language.genuine"), At: at(20)},
		{ID: 3, FromBot: true, Text: "x", Buttons: button("y", "AAAAAAAA.0.language.genuine"), At: at(40)},
	}}
	deliver := func(from, to, message int, err error) {
		trace.Deliveries = append(trace.Deliveries, telegramtest.Delivery{Body: update, Began: at(from), Ended: at(to), Message: message, Err: err})
	}
	deliver(0, 1, 0, &net.OpError{Op: "dial", Err: errors.New("refused")}) // reached nobody
	deliver(5, 9, 0, errors.New("503"))
	for range 50 { // at once; their bubbles but for one were deleted since
		deliver(10, 20, 2, nil)
	}
	h := trace.History(began)
	acts := map[Act]int{}
	lost := 0
	for _, o := range h {
		acts[o.Act]++
		if o.Lost {
			lost++
			if o.Began != 5*time.Millisecond || o.Ended != 20*time.Millisecond {
				t.Errorf("what failed may have taken effect in %v", o)
			}
		}
	}
	if acts[Start] > 3 || lost != 1 || acts[See] != 1 {
		t.Errorf("%v, %d lost:\n%s", acts, lost, h)
	}
	if err := Explain(h, first); err != nil {
		t.Error(err)
	}
}
