package postgres

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// BoothVersion is one list of booths. Members keep the one they chose from.
type BoothVersion struct {
	ID     int
	Label  string
	Sample bool // the bundled list of 2014
}

// newest is the list that counts: the one imported last.
const newest = `(SELECT max(id) FROM booth_versions)`

// CurrentVersion is the list that citizens choose from.
func (s *Store) CurrentVersion(ctx context.Context) (v BoothVersion, err error) {
	err = s.queryRow(ctx, `SELECT id, label, sample FROM booth_versions WHERE id = `+newest, nil, &v.ID, &v.Label, &v.Sample)
	return v, wrap("current list of booths", err)
}

const stationColumns = `b.ac_no, b.part_no, b.letter, b.name_en, b.name_hi, coalesce(b.lat, 0), coalesce(b.lon, 0), v.label`

func scanStation(row pgx.Row) (s party.Station, err error) {
	err = row.Scan(&s.Booth.AC, &s.Booth.Part, &s.Booth.Letter, &s.NameEN, &s.NameHI, &s.Lat, &s.Lon, &s.Version)
	return s, err
}

const stationSQL = `SELECT ` + stationColumns + `
	FROM booths b JOIN booth_versions v ON v.id = b.version_id
	WHERE b.version_id = ` + newest + ` AND b.ac_no = $1 AND b.part_no = $2 AND b.letter = $3`

// Station looks one booth up, by primary key. Errors: party.ErrNotFound.
func (s *Store) Station(ctx context.Context, b party.Booth) (st party.Station, err error) {
	if b.AC < 1 || b.AC > party.MaxAC || b.Part < 1 || b.Part > party.MaxPart {
		return st, wrap("look a booth up", party.ErrNotFound)
	}
	err = s.again(func() error {
		st, err = scanStation(s.pool.QueryRow(ctx, stationSQL, b.AC, b.Part, b.Letter))
		return err
	})
	return st, wrap("look a booth up", err)
}

// Stations gives one page of a constituency's booths, by part; pages from 0. It
// reads along the primary key; a constituency has some 300 booths.
func (s *Store) Stations(ctx context.Context, ac, page int) (list []party.Station, more bool, err error) {
	if ac < 1 || ac > party.MaxAC || page < 0 || page > party.MaxPart {
		return nil, false, nil
	}
	err = s.again(func() error { list, err = s.page(ctx, ac, page); return err })
	if err != nil {
		return nil, false, wrap("list booths", err)
	}
	more = len(list) > flows.StationsAPage
	return list[:min(len(list), flows.StationsAPage)], more, nil
}

// page reads one station more than a page has, to tell whether another follows.
func (s *Store) page(ctx context.Context, ac, page int) ([]party.Station, error) {
	rows, err := s.pool.Query(ctx, `SELECT `+stationColumns+`
		FROM booths b JOIN booth_versions v ON v.id = b.version_id
		WHERE b.version_id = `+newest+` AND b.ac_no = $1 ORDER BY b.part_no, b.letter LIMIT $2 OFFSET $3`,
		ac, flows.StationsAPage+1, page*flows.StationsAPage)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (party.Station, error) { return scanStation(row) })
}

// ImportBooths makes list the one that counts: all of it, or nothing. Errors:
// ErrLabelTaken.
func (s *Store) ImportBooths(ctx context.Context, label string, list []party.Station, progress func(int)) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var id int
		err := tx.QueryRow(ctx, `INSERT INTO booth_versions (label) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id`, label).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrLabelTaken
		}
		if err != nil {
			return err
		}
		if err := copyBooths(ctx, tx, id, slices.Values(list), progress); err != nil {
			return err
		}
		return indexPlaces(ctx, tx, id)
	})
	if err != nil {
		return wrap("import booths", err)
	}
	// The places of the list before would slow every search until the server
	// cleans up by itself.
	_, err = s.pool.Exec(ctx, `VACUUM places, place_words`)
	return wrap("clean up after the import", err)
}

func copyBooths(ctx context.Context, tx pgx.Tx, version int, list iter.Seq[party.Station], progress func(int)) error {
	next, stop := iter.Pull(list)
	defer stop()
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"booths"},
		[]string{"version_id", "ac_no", "part_no", "letter", "name_en", "name_hi", "lat", "lon"},
		pgx.CopyFromFunc(func() ([]any, error) {
			s, ok := next()
			if !ok {
				return nil, nil
			}
			progress(1)
			return []any{version, s.Booth.AC, s.Booth.Part, s.Booth.Letter, s.NameEN, s.NameHI, degrees(s, s.Lat), degrees(s, s.Lon)}, nil
		}))
	return err
}

// degrees is a coordinate, or nothing where the place is not known.
func degrees(s party.Station, d float64) any {
	if s.Lat == 0 && s.Lon == 0 {
		return nil
	}
	return d
}
