package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

const enrollerSQL = `
SELECT o.code, o.status <> 'active', NOT o.daily, o.name_sealed, o.seal_context, b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, v.label,
	coalesce(a.office, ''), coalesce(a.district, ''), coalesce(a.ac_no, 0)
FROM offices o
LEFT JOIN offices a ON a.id = o.appointed_by
LEFT JOIN booth_versions v ON v.id = ` + newest + `
LEFT JOIN booths b ON b.version_id = v.id AND b.ac_no = o.ac_no AND b.part_no = o.part_no AND b.letter = o.letter
WHERE o.office = 'enroller' AND `

// today begins the present day in Asia/Kolkata.
const today = `date_trunc('day', now() AT TIME ZONE 'Asia/Kolkata') AT TIME ZONE 'Asia/Kolkata'`

// A drive's own counts are exact: they are read along the index of the code.
// Yesterday is what was done on that day, however it stands now: else Monday's
// settlement would tell on which day somebody was recorded who complained.
const countsSQL = `
SELECT count(*) FILTER (WHERE m.via = 'self' AND m.counts >= 1), count(*) FILTER (WHERE m.via = 'self' AND m.counts = 2),
	count(*) FILTER (WHERE m.via = 'family' AND m.counts >= 1), count(*) FILTER (WHERE m.via = 'family' AND m.counts = 2),
	count(*) FILTER (WHERE m.via = 'assisted' AND m.counts >= 1), count(*) FILTER (WHERE m.via = 'assisted' AND m.counts = 2),
	count(*) FILTER (WHERE m.confirmed_at >= d.today - interval '1 day' AND m.confirmed_at < d.today)
FROM members m, (SELECT ` + today + ` AS today) d
WHERE m.enroller_code = $1`

// newestOwn finds the person's own office, the newest where there are several.
const newestOwn = `o.telegram_id = $1 AND o.status = 'active' ORDER BY o.appointed_at DESC, o.id DESC LIMIT 1`

// Enroller gives the person's own office as enroller, the newest where there
// are several, with its counts; the zero Enroller where there is none.
func (s *Store) Enroller(ctx context.Context, a flows.Actor) (o flows.Enroller, err error) {
	o, err = s.enroller(ctx, newestOwn, a.Person)
	if err != nil || o.Code == "" {
		return o, err
	}
	err = s.queryRow(ctx, countsSQL, []any{string(o.Code)}, &o.Self.Added, &o.Self.Confirmed,
		&o.Family.Added, &o.Family.Confirmed, &o.Assisted.Added, &o.Assisted.Confirmed, &o.Yesterday)
	for _, way := range []flows.Tally{o.Self, o.Family, o.Assisted} {
		o.Added += way.Added
		o.Confirmed += way.Confirmed
	}
	return o, wrap("count an enroller's members", err)
}

// EnrollerOf gives the enroller who has a code, or had it, without counts; the
// zero Enroller for a code that was never given.
func (s *Store) EnrollerOf(ctx context.Context, code party.Code) (flows.Enroller, error) {
	return s.enroller(ctx, `o.code = $1`, string(code))
}

func (s *Store) enroller(ctx context.Context, where string, arg any) (o flows.Enroller, err error) {
	var name []byte
	var place pgtype.UUID
	var st stationRow
	err = wrap("look an enroller up", s.queryRow(ctx, enrollerSQL+where, []any{arg},
		&o.Code, &o.Past, &o.NoDaily, &name, &place, &st.ac, &st.part, &st.letter, &st.nameEN, &st.nameHI, &st.version,
		&o.By.Office, &o.By.Area.District, &o.By.Area.AC))
	if errors.Is(err, party.ErrNotFound) {
		return flows.Enroller{}, nil
	}
	if err != nil {
		return flows.Enroller{}, err
	}
	o.Name, err = s.unsealName(name, place)
	o.Station = st.station()
	return o, err
}

// joinedSQL lists who joined by a code in seven days, this one included. Of whom
// the enroller recorded it says that they did, whatever became of it, and no
// name: nothing in the list may move by a complaint, nor by its settlement.
const joinedSQL = `
SELECT CASE WHEN m.via <> 'assisted' THEN m.name_sealed END, m.nonce, m.via, extract(year FROM d.on)::int, extract(month FROM d.on)::int, extract(day FROM d.on)::int
FROM members m, LATERAL (SELECT m.confirmed_at AT TIME ZONE 'Asia/Kolkata' AS on) d
WHERE m.enroller_code = $1 AND (m.counts >= 1 OR m.via = 'assisted') AND m.confirmed_at >= ` + today + ` - interval '6 days'
ORDER BY m.confirmed_at DESC, m.id DESC LIMIT $2 OFFSET $3`

// Joined lists who joined by the person's own code, a page of it; without a code
// they are no enroller.
func (s *Store) Joined(ctx context.Context, a flows.Actor, e flows.ListJoined) (out flows.Joined, err error) {
	o, err := s.enroller(ctx, newestOwn, a.Person)
	if err != nil || o.Code == "" {
		return out, err
	}
	out.Code, out.Page = o.Code, e.Page
	err = s.again(func() error {
		rows, err := s.pool.Query(ctx, joinedSQL, string(o.Code), flows.JoinedAPage+1, e.Page*flows.JoinedAPage)
		if err != nil {
			return err
		}
		out.List, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (j flows.Joiner, err error) {
			var name []byte
			var nonce pgtype.UUID
			if err = row.Scan(&name, &nonce, &j.Via, &j.On.Year, &j.On.Month, &j.On.Day); err != nil {
				return j, err
			}
			j.Name, err = s.unsealName(name, nonce)
			return j, err
		})
		return err
	})
	if out.More = len(out.List) > flows.JoinedAPage; out.More {
		out.List = out.List[:flows.JoinedAPage]
	}
	return out, wrap("list who joined", err)
}
