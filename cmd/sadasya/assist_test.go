package main

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"sadasya/bot/telegramtest"
	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres/postgrestest"
)

// longestSlip bounds the words of a slip, in code points: WhatsApp opens a link
// with them.
const longestSlip = 400

// TestAnAssistedEnrolmentFromTheCommandToTheExport: one message, the person's
// yes, the slip to their mobile, a row that is not the enroller's own; and what
// was told stands nowhere it should not.
func TestAnAssistedEnrolmentFromTheCommandToTheExport(t *testing.T) {
	database := embeddedtest.Database(t, postgrestest.Template(t))
	r := newRig(t, rigOptions{database: database})
	sunita := &chatter{r: r, Person: r.telegram.Person(personWithID(enrollerID))}
	const name, epic, mobile = "Canarija Devi", "ABC1034560", "9829012345"
	sunita.say("/enrol")
	sunita.say("Ram 4991 1866 5246") // an Aadhaar-like number, made up
	sunita.say(name + " " + epic + " " + mobile)
	said := sunita.tap("✅ The person says yes")
	number := numberIn(said)
	row := r.rows()[number]
	if row == nil || row[1] != name || row[2] != epic || row[3]+"/"+row[4] != "55/12" || row[5] != string(r.code) || row[6] != "" || row[8] != "assisted" || row[9] != "confirmed" {
		t.Fatalf("%q", row)
	}
	slip, err := url.Parse(urlOf(said, "Send slip by WhatsApp"))
	words := slip.Query().Get("text")
	if err != nil || slip.Host != "wa.me" || slip.Path != "/91"+mobile || utf8.RuneCountInString(words) > longestSlip {
		t.Fatalf("the slip goes to %v, %v", slip, err)
	}
	_, rest, _ := strings.Cut(words, "?start=")
	payload, _, _ := strings.Cut(rest, " ")
	token := party.SlipToken(payload)
	if party.ParsePayload(payload).Kind != party.PayloadSlip || string(token.Number()) != number || !strings.Contains(words, "1800-000-0000") {
		t.Errorf("the slip says %q", words)
	}
	for _, command := range []string{"/card", "/mydata"} {
		for _, m := range sunita.say(command) {
			if strings.Contains(m.Text, "Canarija") {
				t.Errorf("%s of the enroller shows %q", command, m.Text)
			}
		}
	}
	stranger := r.person(party.English)
	if said := stranger.say("/enrol"); !strings.Contains(said[0].Text, "for enrollers") {
		t.Errorf("a stranger is told %+v", said)
	}
	for where, text := range map[string]string{"the log": r.log.String(), "the database": dumpPostgres(t, database)} {
		for _, canary := range []string{"Canarija", epic, mobile, "499118665246", payload} {
			if strings.Contains(strings.ReplaceAll(text, " ", ""), canary) {
				t.Errorf("%s holds %s", where, canary)
			}
		}
	}
}

// urlOf is what a button opens.
func urlOf(said []telegramtest.Message, label string) string {
	for _, m := range said {
		for _, row := range m.Buttons {
			for _, b := range row {
				if b.Text == label {
					return b.URL
				}
			}
		}
	}
	return ""
}

// TestWhatWasTypedWithoutNetworkIsTakenWhole: sixty people in one burst, twice the
// pace of anyone else, with updates repeated: a draft each, in their order, and no
// member without a yes.
func TestWhatWasTypedWithoutNetworkIsTakenWhole(t *testing.T) {
	r := newRig(t, rigOptions{})
	r.telegram.SetChaos(telegramtest.Chaos{Repeat: 0.3})
	sunita := &chatter{r: r, Person: r.telegram.Person(personWithID(enrollerID))}
	const people = 60
	sunita.Send("/enrol")
	for i := range people {
		sunita.Send(fmt.Sprintf("Kamla %s %s", strings.Repeat(string(rune('a'+i%26)), 2+i/26), madeUpEPIC(int64(i+1))))
	}
	sunita.settle()
	drafts, err := r.stores.postgres.Drafts(t.Context(), flows.Actor{Person: enrollerID}, 0)
	if err != nil || drafts.Waiting != people {
		t.Fatalf("%d drafts of %d, %v", drafts.Waiting, people, err)
	}
	for page := range people / 5 {
		drafts, _ := r.stores.postgres.Drafts(t.Context(), flows.Actor{Person: enrollerID}, page)
		for i, d := range drafts.List {
			if want := madeUpEPIC(int64(page*5 + i + 1)); d.VoterID.Number != want {
				t.Errorf("draft %d is %s", page*5+i+1, d.Name)
			}
		}
	}
	if rows := r.rows(); len(rows) != 0 {
		t.Errorf("%d members without a yes", len(rows))
	}
	for _, m := range sunita.Messages() {
		if strings.Contains(m.Text, "slower") {
			t.Error("told to slow down")
		}
	}
}

// TestAYesThatComesAgainMakesOneMember, at once and after Redis has lost all.
func TestAYesThatComesAgainMakesOneMember(t *testing.T) {
	r := newRig(t, rigOptions{})
	sunita := &chatter{r: r, Person: r.telegram.Person(personWithID(enrollerID))}
	sunita.say("/enrol")
	told := sunita.Send("Kamla Devi ABC1034560 9829012345")
	sunita.settle()
	yes, err := sunita.Tap("✅ The person says yes")
	if err != nil {
		t.Fatal(err)
	}
	sunita.settle()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := sunita.Repeat(yes); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r.emptyRedis()
	for _, update := range []int64{yes, told} {
		if err := sunita.Repeat(update); err != nil {
			t.Fatal(err)
		}
	}
	sunita.settle()
	r.emptyRedis()
	sunita.say("/enrol")
	if err := sunita.Repeat(told); err != nil { // the message is taken anew, and the draft is a member
		t.Fatal(err)
	}
	sunita.settle()
	drafts, err := r.stores.postgres.Drafts(t.Context(), flows.Actor{Person: enrollerID}, 0)
	if rows := r.rows(); len(rows) != 1 || err != nil || drafts.Waiting != 0 {
		t.Errorf("%d rows, %d drafts, %v", len(rows), drafts.Waiting, err)
	}
}
