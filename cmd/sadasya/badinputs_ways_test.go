package main

import (
	"fmt"
	"slices"
	"strings"

	"sadasya/bot/telegram"
	"sadasya/party"
)

// Buttons that count no more, links and codes.

func secretOf(r *rig) string { return telegram.Secret(r.telegram.Token()) }

// data is what the newest button of a label sends.
func (c *chatter) data(label string) string {
	c.r.t.Helper()
	messages := c.fromBot()
	for i := len(messages) - 1; i >= 0; i-- {
		for _, row := range messages[i].Buttons {
			for _, b := range row {
				if b.Text == label {
					return b.Data
				}
			}
		}
	}
	c.r.t.Fatalf("no button %q", label)
	return ""
}

func tapping(data any) func(x *trial) { return func(x *trial) { x.Helper(); x.tapped(data, nil) } }

func badTaps() []incoming {
	toMember := slices.Concat(toCheck, []string{"[✅ All is right"})
	return []incoming{
		{what: "empty data", comes: tapping(""), gets: shown},
		{what: "over 64 bytes", comes: tapping(strings.Repeat("x", 65)), gets: shown},
		{what: "invalid UTF-8", gets: shown, comes: func(x *trial) {
			x.tapped("x", nil) // one that has an id to be answered
			x.raw(fmt.Sprintf("{\"update_id\":%d,\"callback_query\":{\"id\":\"%s\",\"from\":{\"id\":%d},\"data\":\"\xff\xfe\"}}", 7_000_000_000_000+updateIDs.Add(1), x.answers[0].tap, x.ID))
			x.answers[1].tap = x.answers[0].tap
		}},
		{what: "forged", at: toCheck, comes: tapping("AAAAAAAA.0.check.confirm"), gets: shown},
		{what: "a state that does not offer it", gets: shown, comes: func(x *trial) {
			mark, _, _ := strings.Cut(x.data("◀ Back"), "name.") // draft and revision are right
			x.tapped(mark+"check.confirm", nil)
		}},
		{what: "another person's button", at: toCheck, gets: shown, comes: func(x *trial) {
			other := x.rig.person(party.English)
			for _, step := range toCheck {
				other.does(step)
			}
			x.before = x.standing() // the other's consent is on record
			x.tapped(other.data("✅ All is right"), nil)
		}},
		{what: "a button of an older revision", at: append(toCheck[:6:6], "[✏️ Name", "Kamla Bai"), gets: shown, comes: func(x *trial) {
			for _, m := range x.fromBot() {
				for _, row := range m.Buttons {
					for _, b := range row {
						if b.Text == "✅ All is right" && b.Data != x.data("✅ All is right") {
							x.tapped(b.Data, nil)
							return
						}
					}
				}
			}
		}},
		{what: "confirm 20 times", by: "TestTwentyTapsOnConfirmMakeOneMember"},
		{what: "confirm after withdrawing", at: append(toMember[:7:7], "[No", "/withdraw", "[Kamla Devi", "[Yes, end it"), gets: shown, comes: func(x *trial) {
			x.tapped(x.data("✅ All is right"), nil)
		}},
		{what: "an office's button after the office was taken", at: []string{}, comes: func(x *trial) {
			geeta, _ := x.rig.appointed(x.T, party.Enroller, party.Area{Booth: party.Booth{AC: 55, Part: 30}}, "Geeta Sharma")
			x.chatter = geeta
			geeta.say("/language")
			geeta.tap("English")
			geeta.say("/link")
			x.rig.exec(x.T, `UPDATE offices SET status = 'revoked' WHERE telegram_id = $1`, geeta.ID)
			x.before, x.heard = x.standing(), len(x.fromBot())
			x.tapped("g.poster", nil)
		}, gets: func(x *trial) {
			x.ok200()
			if want := x.rig.program.render.Text("enroller.none", party.English); !strings.Contains(x.all(), want) {
				x.Errorf("says %q", x.all())
			}
		}},
		{what: "every office's buttons after it was taken", by: "TestAnAdminsButtonsEndWithTheOffice"},
	}
}

// follow opens a link with this payload.
func follow(payload string) func(x *trial) {
	return func(x *trial) { x.Helper(); x.types("/start " + payload) }
}

// noReferrer: the conversation goes on from the language, nobody is named, and no
// code is kept.
func noReferrer(x *trial) {
	x.Helper()
	goesOn("language")(x)
	if strings.Contains(x.all(), "सुनीता") || strings.Contains(x.all(), "Sunita") {
		x.Errorf("names somebody: %q", x.all())
	}
	if code := readOne[string](x.T, x.rig, `SELECT coalesce(first_code, '') FROM people WHERE telegram_id = $1`, x.ID); code != "" {
		x.Errorf("keeps %q", code)
	}
}

func badLinks() []incoming {
	at := []string{}
	return []incoming{
		{what: "an unknown code", at: at, comes: follow(string(party.NewCode(99_999_999))), gets: noReferrer},
		{what: "a code with a wrong check digit", at: at, comes: follow("482177360"), gets: noReferrer},
		{what: "the code of an office that was revoked", at: at, gets: noReferrer, comes: func(x *trial) {
			_, code := x.rig.appointed(x.T, party.Enroller, party.Area{Booth: party.Booth{AC: 55, Part: 31}}, "Sunita Gone")
			x.rig.exec(x.T, `UPDATE offices SET status = 'revoked' WHERE code = $1`, string(code))
			follow(string(code))(x)
		}},
		{what: "4,000 characters", at: at, comes: follow(strings.Repeat("x", 4000)), gets: noReferrer},
		{what: "../", at: at, comes: follow("../../etc/passwd"), gets: noReferrer},
		{what: "' OR 1=1", at: at, comes: follow("' OR 1=1 --"), gets: noReferrer},
		{what: "an office's link that nobody made", at: at, comes: follow("a_" + strings.Repeat("A", 22)), gets: func(x *trial) {
			x.ok200()
			if want := x.rig.program.render.Text("office.spent", party.English); !strings.Contains(x.all(), want) {
				x.Errorf("says %q", x.all())
			}
		}},
		{what: "one's own code", at: at, comes: func(x *trial) {
			_, code := x.rig.appointed(x.T, party.Enroller, party.Area{Booth: party.Booth{AC: 55, Part: 32}}, "Sunita Own")
			x.rig.exec(x.T, `UPDATE offices SET telegram_id = $1 WHERE code = $2`, x.ID, string(code))
			follow(string(code))(x)
		}, gets: noReferrer, then: func(x *trial) {
			if n := x.rig.number(x.T, `SELECT count(*) FROM audit WHERE action = 'own-code' AND actor = $1`, x.ID); n != 1 {
				x.Errorf("flagged %d times", n)
			}
		}},
		{what: "admin", at: at, comes: follow("admin"), gets: noReferrer, then: func(x *trial) {
			if n := x.rig.number(x.T, `SELECT count(*) FROM offices WHERE telegram_id = $1`, x.ID); n != 0 {
				x.Error("has an office")
			}
			x.types("/stats")
			if want := x.rig.program.render.Text("admin.none", party.English); !strings.Contains(x.last(), want) {
				x.Errorf("/stats says %q", x.last())
			}
		}},
		{what: "/start in the middle of a draft", at: toNumber, comes: follow(""), gets: func(x *trial) {
			x.ok200()
			if want := x.rig.program.render.Text("resume.ask", party.English); !strings.HasPrefix(x.all(), want) || !strings.Contains(x.after.session, "Kamla Devi") {
				x.Errorf("says %q at %s", x.all(), x.after.session)
			}
		}},
		{what: "/start in the middle of a draft, with another's code", by: "TestTheFirstReferrerStays"},
		{what: "a code when already a member", at: append(toCheck[:6:6], "[✅ All is right", "[No"), comes: func(x *trial) { follow(string(x.rig.code))(x) }, gets: func(x *trial) {
			x.ok200()
			x.unchangedRows("people") // the first code is kept, and credits nobody
			if !strings.Contains(x.all(), "recorded already; nothing was changed") {
				x.Errorf("says %q", x.all())
			}
			if n := x.rig.number(x.T, `SELECT count(*) FROM members WHERE telegram_id = $1 AND enroller_code IS NULL`, x.ID); n != 1 {
				x.Errorf("%d members by no code", n)
			}
		}},
		{what: "more than 10 unknown codes in a day", by: "TestManyUnknownCodesCoolOff"},
	}
}
