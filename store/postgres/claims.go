package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// What an assisted person does with the record that an enroller made: claim it,
// stop it, erase it. Whoever holds the slip may, but for the enroller; once it is
// claimed or stopped, only who did that.

// slip is a record as it stands to one person.
type slip struct {
	id         int64
	number     party.Number
	nonce      pgtype.UUID
	status     party.Status
	refusal    string
	person     int64 // who claimed it
	claimed    bool
	held       bool // its figure waits for Monday
	changedBy  int64
	name       []byte // sealed
	station    *party.Station
	by         party.Name
	recorder   bool // the person is the enroller
	complained bool // the person stopped it
	own        party.Number
}

const slipSQL = `
SELECT m.id, m.number, m.nonce, m.status, m.refusal, m.telegram_id, m.claimed_at IS NOT NULL, m.held IS NOT NULL, m.changed_by, m.name_sealed,
	b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, v.label, o.name_sealed, o.seal_context,
	m.recorded_by = $2 OR EXISTS (SELECT FROM offices WHERE code = m.enroller_code AND telegram_id = $2),
	EXISTS (SELECT FROM cases WHERE member_id = m.id AND kind = 'unasked' AND telegram_id = $2 AND decision IS DISTINCT FROM 'stands'),
	coalesce((SELECT number FROM members own WHERE own.telegram_id = $2 AND own.via = 'self'
		AND own.status IN ('confirmed', 'review', 'frozen') AND own.voter_id_index = m.voter_id_index), '')
FROM members m
LEFT JOIN booth_versions v ON v.id = m.booth_version_id
LEFT JOIN booths b ON b.version_id = m.booth_version_id AND b.ac_no = m.ac_no AND b.part_no = m.part_no AND b.letter = m.letter
LEFT JOIN LATERAL (SELECT name_sealed, seal_context FROM offices WHERE code = m.enroller_code OR telegram_id = m.recorded_by
	ORDER BY (code = m.enroller_code) DESC NULLS LAST, id DESC LIMIT 1) o ON true
WHERE m.number = $1 AND m.via = 'assisted'`

func (s *Store) readSlip(ctx context.Context, q rowQuerier, number party.Number, person int64) (r slip, err error) {
	var name []byte
	var place pgtype.UUID
	var st stationRow
	err = q.QueryRow(ctx, slipSQL, string(number), person).Scan(&r.id, &r.number, &r.nonce, &r.status, &r.refusal, &r.person, &r.claimed, &r.held, &r.changedBy, &r.name,
		&st.ac, &st.part, &st.letter, &st.nameEN, &st.nameHI, &st.version, &name, &place, &r.recorder, &r.complained, &r.own)
	if err != nil {
		return r, err
	}
	r.station = st.station()
	r.by, err = s.unsealName(name, place)
	return r, err
}

// standing is what the person may know of the record. A stranger to one that was
// stopped reads what was true before, also when it was put out since.
func (r slip) standing(person int64) flows.SlipStanding {
	stopped := r.status == party.Frozen || r.status == party.Refused && r.refusal == string(flows.CaseUnasked)
	switch {
	case r.recorder:
		return flows.SlipRecorder
	case r.complained && stopped:
		return flows.SlipStopped
	case r.claimed && r.person == person && r.status.Live():
		return flows.SlipOwn
	case r.claimed || r.name == nil || !r.status.Live() && !stopped:
		return flows.SlipUsed
	case r.own != "":
		return flows.SlipDouble
	}
	return flows.SlipOpen
}

// free tells whether nobody has used the slip yet.
func (r slip) free() bool {
	return !r.claimed && !r.recorder && (r.status == party.Confirmed || r.status == party.Review)
}

// OpenSlip tells what a slip's link is to this person. That the enroller opened
// it is audited; nothing else is written.
func (s *Store) OpenSlip(ctx context.Context, a flows.Actor, token party.SlipToken) (out flows.SlipOpened, err error) {
	number := s.slipNumber(token)
	if number == "" {
		return out, nil
	}
	var r slip
	err = s.again(func() error { r, err = s.readSlip(ctx, s.pool, number, a.Person); return err })
	if err != nil {
		return out, ignore(wrap("open a slip", err), party.ErrNotFound)
	}
	out.Standing = r.standing(a.Person)
	switch out.Standing {
	case flows.SlipRecorder:
		_, err = s.pool.Exec(ctx, ownSlipSQL, a.Person, r.id)
		return out, wrap("audit an own slip", err)
	case flows.SlipUsed:
		return out, nil
	}
	out.By, out.Station, out.Number = r.by, r.station, r.shown(out.Standing)
	plain, err := s.unsealText(r.name, r.nonce.Bytes)
	out.Name = party.Name(plain)
	return out, err
}

// stoppedSQL are the records that were stopped at the word of the person $1 and
// not erased: those whose standing is SlipStopped, while a name stands in them.
const stoppedSQL = `
FROM members m WHERE m.name_sealed IS NOT NULL AND (m.status = 'frozen' OR m.status = 'refused' AND m.refusal = 'unasked')
AND m.id IN (SELECT member_id FROM cases WHERE telegram_id = $1 AND kind = 'unasked' AND decision IS DISTINCT FROM 'stands')`

// Stopped gives the slip of the oldest of them.
func (s *Store) Stopped(ctx context.Context, a flows.Actor) (out flows.StoppedFound, err error) {
	var number party.Number
	err = s.queryRow(ctx, `SELECT m.number`+stoppedSQL+` ORDER BY m.id LIMIT 1`, []any{a.Person}, &number)
	if err != nil {
		return out, ignore(wrap("find what was stopped", err), party.ErrNotFound)
	}
	out.Token = s.SlipToken(number)
	return out, nil
}

// shown is the number that goes with a standing.
func (r slip) shown(standing flows.SlipStanding) party.Number {
	switch standing {
	case flows.SlipOwn:
		return r.number
	case flows.SlipDouble:
		return r.own
	}
	return ""
}

const ownSlipSQL = `INSERT INTO audit (actor, action, object) VALUES ($1, 'own-slip', 'member ' || $2::bigint)`

// UseSlip does what the person chose, once. The record is locked before it is
// read, so that of two who come at once the second reads what the first did.
// What is not theirs to do is not done, and brings a case before an admin.
func (s *Store) UseSlip(ctx context.Context, a flows.Actor, e flows.UseSlip) (out flows.SlipDone, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	number := s.slipNumber(e.Token)
	if number == "" {
		return out, nil
	}
	err = s.racing(ctx, func(tx pgx.Tx) error {
		out = flows.SlipDone{}
		if err := lockSlip(ctx, tx, number, a.Person); err != nil {
			return err
		}
		r, err := s.readSlip(ctx, tx, number, a.Person)
		if err != nil {
			return err
		}
		if out.Done, out.Case, err = s.useSlip(ctx, tx, a, r, e.Use); err != nil {
			return err
		}
		if r, err = s.readSlip(ctx, tx, number, a.Person); err != nil {
			return err
		}
		out.Standing = r.standing(a.Person)
		out.Number = r.shown(out.Standing)
		if e.Use == flows.SlipMerge && out.Done {
			return tx.QueryRow(ctx, `SELECT number FROM members m WHERE telegram_id = $1 AND via = 'self' AND `+live, a.Person).Scan(&out.Number)
		}
		return nil
	})
	return out, ignore(wrap("use a slip", err), party.ErrNotFound)
}

// lockSlip locks the record and the person's own one, in the order of ids, as
// every other writer of two does.
func lockSlip(ctx context.Context, tx pgx.Tx, number party.Number, person int64) error {
	_, err := tx.Exec(ctx, `
SELECT FROM members m WHERE number = $1 AND via = 'assisted' OR telegram_id = $2 AND via = 'self' AND `+live+`
ORDER BY id FOR UPDATE`, string(number), person)
	return err
}

// useSlip tells whether it was done, now or by this update before, or became a
// case.
func (s *Store) useSlip(ctx context.Context, tx pgx.Tx, a flows.Actor, r slip, use flows.SlipUse) (done, brought bool, err error) {
	standing := r.standing(a.Person)
	before := r.changedBy == a.Update
	theirs := r.free() || standing == flows.SlipOwn
	switch {
	case standing == flows.SlipRecorder:
		_, err = tx.Exec(ctx, ownSlipSQL, a.Person, r.id)
		return false, false, err
	case use == flows.SlipClaim && standing == flows.SlipOwn,
		use == flows.SlipStop && standing == flows.SlipStopped,
		use == flows.SlipErase && before && r.name == nil,
		use == flows.SlipMerge && before && r.refusal == outranked:
		return true, false, nil
	case use == flows.SlipClaim && r.free() && standing == flows.SlipOpen:
		return true, false, s.claim(ctx, tx, a, r)
	case use == flows.SlipStop && theirs:
		return true, false, s.stop(ctx, tx, a, r)
	case use == flows.SlipErase && (theirs || standing == flows.SlipStopped):
		return true, false, erase(ctx, tx, a, r)
	case use == flows.SlipMerge && r.free() && standing == flows.SlipDouble:
		return true, false, merge(ctx, tx, a, r)
	case theirs, standing == flows.SlipStopped:
		return false, false, nil // it stands otherwise than when they chose: they are asked again
	}
	return false, true, s.bring(ctx, tx, a, r.id, r.status, flows.CaseClaimedTwice, a.Person)
}

// racing runs a transaction again where it lost a race: to a row of the same
// Voter ID, or to a deadlock.
func (s *Store) racing(ctx context.Context, do func(pgx.Tx) error) (err error) {
	for range tries {
		if err = pgx.BeginFunc(ctx, s.pool, do); !raced(err) {
			return err
		}
	}
	return errors.Join(err, party.ErrUnavailable)
}
