package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

const enrollerSQL = `
SELECT o.code, o.name_sealed, o.seal_context, b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, v.label
FROM offices o
LEFT JOIN booth_versions v ON v.id = ` + newest + `
LEFT JOIN booths b ON b.version_id = v.id AND b.ac_no = o.ac_no AND b.part_no = o.part_no AND b.letter = o.letter
WHERE o.office = 'enroller' AND o.status = 'active' AND `

// A drive's own counts are exact: they are read along the index of the code.
const countsSQL = `
SELECT count(*) FILTER (WHERE ` + live + `), count(*) FILTER (WHERE m.status = 'confirmed' AND m.via <> 'assisted'),
	count(*) FILTER (WHERE ` + live + ` AND m.confirmed_at >= d.today - interval '1 day' AND m.confirmed_at < d.today)
FROM members m, (SELECT date_trunc('day', now() AT TIME ZONE 'Asia/Kolkata') AT TIME ZONE 'Asia/Kolkata' AS today) d
WHERE m.enroller_code = $1`

// Enroller gives the person's own office as enroller, the newest where there
// are several, with its counts; the zero Enroller where there is none.
func (s *Store) Enroller(ctx context.Context, a flows.Actor) (o flows.Enroller, err error) {
	o, err = s.enroller(ctx, `o.telegram_id = $1 ORDER BY o.appointed_at DESC, o.id DESC LIMIT 1`, a.Person)
	if err != nil || o.Code == "" {
		return o, err
	}
	err = s.queryRow(ctx, countsSQL, []any{string(o.Code)}, &o.Added, &o.Confirmed, &o.Yesterday)
	return o, wrap("count an enroller's members", err)
}

// EnrollerOf gives the active enroller who has a code, without counts.
func (s *Store) EnrollerOf(ctx context.Context, code party.Code) (flows.Enroller, error) {
	return s.enroller(ctx, `o.code = $1`, string(code))
}

func (s *Store) enroller(ctx context.Context, where string, arg any) (o flows.Enroller, err error) {
	var name []byte
	var place pgtype.UUID
	var st stationRow
	err = wrap("look an enroller up", s.queryRow(ctx, enrollerSQL+where, []any{arg},
		&o.Code, &name, &place, &st.ac, &st.part, &st.letter, &st.nameEN, &st.nameHI, &st.version))
	if errors.Is(err, party.ErrNotFound) {
		return flows.Enroller{}, nil
	}
	if err != nil {
		return flows.Enroller{}, err
	}
	plain, err := s.unsealText(name, place.Bytes)
	o.Name, o.Station = party.Name(plain), st.station()
	return o, err
}
