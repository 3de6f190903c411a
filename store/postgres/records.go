package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// What a person may see of the rows made in their chat.

const live = `m.status IN ('confirmed', 'review', 'frozen')`

const recordsSQL = `
SELECT m.number, m.nonce, m.via, m.status, m.name_sealed, m.voter_id_sealed,
	b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, v.label,
	coalesce(m.enroller_code, ''), o.name_sealed, o.seal_context,
	extract(year FROM m.confirmed_at AT TIME ZONE 'Asia/Kolkata')::int,
	extract(month FROM m.confirmed_at AT TIME ZONE 'Asia/Kolkata')::int,
	extract(day FROM m.confirmed_at AT TIME ZONE 'Asia/Kolkata')::int,
	coalesce(m.gender, ''), coalesce(m.social, '')
FROM members m
LEFT JOIN booth_versions v ON v.id = m.booth_version_id
LEFT JOIN booths b ON b.version_id = m.booth_version_id AND b.ac_no = m.ac_no AND b.part_no = m.part_no AND b.letter = m.letter
LEFT JOIN offices o ON o.code = m.enroller_code
WHERE `

// records reads rows; one that was erased has a number and no name.
func (s *Store) records(ctx context.Context, where string, arg any) (list []flows.Record, err error) {
	err = s.again(func() error {
		rows, err := s.pool.Query(ctx, recordsSQL+where+` ORDER BY m.via <> 'self', m.confirmed_at, m.id`, arg)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, s.scanRecord)
		return err
	})
	return list, wrap("read records", err)
}

func (s *Store) scanRecord(row pgx.CollectableRow) (r flows.Record, err error) {
	var nonce, place pgtype.UUID
	var name, epic, inviter []byte
	var st stationRow
	err = row.Scan(&r.Number, &nonce, &r.Via, &r.Status, &name, &epic,
		&st.ac, &st.part, &st.letter, &st.nameEN, &st.nameHI, &st.version,
		&r.Code, &inviter, &place, &r.On.Year, &r.On.Month, &r.On.Day, &r.Gender, &r.Social)
	if err != nil {
		return r, err
	}
	r.Nonce, r.Station = nonce.Bytes, st.station()
	plain, err := s.unsealText(name, nonce.Bytes)
	if err != nil {
		return r, err
	}
	r.Name = party.Name(plain)
	if plain, err = s.unsealText(epic, nonce.Bytes); err != nil {
		return r, err
	}
	r.VoterID = storedVoterID(plain)
	r.Inviter, err = s.unsealText(inviter, place.Bytes)
	return r, err
}

// storedVoterID gives back what was stored in its canonical form.
func storedVoterID(number string) party.VoterID {
	if reading, err := party.ReadVoterID(number); err == nil && reading.ID.Number == number {
		return reading.ID
	}
	return party.VoterID{Number: number, Form: party.Modern}
}

// Records gives the live records made in a chat, and what the person agreed to.
func (s *Store) Records(ctx context.Context, a flows.Actor) (out flows.Records, err error) {
	if out.List, err = s.records(ctx, `m.telegram_id = $1 AND `+live, a.Person); err != nil {
		return out, err
	}
	err = s.queryRow(ctx, `
SELECT coalesce(extract(year FROM c.on)::int, 0), coalesce(extract(month FROM c.on)::int, 0), coalesce(extract(day FROM c.on)::int, 0),
	coalesce((SELECT given FROM consents WHERE telegram_id = $1 AND kind = 'news' ORDER BY at DESC LIMIT 1), false),
	(SELECT count(*) `+stoppedSQL+`)
FROM (SELECT (SELECT CASE WHEN given THEN at AT TIME ZONE 'Asia/Kolkata' END FROM consents
	WHERE telegram_id = $1 AND kind = 'membership' AND via IN ('self', 'assisted') ORDER BY at DESC LIMIT 1) AS on) c`, []any{a.Person},
		&out.Consented.Year, &out.Consented.Month, &out.Consented.Day, &out.News, &out.Stopped)
	return out, wrap("read consents", err)
}
