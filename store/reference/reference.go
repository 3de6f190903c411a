// Package reference holds the constituencies of Rajasthan and the bundled list
// of booths, "sample 2014", with their sources in SOURCES.md, and reads a
// campaign's own list of booths. It imports party and nothing else of ours.
package reference

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"sadasya/party"
)

// SampleVersion names the bundled list of booths. Part numbers have changed
// since: it is for trying out, until a campaign imports today's.
const SampleVersion = "sample 2014"

//go:embed rajasthan_ac.csv rajasthan_districts41.csv rajasthan_booths.csv.gz rajasthan_booths_aux.csv.gz
var files embed.FS

// Reference is safe for concurrent use; it never changes.
type Reference struct {
	byAC      map[int]party.Constituency
	districts []party.Constituency
	within    map[string][]party.Constituency
	carved    map[string][]string // districts of today, by the older one they came from
}

// Load reads the constituencies.
func Load() (*Reference, error) {
	raw, err := files.ReadFile("rajasthan_ac.csv")
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("constituencies: %w", err)
	}
	r := &Reference{byAC: map[int]party.Constituency{}, within: map[string][]party.Constituency{}}
	for _, row := range rows[1:] {
		ac, err := strconv.Atoi(row[0])
		if err != nil {
			return nil, fmt.Errorf("constituencies: number %q", row[0])
		}
		c := party.Constituency{
			AC: ac, NameEN: row[1], NameHI: row[2], DistrictEN: row[3], DistrictHI: row[4],
			Reservation: party.Reservation(row[5]),
		}
		r.byAC[ac] = c
		if len(r.within[c.DistrictEN]) == 0 {
			r.districts = append(r.districts, c)
		}
		r.within[c.DistrictEN] = append(r.within[c.DistrictEN], c)
	}
	if err := r.carve(); err != nil {
		return nil, err
	}
	slices.SortFunc(r.districts, func(a, b party.Constituency) int { return strings.Compare(a.DistrictEN, b.DistrictEN) })
	return r, nil
}

// Constituency gives the one with this number, 1 to 200.
func (r *Reference) Constituency(ac int) (party.Constituency, bool) {
	c, ok := r.byAC[ac]
	return c, ok
}

// All gives every constituency, by number.
func (r *Reference) All() []party.Constituency {
	list := make([]party.Constituency, 0, len(r.byAC))
	for ac := 1; ac <= party.MaxAC; ac++ {
		if c, ok := r.byAC[ac]; ok {
			list = append(list, c)
		}
	}
	return list
}

// carve adds the districts of today that came out of older ones. Which of its
// constituencies went with it is not in the list, so that a new district has all
// of those it was carved from.
func (r *Reference) carve() error {
	raw, err := files.ReadFile("rajasthan_districts41.csv")
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		return fmt.Errorf("districts: %w", err)
	}
	r.carved = map[string][]string{}
	for _, row := range rows[1:] {
		english, hindi, parents := row[0], row[1], row[3]
		if parents == "" {
			continue
		}
		var all []party.Constituency
		for parent := range strings.SplitSeq(parents, "; ") {
			r.carved[parent] = append(r.carved[parent], english, hindi)
			all = append(all, r.within[parent]...)
		}
		slices.SortFunc(all, func(a, b party.Constituency) int { return a.AC - b.AC })
		r.within[english] = all
		r.districts = append(r.districts, party.Constituency{DistrictEN: english, DistrictHI: hindi})
	}
	return nil
}

// Carved gives the names, in both languages, of the districts of today that
// came out of an older one.
func (r *Reference) Carved(district string) []string { return r.carved[district] }

// Districts gives, by the English name, one constituency of each of the 33
// districts of the list, for the district's names, and of the 8 of today that
// were carved out of them one with the names alone.
func (r *Reference) Districts() []party.Constituency { return r.districts }

// Constituencies gives those of a district, by number; nil for an unknown one.
// A district of today has all those of the districts it came from.
func (r *Reference) Constituencies(district string) []party.Constituency { return r.within[district] }

// SampleBooths gives the bundled booths: those of the roll, then the auxiliary
// ones, which get the letter A.
func (r *Reference) SampleBooths() iter.Seq[party.Station] {
	return func(yield func(party.Station) bool) {
		_ = sample("rajasthan_booths.csv.gz", "", yield) && sample("rajasthan_booths_aux.csv.gz", "A", yield)
	}
}

// sample reads one bundled file. It is our own and was checked when it was put
// there, so a fault in it is a fault of the build.
func sample(file, letter string, yield func(party.Station) bool) bool {
	raw, err := files.ReadFile(file)
	if err != nil {
		panic(err)
	}
	plain, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		panic(err)
	}
	rows := csv.NewReader(plain)
	rows.ReuseRecord = true
	for first := true; ; first = false {
		row, err := rows.Read()
		if err == io.EOF {
			return true
		}
		if err != nil {
			panic(err)
		}
		if !first && !yield(station(row, letter)) {
			return false
		}
	}
}

func station(row []string, letter string) party.Station {
	ac, _ := strconv.Atoi(row[0])
	part, _ := strconv.Atoi(row[1])
	lat, _ := strconv.ParseFloat(row[4], 64)
	lon, _ := strconv.ParseFloat(row[5], 64)
	name := strings.Clone(row[2])
	if name == "" { // one row of the source has none
		name = "Polling station " + row[1]
	}
	return party.Station{
		Booth:  party.Booth{AC: ac, Part: part, Letter: letter},
		NameEN: name, NameHI: strings.Clone(row[3]),
		Lat: lat, Lon: lon, Version: SampleVersion,
	}
}
