package postgres

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// Deciding an entry in review, once: whoever comes second, or has no power over
// it, is told that it is gone.

// JudgeEntry accepts an entry or refuses it. Where a confirmed row holds its
// number, accepting does nothing and says so; letting the entry stand puts that
// row in review in its place, unless a reviewer let that one stand: then only an
// admin does. The member is told, where they have a chat and wait for word.
func (s *Store) JudgeEntry(ctx context.Context, a flows.Actor, e flows.JudgeEntry) (out flows.Judged, err error) {
	err = s.deciding(ctx, a, e.ID, func(tx pgx.Tx, c entryCase) error {
		out, err = s.judge(ctx, tx, a, c, e)
		return err
	})
	return out, wrap("judge an entry", err)
}

// MendEntry corrects what is set and looks at the entry anew: where no doubt is
// left it is confirmed, else it goes on waiting.
func (s *Store) MendEntry(ctx context.Context, a flows.Actor, e flows.MendEntry) (out flows.Judged, err error) {
	err = s.deciding(ctx, a, e.ID, func(tx pgx.Tx, c entryCase) error {
		out = firstResult(c)
		if c.done || !c.mine() || c.status != party.Review {
			return nil
		}
		out, err = s.mend(ctx, tx, a, c, e)
		return err
	})
	return out, wrap("correct an entry", err)
}

// deciding runs a decision in a transaction with the case locked, and again where
// another row was confirmed with its number meanwhile, or two waited for each
// other. A row that is none changes nothing.
func (s *Store) deciding(ctx context.Context, a flows.Actor, id int64, do func(pgx.Tx, entryCase) error) (err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	err = s.racing(ctx, func(tx pgx.Tx) error {
		c, err := s.lockCase(ctx, tx, a, id)
		if err != nil {
			return err
		}
		return do(tx, c)
	})
	return ignore(err, pgx.ErrNoRows)
}

// firstResult is what this update brought about when it came before; nothing
// where it did not.
func firstResult(c entryCase) flows.Judged {
	out := flows.Judged{Name: c.name}
	switch {
	case c.own:
		return flows.Judged{Outcome: flows.EntryOwn}
	case c.by.ID == 0 || !c.done:
		return flows.Judged{}
	case c.status == party.Confirmed:
		out.Outcome = flows.EntryStands
	case c.status == party.Review:
		out.Outcome = flows.EntryWaits
	default:
		out.Outcome = flows.EntryRefused
	}
	return out
}

func (s *Store) judge(ctx context.Context, tx pgx.Tx, a flows.Actor, c entryCase, e flows.JudgeEntry) (flows.Judged, error) {
	switch {
	case c.done || !c.mine() || c.status != party.Review:
		return firstResult(c), nil
	case c.other.own:
		return flows.Judged{Outcome: flows.EntryOwn}, nil
	case e.Verdict == flows.Refuse:
		return flows.Judged{Outcome: flows.EntryRefused, Name: c.name}, s.refuse(ctx, tx, a, c, e.Why)
	case c.other.id != 0 && c.other.settled && c.by.Post.Office != party.Admin:
		return flows.Judged{Outcome: flows.EntrySettled}, nil
	case c.other.id != 0 && e.Verdict != flows.Stands:
		return flows.Judged{Outcome: flows.EntryHeld, Name: c.name, Other: c.other.on}, nil
	}
	if c.other.id != 0 {
		if err := displace(ctx, tx, a, c.other.id); err != nil {
			return flows.Judged{}, err
		}
	}
	return flows.Judged{Outcome: flows.EntryStands, Name: c.name}, s.accept(ctx, tx, a, c)
}

// displace puts the row that held a number in review, for whoever is in charge
// where it lies: nobody is refused unseen. One that was stopped stays so: it is
// before an admin.
func displace(ctx context.Context, tx pgx.Tx, a flows.Actor, id int64) error {
	_, err := tx.Exec(ctx, `
WITH made AS (
	UPDATE members SET status = 'review', reasons = '{taken}', decided_by = NULL, changed_by = $2
	WHERE id = $3 AND status = 'confirmed' RETURNING id),
audited AS (INSERT INTO audit (actor, action, object) SELECT $1, 'review-displaced', 'member ' || id FROM made)
INSERT INTO events (kind, member_id) SELECT 'displaced', id FROM made`, a.Person, a.Update, id)
	return err
}

func (s *Store) accept(ctx context.Context, tx pgx.Tx, a flows.Actor, c entryCase) error {
	if _, err := tx.Exec(ctx, `
WITH made AS (
	UPDATE members SET status = 'confirmed', reasons = '{}', decided_by = $4, changed_by = $2 WHERE id = $3 RETURNING id),
audited AS (INSERT INTO audit (actor, action, object, reason) SELECT $1, 'review-accepted', 'member ' || id, $5 FROM made)
INSERT INTO events (kind, member_id) SELECT 'accepted', id FROM made`,
		a.Person, a.Update, c.id, c.by.ID, strings.Join(c.doubts, ",")); err != nil {
		return err
	}
	return s.tellAccepted(ctx, tx, c)
}

// tellAccepted tells those who were told that their number is to be matched; the
// others have known nothing of a review, and go on knowing nothing.
func (s *Store) tellAccepted(ctx context.Context, tx pgx.Tx, c entryCase) error {
	if !slices.Contains(c.doubts, string(party.CheckDigit)) && !slices.Contains(c.doubts, string(party.OldForm)) {
		return nil
	}
	return s.tellMember(ctx, tx, c, flows.Notice{Kind: flows.NoticeReviewed})
}

// tellMember says a notice in the member's chat; one that was recorded for
// somebody and never claimed has none, and its enroller is told no names.
func (s *Store) tellMember(ctx context.Context, tx pgx.Tx, c entryCase, n flows.Notice) error {
	n.Name, n.Number = c.name, c.number
	return s.tell(ctx, tx, c.person, "member "+strconv.FormatInt(c.id, 10), 0, n)
}

// refuse ends an entry. It is erased in time like one that ended otherwise. Who
// was recorded and was not asked is treated as one who complained.
func (s *Store) refuse(ctx context.Context, tx pgx.Tx, a flows.Actor, c entryCase, why party.Refusal) error {
	if why == party.NotAsked && c.via == party.Assisted {
		return s.freeze(ctx, tx, a, c)
	}
	if _, err := tx.Exec(ctx, `
WITH made AS (
	UPDATE members SET status = 'refused', refusal = $5, withdrawn_at = now(), decided_by = $4, changed_by = $2 WHERE id = $3 RETURNING id),
audited AS (INSERT INTO audit (actor, action, object, reason) SELECT $1, 'review-refused', 'member ' || id, $5 FROM made)
INSERT INTO events (kind, member_id) SELECT 'refused', id FROM made`, a.Person, a.Update, c.id, c.by.ID, string(why)); err != nil {
		return err
	}
	return s.tellMember(ctx, tx, c, flows.Notice{Kind: flows.NoticeRefused, Reason: string(why)})
}

// freeze stops a record as a complaint does, and brings it before an admin: its
// figure is held until Monday, and no event tells who watches the figures that
// anything happened.
func (s *Store) freeze(ctx context.Context, tx pgx.Tx, a flows.Actor, c entryCase) error {
	if err := s.bring(ctx, tx, a, c.id, c.status, flows.CaseUnasked, 0); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
WITH made AS (
	UPDATE members SET status = 'frozen', frozen_at = now(), held = nullif(counts, 0), changed_by = $2 WHERE id = $3 RETURNING id)
INSERT INTO audit (actor, action, object) SELECT $1, 'review-frozen', 'member ' || id FROM made`, a.Person, a.Update, c.id)
	return err
}

// mend writes what was typed again, and judges by the same rules as a save: what
// the number gave is looked at anew, the other doubts stay.
func (s *Store) mend(ctx context.Context, tx pgx.Tx, a flows.Actor, c entryCase, e flows.MendEntry) (flows.Judged, error) {
	what := mended(e)
	name, epic := c.name, c.voterID
	if e.Name != "" {
		name = e.Name
	}
	if !e.VoterID.IsZero() {
		epic = e.VoterID
	}
	sealedName, err := s.sealText(string(name), c.nonce)
	if err != nil {
		return flows.Judged{}, err
	}
	sealedEPIC, err := s.sealText(epic.Number, c.nonce)
	if err != nil {
		return flows.Judged{}, err
	}
	var taken bool
	if err := tx.QueryRow(ctx, `SELECT `+heldBy("$1", "id <> $2"), s.voterIndex(epic), c.id).Scan(&taken); err != nil {
		return flows.Judged{}, err
	}
	doubts := doubtsAnew(c.doubts, epic, taken)
	status := party.Confirmed
	if len(doubts) > 0 {
		status = party.Review
	}
	ac, part, letter := boothColumns(e.Booth)
	if _, err := tx.Exec(ctx, `
WITH was AS (SELECT id, ac_no, part_no, letter FROM members WHERE id = $3),
made AS (
	UPDATE members m SET name_sealed = $4, voter_id_sealed = $5, voter_id_index = $6, reasons = $7, status = $8, changed_by = $2,
		decided_by = CASE WHEN $8 = 'confirmed' THEN $9::bigint ELSE m.decided_by END,
		ac_no = coalesce($10, m.ac_no), part_no = coalesce($11, m.part_no), letter = coalesce($12, m.letter),
		booth_version_id = coalesce((SELECT id FROM booth_versions WHERE label = $13), m.booth_version_id)
	FROM was WHERE m.id = was.id RETURNING m.id),
audited AS (INSERT INTO audit (actor, action, object, reason) SELECT $1, 'review-corrected', 'member ' || id, $14 FROM made)
INSERT INTO events (kind, member_id, ac_no, part_no, letter) SELECT 'corrected', id, ac_no, part_no, letter FROM was`,
		a.Person, a.Update, c.id, sealedName, sealedEPIC, s.voterIndex(epic), doubts, string(status), c.by.ID, ac, part, letter, e.Version, what); err != nil {
		return flows.Judged{}, err
	}
	c.name = name
	if status == party.Review {
		return flows.Judged{Outcome: flows.EntryWaits, Name: name}, nil
	}
	return flows.Judged{Outcome: flows.EntryStands, Name: name}, s.tellAccepted(ctx, tx, c)
}

// mended names what a correction changes.
func mended(e flows.MendEntry) string {
	switch {
	case !e.VoterID.IsZero():
		return "voter-id"
	case !e.Booth.IsZero():
		return "booth"
	}
	return "name"
}

// doubtsAnew keeps the doubts that are not of the number, and finds those that
// are.
func doubtsAnew(was []string, v party.VoterID, taken bool) []string {
	now := []string{}
	if v.Form == party.Old {
		now = append(now, string(party.OldForm))
	}
	if v.Form == party.Modern && !v.Check {
		now = append(now, string(party.CheckDigit))
	}
	if taken {
		now = append(now, string(party.Taken))
	}
	for _, d := range was {
		if !party.Doubt(d).OfNumber() {
			now = append(now, d)
		}
	}
	return now
}
