package main

import (
	"fmt"
	"strings"
	"testing"

	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
)

// Updates that come again, out of order, at once and too many.

// TestOneUpdateFiftyTimesIsOneEffect: each message and each tap of an enrolment
// comes fifty times more at once. Each is answered, since its answer may have been
// the one that was lost, and by the same screen: a name that comes again is no Voter
// ID that is wrong. At the end there is one consent, one row and one number.
func TestOneUpdateFiftyTimesIsOneEffect(t *testing.T) {
	r := newRig(t, rigOptions{quiet: true})
	r.person(party.English).say("/help") // it serves now
	c := r.person(party.English)
	for _, does := range []string{
		"> /start " + string(r.code), "[x] English", "[x] ✅ I am 18+ and I agree", "> Kamla Devi", "> " + madeUpEPIC(1), "[x] ✅ Yes, here", "[x] ✅ All is right",
	} {
		before := len(c.Messages())
		c.fiftyTimes(t, does)
		screens := map[string]int{}
		for _, m := range c.Messages()[before:] {
			if m.FromBot {
				screens[m.Text]++
			}
		}
		most := 1
		if strings.HasSuffix(does, "All is right") {
			most = 2 // the number, and whether news is welcome
		}
		if len(screens) < 1 || len(screens) > most {
			t.Errorf("%s, fifty times more, is answered by %v", does, screens)
		}
		for screen, n := range screens {
			if n != 51 {
				t.Errorf("%s, fifty times more, is answered %d times by %q", does, n, screen)
			}
		}
	}
	if rows := r.rows(); len(rows) != 1 {
		t.Errorf("%d rows", len(rows))
	}
	if n := r.number(t, `SELECT count(*) FROM consents`); n != 1 {
		t.Errorf("%d consents", n)
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

// fiftyTimes types or taps something, which comes fifty times more while it is
// still handled.
func (c *chatter) fiftyTimes(t *testing.T, does string) {
	t.Helper()
	mark, words, _ := strings.Cut(does, " ")
	var update int64
	if mark == "[x]" {
		var err error
		if update, err = c.Tap(words); err != nil {
			t.Fatal(err)
		}
	} else {
		update = c.Send(words)
	}
	if err := c.RepeatAtOnce(update, 50); err != nil {
		t.Error(err)
	}
	c.settle()
}

// TestTwentyTapsOnConfirmMakeOneMember: twenty taps, each an update of its own,
// reach two replicas at once. Each may meet the save that another began and finish
// it: the row is made once a draft and a person.
func TestTwentyTapsOnConfirmMakeOneMember(t *testing.T) {
	r, here, there := twoReplicas(t)
	r.telegram.SetBackends(here, there)
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

// twoReplicas are two programs with the same stores, and where each listens.
func twoReplicas(t *testing.T) (r *rig, here, there string) {
	t.Helper()
	url := embeddedtest.Redis(t)
	r = newRig(t, rigOptions{redis: url, quiet: true})
	other := newRig(t, rigOptions{redis: url, quiet: true, database: r.database, keys: r.stores.keys, telegram: r.telegram, vacant: true})
	return r, "http://" + r.program.config.ListenAddr, "http://" + other.program.config.ListenAddr
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
	c.settle()
	if said := other.say("/start"); len(said) != 1 || !strings.Contains(said[0].Text, "Which language?") {
		t.Errorf("somebody else is answered %+v", said)
	}
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
