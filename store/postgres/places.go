package postgres

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/party/place"
)

const (
	mostWords  = 8   // of a query that are looked at
	askedFor   = 3   // of them that the index is asked for
	candidates = 120 // that the index gives
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
	err = s.again(func() error { list, err = s.candidates(ctx, query, s.areas.About(query, e.Near.AC)); return err })
	if err != nil {
		return flows.Places{}, wrap("find places", err)
	}
	return flows.PlacesOf(s.areas.Rank(query, e.Near.AC, flows.PlacesAtOnce, list)), nil
}

// findCandidates gives the places with the words most like those asked for, and
// all of the constituencies that the query is about. Words that a blank parts
// are asked for as one besides.
const findCandidates = `
	WITH alike AS (
		SELECT asked.n, w.places, 1 - (w.bones <-> asked.bones) AS likeness
		FROM unnest($1::text[], $2::int[]) AS asked (bones, n)
		CROSS JOIN LATERAL (SELECT * FROM place_words WHERE place_words.bones % asked.bones ORDER BY place_words.bones <-> asked.bones LIMIT 16) w
	), found AS (
		SELECT id FROM (
			SELECT n, id, max(likeness) AS likeness FROM alike CROSS JOIN unnest(places) AS id
			WHERE likeness > 0.25 GROUP BY n, id) each
		GROUP BY id ORDER BY sum(likeness) DESC LIMIT $4
	)
	SELECT ` + placeColumns + ` FROM places p WHERE p.id IN (SELECT id FROM found)
	UNION ALL
	SELECT ` + placeColumns + ` FROM places p WHERE p.ac_no = ANY ($3) AND p.id NOT IN (SELECT id FROM found)`

func (s *Store) candidates(ctx context.Context, query place.Reading, acs []int) (list []place.Building, err error) {
	asked, nth := query.Telling(askedFor)
	var batch pgx.Batch // one round trip, in one transaction
	batch.Queue(`SELECT set_config('pg_trgm.similarity_threshold', '0.5', true)`)
	batch.Queue(findCandidates, asked, nth, acs, candidates).
		Query(func(rows pgx.Rows) (err error) { list, err = pgx.CollectRows(rows, scanPlace); return err })
	return list, s.pool.SendBatch(ctx, &batch).Close()
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
	if _, err := tx.Exec(ctx, `DELETE FROM places; DELETE FROM place_words`); err != nil {
		return err
	}
	list := place.Buildings(booths)
	for i := range list {
		list[i].ID = int64(version)*1_000_000 + int64(i)
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"places"},
		[]string{"id", "version_id", "ac_no", "name_en", "name_hi", "words", "level", "girls", "lies", "booths"},
		pgx.CopyFromSlice(len(list), func(i int) ([]any, error) {
			b := list[i]
			return []any{
				b.ID, version, b.AC, b.NameEN, b.NameHI,
				strings.Join(b.Reading.Words, " "), int(b.Reading.Level), b.Reading.Girls, plane(b.Lat, b.Lon), b.Booths,
			}, nil
		}))
	if err != nil {
		return err
	}
	if err := copyWords(ctx, tx, list); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `ANALYZE places; ANALYZE place_words`)
	return err
}

// copyWords writes in which places each word stands; two in a row also as one,
// for who types them so.
func copyWords(ctx context.Context, tx pgx.Tx, list []place.Building) error {
	places := map[string][]int64{}
	add := func(sound string, id int64) {
		bones := place.Bones(sound)
		if had := places[bones]; len(had) == 0 || had[len(had)-1] != id {
			places[bones] = append(had, id)
		}
	}
	for _, b := range list {
		for i, w := range b.Reading.Words {
			add(w, b.ID)
			if i > 0 {
				add(b.Reading.Words[i-1]+w, b.ID)
			}
		}
	}
	words := slices.Sorted(maps.Keys(places))
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"place_words"}, []string{"bones", "places"},
		pgx.CopyFromSlice(len(words), func(i int) ([]any, error) { return []any{words[i], places[words[i]]}, nil }))
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
