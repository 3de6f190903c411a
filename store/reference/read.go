package reference

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"sadasya/party"
)

// boothHeader are the columns of a list of booths.
var boothHeader = []string{"ac_no", "part_no", "name_en", "name_hi", "lat", "lon"}

// Bounds of a list of booths. Rajasthan lies within the degrees.
const (
	longestName  = 400 // code points; the longest of 2014 has 254
	south, north = 22.5, 30.8
	west, east   = 69.0, 78.6
	faultsTold   = 50 // with what is wrong; the rest by their numbers
)

// BrokenRows is every row that cannot be imported, by its number.
type BrokenRows struct {
	Rows  []string // what is wrong, of the first
	Total int

	more []int // the numbers of the others, ascending
}

func (b *BrokenRows) Error() string {
	text := fmt.Sprintf("%d rows are broken and nothing was imported: %s", b.Total, strings.Join(b.Rows, "; "))
	if len(b.more) > 0 {
		text += "; and rows " + ranges(b.more)
	}
	return text
}

func (b *BrokenRows) add(line int, format string, args ...any) {
	b.Total++
	if len(b.Rows) < faultsTold {
		b.Rows = append(b.Rows, fmt.Sprintf("row %d: ", line)+fmt.Sprintf(format, args...))
		return
	}
	b.more = append(b.more, line)
}

// ranges writes ascending numbers as 3, 7-90, 95.
func ranges(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		last := i
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 {
			last++
		}
		part := strconv.Itoa(numbers[i])
		if last > i {
			part += "-" + strconv.Itoa(numbers[last])
		}
		parts, i = append(parts, part), last+1
	}
	return strings.Join(parts, ", ")
}

// ReadBooths reads a list of booths as CSV with the header
// ac_no,part_no,name_en,name_hi,lat,lon; part_no may carry a letter. It gives
// all of it, or *BrokenRows with every row that is broken.
func ReadBooths(r io.Reader) ([]party.Station, error) {
	in := bufio.NewReader(r)
	if mark, err := in.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = in.Discard(3) // spreadsheets put it there
	}
	rows := csv.NewReader(in)
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if err != nil || !slices.Equal(trimAll(header), boothHeader) {
		return nil, fmt.Errorf("the first row must be %s", strings.Join(boothHeader, ","))
	}
	var list []party.Station
	broken := &BrokenRows{}
	seen := map[party.Booth]int{}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			broken.add(syntax.StartLine, `a quotation mark is open or out of place: "" stands for one within a name`)
			continue // the reader goes on with the next line
		}
		if err != nil {
			return nil, fmt.Errorf("reading the list: %w", err)
		}
		line, _ := rows.FieldPos(0)
		s, fault := readRow(trimAll(row))
		if fault == "" && seen[s.Booth] != 0 {
			fault = fmt.Sprintf("booth %s is in row %d already", s.Booth, seen[s.Booth])
		}
		if fault != "" {
			broken.add(line, "%s", fault)
			continue
		}
		seen[s.Booth] = line
		list = append(list, s)
	}
	switch {
	case broken.Total > 0:
		return nil, broken
	case len(list) == 0:
		return nil, errors.New("the list has no booths")
	}
	return list, nil
}

func trimAll(row []string) []string {
	for i := range row {
		row[i] = strings.TrimSpace(row[i])
	}
	return row
}

// readRow reads one booth; fault says what is wrong and how it should be.
func readRow(row []string) (s party.Station, fault string) {
	if len(row) != len(boothHeader) {
		return s, fmt.Sprintf("it has %d columns, not %d", len(row), len(boothHeader))
	}
	b, err := party.ParseBooth(row[0] + "/" + row[1])
	if err != nil || row[1] == "" || strings.ContainsFunc(row[0], notDigit) { // "54 12/" is a booth to ParseBooth
		return s, fmt.Sprintf("ac_no %q and part_no %q: constituencies go from 1 to %d, parts from 1 to %d with an optional letter", row[0], row[1], party.MaxAC, party.MaxPart)
	}
	s = party.Station{Booth: b, NameEN: norm.NFC.String(row[2]), NameHI: norm.NFC.String(row[3])}
	if s.NameEN == "" && s.NameHI == "" {
		return s, "it has no name"
	}
	for _, name := range []string{s.NameEN, s.NameHI} {
		switch {
		case utf8.RuneCountInString(name) > longestName || !utf8.ValidString(name) || strings.ContainsFunc(name, unseen):
			return s, fmt.Sprintf("the name must be one line of UTF-8 without hidden signs, at most %d letters", longestName)
		case name != "" && strings.ContainsRune("=+@-", rune(name[0])):
			return s, "a name cannot begin with = + - or @"
		}
	}
	if row[4] == "" && row[5] == "" {
		return s, ""
	}
	lat, err1 := strconv.ParseFloat(row[4], 64)
	lon, err2 := strconv.ParseFloat(row[5], 64)
	if err1 != nil || err2 != nil || !(lat >= south && lat <= north && lon >= west && lon <= east) {
		return s, fmt.Sprintf("lat %q and lon %q are not in Rajasthan (%.1f to %.1f, %.1f to %.1f); leave both empty if not known", row[4], row[5], south, north, west, east)
	}
	s.Lat, s.Lon = lat, lon
	return s, ""
}

// unseen are control signs, and those that turn the direction of what follows.
func unseen(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

func notDigit(r rune) bool { return !unicode.IsDigit(r) }
