package main

import (
	"crypto/rand"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
)

// makeDoubts makes what waits for a reviewer in the world of the transcripts, and
// takes whatever waits otherwise out of the way. reviewer is the person who plays.
func (r *rig) makeDoubts(t *testing.T, reviewer int64) {
	t.Helper()
	db, err := pgx.Connect(t.Context(), r.database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := db.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(`UPDATE members SET status = 'withdrawn', withdrawn_at = now(), call_due = false WHERE status IN ('confirmed', 'review', 'frozen')`)
	for _, d := range flowstest.Doubts() {
		if d.Held != "" {
			other := d
			other.Name = d.Held
			r.saveDoubt(t, other)
		}
		nonce := r.saveDoubt(t, d)
		id := pgtype.UUID{Bytes: nonce, Valid: true}
		status := "review"
		if d.Call {
			status = "confirmed"
		}
		doubts := []string{}
		for _, doubt := range d.Doubts {
			doubts = append(doubts, string(doubt))
		}
		exec(`UPDATE members SET status = $2, reasons = $3, call_due = $4, via = $5, confirmed_at = confirmed_at - make_interval(days => $6) WHERE nonce = $1`,
			id, status, doubts, d.Call, string(d.Via), d.Days)
		if d.Via == party.Assisted {
			exec(`UPDATE members SET telegram_id = 0, recorded_by = $2 WHERE nonce = $1`, id, enrollerID)
		}
		if d.Own {
			exec(`UPDATE members SET recorded_by = $2 WHERE nonce = $1`, id, reviewer)
		}
		if d.Mobile != "" {
			sealed, err := r.stores.keys.Seal([]byte(d.Mobile), nonce[:])
			if err != nil {
				t.Fatal(err)
			}
			exec(`UPDATE members SET mobile_sealed = $2 WHERE nonce = $1`, id, sealed)
		}
	}
}

// saveDoubt saves the entry as somebody's own, by Sunita Meena's code.
func (r *rig) saveDoubt(t *testing.T, d flowstest.Doubt) (nonce flows.Nonce) {
	t.Helper()
	_, _ = rand.Read(nonce[:])
	reading, err := party.ReadVoterID(d.EPIC)
	if err != nil {
		t.Fatal(err)
	}
	person := r.person(party.Hindi)
	_, err = r.stores.postgres.SaveMember(t.Context(), flows.Actor{Person: person.ID, Update: 1, Language: party.Hindi}, flows.SaveMember{
		Nonce: nonce, Via: party.Self, Name: d.Name, VoterID: reading.ID, Booth: party.Booth{AC: 55, Part: 12}, Version: "sample 2014",
		Code: r.code, Consent: party.CurrentConsent,
	})
	if err != nil {
		t.Fatal(err)
	}
	return nonce
}
