package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"sadasya/party"
)

// Updates that come again, out of order, at once and too many.

func TestOneUpdateFiftyTimesIsOneEffect(t *testing.T) {
	r := newRig(t, rigOptions{})
	c := r.person(party.English)
	c.say("/start " + string(r.code))
	c.tap("English")
	c.tap("✅ I am 18+ and I agree")
	c.say("Kamla Devi")
	c.say(madeUpEPIC(1))
	c.tap("✅ Yes, here")
	confirm, err := c.Tap("✅ All is right")
	if err != nil {
		t.Fatal(err)
	}
	c.settle()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if err := c.Repeat(confirm); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if rows := r.rows(); len(rows) != 1 {
		t.Errorf("%d rows", len(rows))
	}
	numbers := map[string]bool{}
	for _, m := range c.Messages() {
		if n := numberShape.FindString(m.Text); n != "" {
			numbers[n] = true
		}
	}
	if len(numbers) != 1 {
		t.Errorf("numbers shown: %v", numbers)
	}
}

func TestTwentyTapsOnConfirmMakeOneMember(t *testing.T) {
	r := newRig(t, rigOptions{})
	c := r.person(party.English)
	c.say("/start " + string(r.code))
	c.tap("English")
	c.tap("✅ I am 18+ and I agree")
	c.say("Kamla Devi")
	c.say(madeUpEPIC(1))
	c.tap("✅ Yes, here")
	for range 20 {
		if _, err := c.Tap("✅ All is right"); err != nil {
			t.Fatal(err)
		}
	}
	c.settle()
	if rows := r.rows(); len(rows) != 1 {
		t.Errorf("%d rows", len(rows))
	}
}

func TestAnOlderAndAFarIDAreHandledOnce(t *testing.T) {
	r := newRig(t, rigOptions{})
	c := r.person(party.English)
	c.say("/start")
	r.telegram.JumpIDs(5_000_000_000) // far ahead, as after a quiet week
	c.tap("English")
	r.telegram.JumpIDs(77) // and far behind
	c.tap("✅ I am 18+ and I agree")
	said := c.say("Kamla")
	if len(said) != 1 || !strings.Contains(said[0].Text, "Voter ID") {
		t.Errorf("%+v", said)
	}
}

func TestAnAlbumIsAnsweredOnce(t *testing.T) {
	r := newRig(t, rigOptions{})
	c := r.person(party.English)
	c.say("/start")
	before := len(c.Messages())
	for range 10 {
		c.SendWith("", map[string]any{"photo": []any{map[string]any{"file_id": "x"}}, "media_group_id": "album"})
	}
	c.settle()
	answers := 0
	for _, m := range c.Messages()[before:] {
		if m.FromBot {
			answers++
		}
	}
	if answers != 1 {
		t.Errorf("%d answers", answers)
	}
}

func TestAFloodIsToldOnceToSlowDown(t *testing.T) {
	r := newRig(t, rigOptions{})
	c, other := r.person(party.English), r.person(party.English)
	c.say("/start")
	for i := range 60 {
		c.Send(fmt.Sprintf("message %d", i))
	}
	if said := other.say("/start"); len(said) == 0 {
		t.Error("somebody else is not answered")
	}
	c.settle()
	told := 0
	for _, m := range c.Messages() {
		if strings.Contains(m.Text, "slower") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("told %d times to slow down", told)
	}
}

func TestManyUnknownCodesCoolOff(t *testing.T) {
	r := newRig(t, rigOptions{})
	c := r.person(party.English)
	for i := range uint64(10) {
		c.say("/start " + string(party.NewCode(i+1)))
	}
	c.say("/start " + string(r.code)) // a good one, too late today
	c.tap("English")
	for _, m := range c.Messages() {
		if strings.Contains(m.Text, "सुनीता") {
			t.Error("the eleventh code was looked up")
		}
	}
	if said := c.say("hello"); len(said) == 0 {
		t.Error("they are not let in")
	}
}

func TestOwnCodeIsNoReferrer(t *testing.T) {
	r := newRig(t, rigOptions{})
	own := &chatter{r: r, Person: r.telegram.Person(personWithID(enrollerID))}
	said := own.say("/start " + string(r.code))
	if len(said) != 1 || strings.Contains(said[0].Text, "सुनीता") {
		t.Errorf("%+v", said)
	}
}

func TestTheFirstReferrerStays(t *testing.T) {
	r := newRig(t, rigOptions{})
	second := appointAnother(t, r)
	c := r.person(party.English)
	c.say("/start " + string(r.code))
	c.tap("English")
	c.say("/start " + string(second))
	c.tap("✅ I am 18+ and I agree")
	c.say("Kamla")
	c.say("/start " + string(second))
	c.tap("Go on")
	c.say(madeUpEPIC(1))
	c.tap("✅ Yes, here")
	number := numberIn(c.tap("✅ All is right"))
	if row := r.rows()[number]; row == nil || row[5] != string(r.code) {
		t.Errorf("%q", row)
	}
}

func TestEmptiedRedisLosesNobody(t *testing.T) {
	r := newRig(t, rigOptions{})
	c := r.person(party.English)
	c.say("/start " + string(r.code))
	c.tap("English")
	c.tap("✅ I am 18+ and I agree")
	c.say("Kamla")
	r.emptyRedis()
	// Language, consent and code are kept; the answers are asked again.
	said := c.say("Kamla Devi")
	if len(said) != 1 || !strings.Contains(said[0].Text, "printed on your Voter ID") {
		t.Fatalf("%+v", said)
	}
	c.say("Kamla Devi")
	c.say(madeUpEPIC(1))
	if said := c.tap("✅ Yes, here"); !strings.Contains(said[0].Text, "सुनीता मीणा") {
		t.Errorf("the inviter is lost: %+v", said)
	}
	number := numberIn(c.tap("✅ All is right"))
	r.emptyRedis()
	if again := numberIn(c.say("hello")); again != number || number == "" {
		t.Errorf("a member is shown %q, was %q", again, number)
	}
	if len(r.rows()) != 1 {
		t.Error("not one row")
	}
}
