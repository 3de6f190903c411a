// Reading a Voter ID out of what a person typed or spoke.

package party

import (
	"errors"
	"slices"
	"strings"
)

// ReadVoterID understands a Voter ID as people write it: any case, blanks and
// hyphens, digits of another script, slips between letters and digits that look
// alike, letters and digits spoken in Hindi or English, alone or inside a short
// sentence. A check digit that does not hold is no error: Reading.ID.Check is
// false then. Errors: the ErrVoterID… values, ErrNotVoterID,
// *VoterIDLengthError, *VoterIDShapeError. Rules and repairs: python-stdnum's
// stdnum.in_.epic and the old forms seen in electoral rolls.
func ReadVoterID(text string) (Reading, error) {
	text = plain(text)
	var room [48]piece
	typed := scan(text, false, room[:0])
	if typed.blank {
		return Reading{}, ErrVoterIDEmpty
	}
	first := ErrNotVoterID
	if !typed.words {
		var r Reading
		if r, first = typed.whole().judge(); settled(first) {
			return r, first
		}
	}
	spoken := scan(text, true, room[:0])
	return pick(spoken.runs(), first)
}

// settled tells whether an answer to the whole message stands, whatever its
// parts may look like.
func settled(err error) bool {
	return err == nil || rank(err) >= rank(ErrVoterIDPAN)
}

// pick takes the one number among the runs of a message; first is what was
// found wrong with the message as a whole.
func pick(runs []run, first error) (Reading, error) {
	var found Reading
	wrong := ErrNotVoterID
	for _, r := range runs {
		reading, err := r.read()
		switch {
		case err != nil:
			wrong = graver(wrong, err)
		case found.ID.IsZero():
			found = reading
		case found.ID.Number != reading.ID.Number:
			wrong = graver(wrong, ErrVoterIDTwo)
		}
	}
	switch {
	case errors.Is(wrong, ErrVoterIDAadhaar):
		return Reading{}, wrong
	case found.ID.IsZero():
		return Reading{}, graver(wrong, first)
	case rank(wrong) >= rank(&VoterIDLengthError{}):
		return Reading{}, ErrVoterIDTwo // another number stands beside it
	}
	return found, nil
}

// graver gives the error that says more about a message.
func graver(a, b error) error {
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// rank orders errors by how much they say. An Aadhaar comes before everything,
// since its message must be deleted.
func rank(err error) int {
	var shape *VoterIDShapeError
	var length *VoterIDLengthError
	switch {
	case errors.Is(err, ErrVoterIDAadhaar):
		return 7
	case errors.Is(err, ErrVoterIDExample):
		return 6
	case errors.Is(err, ErrVoterIDTwo):
		return 5
	case errors.Is(err, ErrVoterIDMobile):
		return 4
	case errors.Is(err, ErrVoterIDPAN):
		return 3
	case errors.As(err, &length):
		return 2
	case errors.As(err, &shape):
		return 1
	}
	return 0
}

// run is signs of one message that no other word parts.
type run struct {
	signs  string
	pieces []piece
	plus   bool // a plus sign stood before the first digit
}

// piece is a stretch of signs that stood together in the message.
type piece struct {
	from, to int // in the signs of the scan
	run      int // which run it belongs to
	spoken   bool
}

// read takes the one number of the run.
func (r run) read() (Reading, error) {
	if r.holdsAadhaar() {
		return Reading{}, ErrVoterIDAadhaar
	}
	reading, err := r.judge()
	if settled(err) {
		return reading, err
	}
	inner, innerErr := r.inside()
	if innerErr == nil {
		return inner, nil
	}
	return Reading{}, graver(err, innerErr)
}

// judge reads the whole run as one number.
func (r run) judge() (Reading, error) {
	if r.isMobile() {
		return Reading{}, ErrVoterIDMobile
	}
	reading, err := judge(r.signs)
	if settled(err) {
		reading.Spoken = err == nil && anySpoken(r.pieces)
		return reading, err
	}
	if id, ok := r.spacedOld(); ok {
		return Reading{ID: id}, nil
	}
	return Reading{}, err
}

func anySpoken(pieces []piece) bool {
	return slices.ContainsFunc(pieces, func(p piece) bool { return p.spoken })
}

// isMobile tells whether the run is a mobile number with +91, behind whatever
// words.
func (r run) isMobile() bool {
	digits := strings.TrimLeft(r.signs, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	return r.plus && len(digits) == 12 && allDigits(digits) && digits[:2] == "91"
}

// inside looks in a run for one sound number that pieces make up by
// themselves: letters and a few digits may stand before it, letters behind it.
func (r run) inside() (Reading, error) {
	var found Reading
	err := ErrNotVoterID
	for i := 0; i < len(r.pieces); i++ {
		id, end := r.soundFrom(i)
		if end < 0 {
			continue
		}
		switch before, after := r.digits(0, i), r.digits(end, len(r.pieces)); {
		case !found.ID.IsZero() && found.ID.Number != id.Number:
			return Reading{}, ErrVoterIDTwo
		case before > 5 && found.ID.IsZero():
			err = ErrVoterIDTwo
		default:
			found = Reading{ID: id, Spoken: anySpoken(r.pieces[i:end])}
			err = nil
			if after > 0 {
				err = ErrVoterIDTwo
				if len(r.signs) <= 13 {
					err = &VoterIDLengthError{Found: len(r.signs)}
				}
			}
		}
		i = end - 1
	}
	if err != nil {
		return Reading{}, err
	}
	if found.ID.Number == example {
		return Reading{}, ErrVoterIDExample
	}
	return found, nil
}

// soundFrom finds a number that begins with piece i and ends with a piece: a
// modern one in one piece, one in several whose check digit holds, or an old
// one. end is -1 where there is none, else the piece behind it.
func (r run) soundFrom(i int) (id VoterID, end int) {
	for j := i; j < len(r.pieces); j++ {
		signs := r.signs[r.pieces[i].from:r.pieces[j].to]
		if len(signs) > 14 {
			break
		}
		if isModern(signs) && (i == j || luhn(signs[3:])) {
			return VoterID{Number: signs, Form: Modern, Check: luhn(signs[3:])}, j + 1
		}
		if id, ok := oldForm(signs); ok {
			return id, j + 1
		}
	}
	return VoterID{}, -1
}

// digits counts the digits in pieces i to j.
func (r run) digits(i, j int) (n int) {
	for _, p := range r.pieces[i:j] {
		n += countDigits(r.signs[p.from:p.to])
	}
	return n
}

// holdsAadhaar tells whether a piece of 12 digits, or three of 4, stands in the
// run, whatever stands around.
func (r run) holdsAadhaar() bool {
	if _, ok := oldForm(r.signs); ok || r.isMobile() {
		return false
	}
	fours := 0
	for _, p := range r.pieces {
		signs := r.signs[p.from:p.to]
		switch {
		case !allDigits(signs):
			fours = 0
		case len(signs) == 12:
			return true
		case len(signs) == 4:
			fours++
		default:
			fours = 0
		}
		if fours == 3 {
			return true
		}
	}
	return false
}
