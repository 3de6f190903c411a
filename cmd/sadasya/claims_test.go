package main

import (
	"strings"
	"testing"

	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
)

// slips are those that a transcript may name, each made when it first does: of
// records that the rig's enroller made for Kamla Devi.
type slips struct {
	t     *testing.T
	r     *rig
	chat  *chatter
	epic  string
	named map[string]party.SlipToken
}

func (r *rig) slips(t *testing.T, c *chatter) *slips {
	return &slips{t: t, r: r, chat: c, epic: madeUpEPIC(c.ID % 1_000_000), named: map[string]party.SlipToken{}}
}

// in writes the payloads and the Voter ID where a line names them.
func (s *slips) in(words string) string {
	s.t.Helper()
	for name, made := range map[string]func() party.SlipToken{
		"USEDSLIP":   func() party.SlipToken { return s.record(2, enrollerID, s.other(1), 77) },
		"DOUBLESLIP": func() party.SlipToken { return s.record(3, enrollerID, s.epic, 0) },
		"OWNSLIP":    func() party.SlipToken { return s.record(4, s.chat.ID, s.other(2), 0) },
		"WRONGSLIP":  func() party.SlipToken { return flowstest.OurSlips().Wrong },
		" SLIP":      func() party.SlipToken { return s.record(1, enrollerID, s.epic, 0) },
	} {
		if strings.Contains(words, name) && s.named[name] == "" {
			s.named[name] = made()
		}
	}
	all := flowstest.Slips{
		Open: s.named[" SLIP"], Used: s.named["USEDSLIP"], Double: s.named["DOUBLESLIP"],
		Own: s.named["OWNSLIP"], Wrong: s.named["WRONGSLIP"],
	}
	return strings.ReplaceAll(all.In(words), "EPIC", s.epic)
}

// other is another Voter ID than the chat's.
func (s *slips) other(n int64) string { return madeUpEPIC((s.chat.ID + n*333_333) % 1_000_000) }

// record makes an assisted record; claimed by an account unless that is 0.
func (s *slips) record(n byte, by int64, epic string, claimed int64) party.SlipToken {
	s.t.Helper()
	return s.r.recordFor(s.t, flows.Nonce{n, byte(s.chat.ID), byte(s.chat.ID >> 8), byte(s.chat.ID >> 16), byte(s.chat.ID >> 24)}, by, epic, claimed)
}

// recordFor keeps a record as an enroller's chat would, and gives its slip.
func (r *rig) recordFor(t *testing.T, n flows.Nonce, by int64, epic string, claimed int64) party.SlipToken {
	t.Helper()
	reading, err := party.ReadVoterID(epic)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := r.stores.postgres.SaveMember(t.Context(), flows.Actor{Person: enrollerID, Update: 1, Language: party.Hindi}, flows.SaveMember{
		Nonce: n, Via: party.Assisted, Name: "कमला देवी", VoterID: reading.ID, Booth: party.Booth{AC: 55, Part: 12},
		Version: r.list(t), Consent: party.CurrentConsent,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.exec(t, `UPDATE members SET telegram_id = $1, claimed_at = CASE WHEN $1::bigint <> 0 THEN now() END, recorded_by = $2, enroller_code = $3 WHERE number = $4`,
		claimed, by, string(r.code), string(saved.Record.Number))
	return r.stores.postgres.SlipToken(saved.Record.Number)
}

// list names the newest list of booths.
func (r *rig) list(t *testing.T) string {
	t.Helper()
	v, err := r.stores.postgres.CurrentVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v.Label
}
