package postgres

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/party/place"
)

const (
	mostWords  = 8  // of a query that are looked at
	candidates = 60 // that the index gives, of the state and of the inviter's constituency
)

const placeColumns = `p.id, p.ac_no, p.name_en, p.name_hi, p.words, p.level, p.girls, p.booths, p.lies`

func scanPlace(row pgx.CollectableRow) (b place.Building, err error) {
	var words string
	var lies pgtype.Point
	err = row.Scan(&b.ID, &b.AC, &b.NameEN, &b.NameHI, &words, &b.Reading.Level, &b.Reading.Girls, &b.Booths, &lies)
	b.Reading.Words = strings.Fields(words)
	b.Lat, b.Lon = fromPlane(lies)
	return b, err
}

// FindPlaces gives the places that fit what a person typed, or that lie nearest
// to where they are, the best first. The index finds candidates; place.Rank
// decides.
func (s *Store) FindPlaces(ctx context.Context, e flows.FindPlaces) (found flows.Places, err error) {
	if e.At != nil {
		return s.nearest(ctx, *e.At)
	}
	query := place.Read(e.Words)
	query.Words = query.Words[:min(len(query.Words), mostWords)]
	if len(query.Words) == 0 {
		return flows.Places{}, nil
	}
	var list []place.Building
	err = s.again(func() error { list, err = s.candidates(ctx, query, e.Near.AC); return err })
	if err != nil {
		return flows.Places{}, wrap("find places", err)
	}
	return flows.PlacesOf(s.areas.Rank(query, e.Near.AC, flows.PlacesAtOnce, list)), nil
}

// candidates asks for all words of a query as one, and for its two longest:
// whoever adds a word that is not in the list still gets there.
func (s *Store) candidates(ctx context.Context, query place.Reading, ac int) (list []place.Building, err error) {
	asked := []string{query.Bones()}
	if len(query.Words) > 1 {
		words := slices.Clone(query.Words)
		slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
		for _, w := range words[:2] {
			asked = append(asked, place.Bones(w))
		}
	}
	rows, err := s.pool.Query(ctx, `SELECT DISTINCT ON (p.id) `+placeColumns+` FROM unnest($1::text[]) AS asked (bones)
		CROSS JOIN LATERAL (
			(SELECT * FROM places ORDER BY asked.bones <<-> places.bones LIMIT $3)
			UNION ALL
			(SELECT * FROM places WHERE ac_no = $2 ORDER BY asked.bones <<-> places.bones LIMIT $3)) p`, asked, ac, candidates)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scanPlace)
}

// nearest gives the places about a point, the nearest first.
func (s *Store) nearest(ctx context.Context, at flows.Point) (flows.Places, error) {
	if !(at.Lat > -90 && at.Lat < 90 && at.Lon > -180 && at.Lon < 180) {
		return flows.Places{}, nil
	}
	var list []place.Building
	err := s.again(func() error {
		rows, err := s.pool.Query(ctx, `SELECT `+placeColumns+` FROM places p WHERE p.lies IS NOT NULL
			ORDER BY p.lies <-> $1 LIMIT $2`, plane(at.Lat, at.Lon), 4*flows.PlacesAtOnce)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, scanPlace)
		return err
	})
	if err != nil {
		return flows.Places{}, wrap("find the nearest places", err)
	}
	return flows.PlacesOf(place.Nearest(list, at.Lat, at.Lon, flows.PlacesAtOnce)), nil
}

// Rooms gives one page of the booths in a place, by part; an empty list for a
// place of an older list.
func (s *Store) Rooms(ctx context.Context, id int64, page int) (r flows.Rooms, err error) {
	if page < 0 || page > party.MaxPart {
		return r, nil
	}
	err = s.again(func() error { r, err = s.rooms(ctx, id, page); return err })
	if errors.Is(err, pgx.ErrNoRows) {
		return flows.Rooms{}, nil
	}
	return r, wrap("list rooms", err)
}

func (s *Store) rooms(ctx context.Context, id int64, page int) (r flows.Rooms, err error) {
	rows, err := s.pool.Query(ctx, `SELECT `+placeColumns+` FROM places p WHERE p.id = $1`, id)
	if err != nil {
		return r, err
	}
	b, err := pgx.CollectExactlyOneRow(rows, scanPlace)
	if err != nil {
		return r, err
	}
	rows, err = s.pool.Query(ctx, `SELECT `+stationColumns+` FROM booths b JOIN booth_versions v ON v.id = b.version_id
		WHERE b.version_id = (SELECT version_id FROM places WHERE id = $1) AND b.ac_no = $2 AND b.part_no || b.letter = ANY ($3)
		ORDER BY b.part_no, b.letter LIMIT $4 OFFSET $5`, id, b.AC, b.Booths, flows.StationsAPage+1, page*flows.StationsAPage)
	if err != nil {
		return r, err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (party.Station, error) { return scanStation(row) })
	return flows.Rooms{
		Place: flows.PlaceOf(b), List: list[:min(len(list), flows.StationsAPage)],
		Page: page, More: len(list) > flows.StationsAPage,
	}, err
}

// indexPlaces makes the places of a list of booths, and forgets those of the
// list before.
func indexPlaces(ctx context.Context, tx pgx.Tx, version int) error {
	rows, err := tx.Query(ctx, `SELECT `+stationColumns+` FROM booths b JOIN booth_versions v ON v.id = b.version_id
		WHERE b.version_id = $1 ORDER BY b.ac_no, b.part_no, b.letter`, version)
	if err != nil {
		return err
	}
	booths, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (party.Station, error) { return scanStation(row) })
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM places`); err != nil {
		return err
	}
	list := place.Buildings(booths)
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"places"},
		[]string{"id", "version_id", "ac_no", "name_en", "name_hi", "words", "bones", "level", "girls", "lies", "booths"},
		pgx.CopyFromSlice(len(list), func(i int) ([]any, error) {
			b := list[i]
			return []any{
				int64(version)*1_000_000 + int64(i), version, b.AC, b.NameEN, b.NameHI,
				strings.Join(b.Reading.Words, " "), b.Reading.Bones(), int(b.Reading.Level), b.Reading.Girls, plane(b.Lat, b.Lon), b.Booths,
			}, nil
		}))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `ANALYZE places`)
	return err
}

// A plane on which a degree is as long in every direction, near enough to find
// what lies about a point in Rajasthan.
const narrow = 0.891 // cos 27°

func plane(lat, lon float64) any {
	if lat == 0 && lon == 0 {
		return nil
	}
	return pgtype.Point{P: pgtype.Vec2{X: lon * narrow, Y: lat}, Valid: true}
}

func fromPlane(p pgtype.Point) (lat, lon float64) {
	if !p.Valid {
		return 0, 0
	}
	return p.P.Y, p.P.X / narrow
}
