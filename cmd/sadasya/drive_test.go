package main

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/seal"
)

// A whole drive, small: from an empty database, in chat alone, in both languages.
// What it shows is counted in drive_figures_test.go.

// TestADriveFromAnEmptyDatabase: the operator's link makes an admin, who makes a
// chief enroller for a district, who makes an enroller by a one-time link and
// another out of a list of applications. Each brings members by link, on a phone
// of the family, and writing down for them; one of those claims their record, one
// complains. Wherever it is counted there are as many as there are rows.
func TestADriveFromAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	d := newDrive(t)
	if empty := d.count(false); len(empty.rows) != 0 {
		t.Fatalf("the database is not empty: %d members", len(empty.rows))
	}
	d.appointAll()
	d.enrolAll()

	before := d.agree("after the enrolments", false)
	if want := (tally{added: 7, confirmed: 4}); before.state != want {
		t.Errorf("the state has %+v, want %+v", before.state, want)
	}
	d.open(d.kamla, d.slips["Kamla"], "✅ मेरी मर्ज़ी से", "✅ उम्र 18+ है, सहमत हूँ")
	claimed := d.agree("after the claim", false)
	if want := (tally{added: 7, confirmed: 5}); claimed.state != want {
		t.Errorf("the state has %+v, want %+v", claimed.state, want)
	}
	d.open(d.bhanwari, d.slips["Bhanwari"], "Enrolled without asking", "Yes, stop it")
	if held := d.agree("after the complaint", false); held.state != claimed.state || held.frozen != 1 {
		t.Errorf("the complaint moved the figures: %+v, then %+v", claimed.state, held.state)
	}
	d.monday()
	settled := d.agree("after Monday", true)
	if want := (tally{added: 6, confirmed: 5}); settled.state != want {
		t.Errorf("the state has %+v, want %+v", settled.state, want)
	}
	d.lists(settled)
}

// drive is everyone in it.
type drive struct {
	*rig
	*office                     // its command line
	admin, chief, geeta, ramesh *chatter
	kamla, bhanwari             *chatter // whom an enroller wrote down
	codes                       map[*chatter]party.Code
	slips                       map[string]string
	seen                        int // sheets that came to the chief
}

func newDrive(t *testing.T) *drive {
	t.Helper()
	o := newOffice(t)
	payload := strings.TrimSpace(ok(t)(o.run("appoint", "--office", "admin")))
	keys, err := seal.Open(o.keys)
	if err != nil {
		t.Fatal(err)
	}
	d := &drive{office: o, rig: newRig(t, rigOptions{database: o.args[1], keys: keys, quiet: true, vacant: true}), slips: map[string]string{}}
	d.admin, d.chief = d.person(party.English), d.person(party.Hindi)
	d.geeta, d.ramesh = d.person(party.Hindi), d.person(party.English)
	d.kamla, d.bhanwari = d.person(party.Hindi), d.person(party.English)
	d.admin.play("/start "+payload, "✅ I accept", "> Anil Sharma", "Rather not say", "Rather not say")
	d.admin.play("> /language", "English")
	return d
}

// play sends lines in turn: what opens with / or > is typed, all else tapped. It
// gives the answer to the last.
func (c *chatter) play(lines ...string) (said []telegramtest.Message) {
	c.r.t.Helper()
	for _, line := range lines {
		if words, typed := strings.CutPrefix(line, "> "); typed || strings.HasPrefix(line, "/") {
			said = c.say(words)
		} else {
			said = c.tap(line)
		}
	}
	return said
}

// appointAll makes the offices, from the admin down.
func (d *drive) appointAll() {
	t := d.rig.t.(*testing.T)
	d.program.behind.Flush(t.Context())
	made := d.admin.play("/appoint", "Chief enroller", "Jaipur", "The whole district")
	d.chief.play("/start "+linkShape.FindString(made[0].Text), "✅ मंज़ूर है", "> भँवर लाल", "नहीं बताना", "नहीं बताना")
	d.rightPerson(d.admin, "Yes", "भँवर लाल")

	made = d.chief.play("/appoint 55/12")
	d.geeta.play("/start "+linkShape.FindString(made[0].Text), "✅ मंज़ूर है", "> गीता शर्मा", "महिला", "ओबीसी")
	d.rightPerson(d.chief, "हाँ", "गीता शर्मा")

	made = d.chief.play("/appoint", "आवेदन का लिंक", "सांगानेर")
	d.ramesh.play("/start "+linkShape.FindString(made[0].Text), "✅ I want to apply", "> 12", "> Ramesh Gurjar", "Man", "SC")
	if said := d.ramesh.say("/progress"); !strings.Contains(said[0].Text, "for enrollers") {
		t.Errorf("an applicant is told %q", said[0].Text)
	}
	d.sayDue(t)
	d.chief.play("आवेदन देखें", "✅ 1")
	d.sayDue(t)
	d.codes = map[*chatter]party.Code{d.geeta: d.codeOf(d.geeta), d.ramesh: d.codeOf(d.ramesh)}
}

// rightPerson is asked of who appointed, and answered.
func (d *drive) rightPerson(c *chatter, yes, name string) {
	t := d.rig.t.(*testing.T)
	before := len(c.fromBot())
	d.sayDue(t)
	if asked := c.await(before + 1)[before].Text; !strings.Contains(asked, name) {
		t.Errorf("the appointer is asked %q", asked)
	}
	if said := c.tap(yes); !strings.Contains(said[0].Text, name) {
		t.Errorf("after %s: %q", yes, said[0].Text)
	}
}

var startCode = regexp.MustCompile(`start=(\d{9})\b`)

func (d *drive) codeOf(c *chatter) party.Code {
	d.rig.t.Helper()
	said := c.say("/link")
	found := startCode.FindStringSubmatch(said[0].Text)
	if found == nil {
		d.rig.t.Fatalf("no link: %q", said[0].Text)
	}
	return party.Code(found[1])
}

// enrolAll brings seven members: three by either enroller's link or a phone of
// it, in the booth, beyond it and nowhere yet; and three whom they write down.
func (d *drive) enrolAll() {
	radha, mohan := d.person(party.Hindi), d.person(party.English)
	radha.play("/start "+string(d.codes[d.geeta]), "हिन्दी", "✅ उम्र 18+ है, सहमत हूँ", "> राधा", "> "+madeUpEPIC(1), "✅ हाँ, यहीं", "✅ सब सही है", "नहीं")
	radha.play("➕ घर के किसी और को जोड़ें", "✅ उम्र 18+ है, सहमत हूँ", "> मोहनी देवी", "> "+madeUpEPIC(2), "दूसरी जगह", "> 54/12", "✅ सब सही है")
	mohan.play("/start "+string(d.codes[d.ramesh]), "English", "✅ I am 18+ and I agree", "> Mohan Lal", "> "+madeUpEPIC(3), "✅ Yes, here", "✅ All is right", "No")
	mohan.play("➕ Add someone at home", "✅ I am 18+ and I agree", "> Sita Devi", "> "+madeUpEPIC(4), "Don't know", "✅ All is right")

	d.slips["Kamla"] = slipIn(d.rig.t, d.geeta.play("/enrol", "> कमला देवी "+madeUpEPIC(5)+" 9829012345", "✅ वे हाँ कहते हैं"), "WhatsApp पर पर्ची भेजें")
	d.geeta.play("➕ अगला व्यक्ति", "> लक्ष्मी बाई "+madeUpEPIC(6), "मोबाइल नहीं है", "✅ वे हाँ कहते हैं", "बस, हो गया")
	d.slips["Bhanwari"] = slipIn(d.rig.t, d.ramesh.play("/enrol", "> Bhanwari Devi "+madeUpEPIC(7)+" 9829012346", "✅ The person says yes"), "Send slip by WhatsApp")
}

// slipIn gives the payload of the slip that goes out by WhatsApp.
func slipIn(t testing.TB, said []telegramtest.Message, label string) string {
	t.Helper()
	u, err := url.Parse(urlOf(said, label))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(u.Query().Get("text"), "?start=")
	payload, _, _ := strings.Cut(rest, " ")
	payload, _, _ = strings.Cut(payload, "\n")
	if party.ParsePayload(payload).Kind != party.PayloadSlip {
		t.Fatalf("no slip in %+v", said)
	}
	return payload
}

// open opens a slip and goes on from it.
func (d *drive) open(c *chatter, slip string, taps ...string) {
	c.play("/start " + slip)
	c.play(taps...)
}

// monday lets the week end in which somebody complained.
func (d *drive) monday() {
	t := d.rig.t.(*testing.T)
	d.exec(t, `UPDATE members SET frozen_at = frozen_at - interval '7 days' WHERE held IS NOT NULL`)
	if n, err := d.stores.postgres.SettleWeek(t.Context()); err != nil || n != 1 {
		t.Errorf("settled %d, %v", n, err)
	}
}
