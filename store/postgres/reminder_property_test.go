package postgres_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
)

// TestNobodyIsRemindedTwiceOrUnasked: whatever is switched, whoever opts out,
// finishes, leaves, blocks the bot or writes, however the clock goes on, and
// wherever a pump dies in the middle of a message, a reminder goes once, within its
// hours, to who agreed and did not finish, where it is on. When all is quiet again
// everyone else to whom it is due has it.
func TestNobodyIsRemindedTwiceOrUnasked(t *testing.T) {
	t.Parallel()
	url := embeddedtest.Database(t, postgrestest.Template(t))
	var now timed
	s, keys := postgrestest.OpenAt(t, url, postgres.Options{Clock: now.Now})
	h := house{Store: s, url: url, keys: keys, db: connect(t, url)}
	anAdmin(t, h, anil)
	jaipur, ajmer := enrollerAt(t, h, sunitaID, booth(55, 12), "", ""), enrollerAt(t, h, sunitaID+50, booth(ajmerAC, 1), "", "")
	rapid.Check(t, func(rt *rapid.T) {
		h.exec(t, `DELETE FROM people; DELETE FROM consents; DELETE FROM members; DELETE FROM reminded; DELETE FROM switches;
			DELETE FROM recipients; DELETE FROM broadcast_blocks; DELETE FROM broadcasts; DELETE FROM deeds`)
		now.now = evening(t, h).Add(-time.Hour)
		m := &reminding{t: t, h: h, c: &now, off: map[string]bool{}, people: map[int64]*remindable{}}
		for i := range int64(6) {
			m.people[reader+i] = &remindable{consent: true, reminders: true, reachable: true, silent: now.now.Add(-day)}
			switch {
			case i < 2:
				m.people[reader+i].district = "Jaipur"
			case i < 4:
				m.people[reader+i].district = "Ajmer"
			}
		}
		for code, from := range map[party.Code]int64{jaipur: 0, ajmer: 2, "": 4} {
			h.exec(t, `INSERT INTO people (telegram_id, language, step, updated_at, first_code)
				SELECT $1::bigint + i, 'hi', 'enroll/booth', $2, nullif($3, '') FROM generate_series(0, 1) AS i`, reader+from, now.now.Add(-day), string(code))
		}
		h.exec(t, `INSERT INTO consents (telegram_id, update_id, kind, version, given) SELECT $1::bigint + i, 1, 'membership', '1', true FROM generate_series(0, 5) AS i`, reader)
		m.update = 10
		rt.Repeat(map[string]func(*rapid.T){
			"something": m.something, "time passes": m.passes, "an evening comes": m.evening,
			"a pump": m.pump, "another pump": m.pump, "a lease ends": m.leaseEnds, "and its pump is another": func(rt *rapid.T) { m.leaseEnds(rt); m.pump(rt) },
		})
		m.quiet(rt)
	})
}

// ajmerAC lies in the district Ajmer.
const ajmerAC = 100

const day = 24 * time.Hour

// remindable is a person as the test knows them.
type remindable struct {
	district                                string
	consent, reminders, reachable, finished bool
	silent                                  time.Time // since
	reminded                                bool      // it went, or may have
}

// reminding is one sequence of steps.
type reminding struct {
	t      *testing.T
	h      house
	c      *timed
	off    map[string]bool // districts; empty: the state
	people map[int64]*remindable
	update int64
}

func (m *reminding) person(rt *rapid.T) (int64, *remindable) {
	id := reader + int64(rapid.IntRange(0, 5).Draw(rt, "person"))
	return id, m.people[id]
}

// due tells whether a person may be reminded now, but for the hour.
func (m *reminding) due(p *remindable) bool {
	return p.consent && p.reminders && p.reachable && !p.finished && !p.reminded && !m.off[""] && (p.district == "" || !m.off[p.district]) &&
		!p.silent.After(m.c.now.Add(-party.ReminderIdle))
}

func (m *reminding) turn(rt *rapid.T) {
	where := rapid.SampledFrom([]string{"", "Jaipur", "Ajmer"}).Draw(rt, "where")
	m.off[where] = !m.off[where]
	m.update++
	switching(m.t, m.h, m.update, party.ClockReminder, where, !m.off[where])
}

func (m *reminding) record(id int64, kind party.ConsentKind, given bool) {
	m.update++
	if err := m.h.RecordConsent(m.t.Context(), actor(id, m.update), flows.RecordConsent{Kind: kind, Version: party.CurrentConsent, Given: given, Via: party.Self}); err != nil {
		m.t.Fatal(err)
	}
}

func (m *reminding) consent(rt *rapid.T) {
	id, p := m.person(rt)
	p.consent = !p.consent
	m.record(id, party.Membership, p.consent)
}

func (m *reminding) want(rt *rapid.T) {
	id, p := m.person(rt)
	p.reminders = !p.reminders
	m.record(id, party.Reminders, p.reminders)
}

func (m *reminding) finish(rt *rapid.T) {
	id, p := m.person(rt)
	if p.finished {
		return
	}
	p.finished = true
	m.h.exec(m.t, `INSERT INTO members (number, nonce, telegram_id, via, status, language, consent_version, changed_by, name_sealed, voter_id_index)
		VALUES ($1::bigint::text, gen_random_uuid(), $1, 'self', 'review', 'hi', '1', 1, '', '')`, id)
}

func (m *reminding) write(rt *rapid.T) {
	id, p := m.person(rt)
	p.silent = m.c.now
	m.h.exec(m.t, `UPDATE people SET updated_at = $2 WHERE telegram_id = $1`, id, p.silent)
}

func (m *reminding) block(rt *rapid.T) {
	id, p := m.person(rt)
	p.reachable = !p.reachable
	m.h.exec(m.t, `UPDATE people SET reachable = $2 WHERE telegram_id = $1`, id, p.reachable)
}

func (m *reminding) passes(rt *rapid.T) {
	m.c.now = m.c.now.Add(time.Duration(rapid.SampledFrom([]int{10, 60, 150, 22 * 60, 24 * 60}).Draw(rt, "minutes")) * time.Minute)
}

// evening comes: of this day, or of the next.
func (m *reminding) evening(*rapid.T) {
	if _, ok := party.ReminderEnd(m.c.now); !ok {
		today := party.Today(m.c.now)
		if m.c.now.After(clock(today, 18, 30)) {
			today = today.AddDays(1)
		}
		m.c.now = clock(today, 18, 30)
	}
	compose(m.t, m.h, m.c.now)
}

// something happens to somebody, or to a switch.
func (m *reminding) something(rt *rapid.T) {
	rapid.SampledFrom([]func(*rapid.T){m.turn, m.consent, m.want, m.finish, m.write, m.block}).Draw(rt, "something")(rt)
}

// leaseEnds lets somebody else take what a pump that died had in hand.
func (m *reminding) leaseEnds(*rapid.T) {
	m.h.exec(m.t, `UPDATE broadcast_blocks SET leased_until = '-infinity' WHERE NOT done`)
}

// How a message ends, or the pump in the middle of it.
const (
	arrives        = "arrives"
	arrivesUnheard = "arrives, without an answer"
	refused        = "is put off by Telegram"
	outage         = "meets an outage"
	blocked        = "finds the bot blocked"
	diesBefore     = "the pump dies before it goes"
	diesAfter      = "the pump dies after it went"
)

// pump takes a block and sends as bot/broadcast does, until something ends it.
func (m *reminding) pump(rt *rapid.T) {
	tend(m.t, m.h)
	l, _ := claim(m.t, m.h, time.Minute)
	if len(l.Recipients) == 0 {
		return // there was nothing to send
	}
	for _, r := range l.Recipients {
		for again := true; again; {
			if rapid.IntRange(0, 3).Draw(rt, "meanwhile") == 0 { // between the claim and the look
				rapid.SampledFrom([]func(*rapid.T){m.something, m.passes}).Draw(rt, "meanwhile")(rt)
			}
			var alive bool
			if again, alive = m.send(rt, l, &r); !alive {
				return
			}
		}
	}
	m.must(m.h.Release(m.t.Context(), l))
}

// send brings one message to an end; alive is false where the pump is not.
func (m *reminding) send(rt *rapid.T, l party.Lease, r *party.Recipient) (again, alive bool) {
	look, err := m.h.Look(m.t.Context(), l, r.Person)
	m.must(err)
	p := m.people[r.Person]
	switch {
	case !look.Mine || !look.Running:
		m.must(m.h.Release(m.t.Context(), l))
		return false, false
	case look.Fate != party.Pending:
		m.must(m.h.Record(m.t.Context(), l, r.Person, party.Entry{Fate: look.Fate, Reason: look.Reason, Tries: r.Tries}))
		return false, true
	}
	if _, ok := party.ReminderEnd(m.c.now); !ok || !m.due(p) {
		rt.Fatalf("%d is reminded at %s, off %v: %+v", r.Person, m.c.now, m.off, *p)
	}
	e := party.Entry{Tries: r.Tries}
	ends := rapid.SampledFrom([]string{arrives, arrives, arrivesUnheard, refused, outage, blocked, diesBefore, diesAfter}).Draw(rt, "the message")
	p.reminded = ends != refused && ends != outage && ends != blocked // or who knows
	switch ends {
	case diesBefore, diesAfter:
		return false, false
	case arrives:
		e.Fate, e.Message = party.Sent, 1
	case arrivesUnheard:
		e.Fate, e.Reason, r.Doubted, again = party.Pending, party.DoubtReason, true, true
	case blocked:
		e.Fate, e.Reason, p.reachable = party.Unreachable, "blocked", false
	default:
		e.Fate, again = party.Pending, ends == outage
	}
	m.must(m.h.Record(m.t.Context(), l, r.Person, e))
	if ends == refused {
		m.must(m.h.Release(m.t.Context(), l))
		return false, false
	}
	return again, true
}

func (m *reminding) must(err error) {
	if err != nil {
		m.t.Fatal(err)
	}
}

// quiet lets an evening come on which nothing happens: who has not been reminded,
// and is to be, is.
func (m *reminding) quiet(rt *rapid.T) {
	m.leaseEnds(rt)
	m.c.now = clock(party.Today(m.c.now).AddDays(2), 18, 30)
	compose(m.t, m.h, m.c.now)
	went := map[int64]bool{}
	for _, id := range pumpAll(m.t, m.h) {
		went[id] = true
	}
	for id, p := range m.people {
		if went[id] != m.due(p) {
			rt.Fatalf("on a quiet evening %d is reminded: %v, off %v: %+v", id, went[id], m.off, *p)
		}
	}
}
