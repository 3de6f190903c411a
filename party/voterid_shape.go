// What a row of signs is: a Voter ID of either form, or another number that
// people have at hand.

package party

import "strings"

const (
	modernLength = 10
	example      = "ABC1234566" // the one our own screens show
)

// judge reads a row of A-Z, 0-9 and "|" as one number. Errors as ReadVoterID.
func judge(signs string) (Reading, error) {
	digits := countDigits(signs)
	if digits == len(signs) {
		return Reading{}, judgeDigits(signs)
	}
	if id, ok := oldForm(signs); ok {
		return Reading{ID: id}, nil
	}
	switch {
	case looksLikeAadhaar(signs):
		return Reading{}, ErrVoterIDAadhaar
	case isPAN(signs):
		return Reading{}, ErrVoterIDPAN
	case digits < 4: // a word, or far from a number
		return Reading{}, ErrNotVoterID
	case len(signs) == modernLength:
		return judgeModern(signs)
	case len(signs) >= 6 && len(signs) <= 13:
		return Reading{}, &VoterIDLengthError{Found: len(signs)}
	}
	return Reading{}, ErrNotVoterID
}

// judgeDigits says which number a row of nothing but digits is.
func judgeDigits(signs string) error {
	switch {
	case len(signs) == 12:
		return ErrVoterIDAadhaar
	case len(signs) == 10, len(signs) == 11 && signs[0] == '0', len(signs) == 14 && strings.HasPrefix(signs, "0091"):
		return ErrVoterIDMobile
	case len(signs) >= 6 && len(signs) <= 13:
		return &VoterIDLengthError{Found: len(signs)}
	}
	return ErrNotVoterID
}

// judgeModern reads ten signs by position: three letters, seven digits. Signs
// that look alike are repaired; among the digits only where the check digit
// then holds.
func judgeModern(signs string) (Reading, error) {
	var number [modernLength]byte
	var repairs []Repair
	firstDigitRepair := -1
	for i := range len(signs) {
		from, to := signs[i], asLetter(signs[i])
		if i >= 3 {
			if to = asDigit(from); to != from && firstDigitRepair < 0 {
				firstDigitRepair = i
			}
		}
		if to == 0 {
			return Reading{}, &VoterIDShapeError{Pos: i}
		}
		if number[i] = to; to != from {
			repairs = append(repairs, Repair{Pos: i, From: rune(from), To: rune(to)})
		}
	}
	id := VoterID{Number: string(number[:]), Form: Modern}
	id.Check = luhn(id.Number[3:])
	if firstDigitRepair >= 0 && !id.Check {
		return Reading{}, &VoterIDShapeError{Pos: firstDigitRepair}
	}
	if id.Number == example {
		return Reading{}, ErrVoterIDExample
	}
	return Reading{ID: id, Repairs: repairs}, nil
}

// asDigit gives the digit that a sign is or looks like, 0 for none.
func asDigit(c byte) byte {
	switch c {
	case 'O', 'Q', 'D':
		return '0'
	case 'I', 'L', '|':
		return '1'
	case 'S':
		return '5'
	case 'B':
		return '8'
	case 'Z':
		return '2'
	case 'G':
		return '6'
	}
	if isDigit(c) {
		return c
	}
	return 0
}

// asLetter gives the letter that a sign is or looks like, 0 for none.
func asLetter(c byte) byte {
	switch c {
	case '0':
		return 'O'
	case '1', '|':
		return 'I'
	case '5':
		return 'S'
	case '8':
		return 'B'
	case '2':
		return 'Z'
	}
	if isLetter(c) {
		return c
	}
	return 0
}

// oldForm reads the old form without its slashes: state, two digits of the old
// parliamentary constituency, three of the assembly constituency, a serial of
// six or seven.
func oldForm(signs string) (VoterID, bool) {
	if len(signs) != 13 && len(signs) != 14 || !isState(signs[:2]) || !allDigits(signs[2:]) {
		return VoterID{}, false
	}
	number := signs[:2] + "/" + signs[2:4] + "/" + signs[4:7] + "/" + signs[7:]
	return VoterID{Number: number, Form: Old}, true
}

// spacedOld reads the old form written in four pieces, where leading zeros may
// be missing.
func (r run) spacedOld() (VoterID, bool) {
	if len(r.pieces) != 4 {
		return VoterID{}, false
	}
	var part [4]string
	for i, p := range r.pieces {
		part[i] = r.signs[p.from:p.to]
	}
	if len(part[1]) > 2 || len(part[2]) < 2 || len(part[2]) > 3 {
		return VoterID{}, false
	}
	part[1] = "00"[len(part[1]):] + part[1]
	part[2] = "000"[len(part[2]):] + part[2]
	return oldForm(part[0] + part[1] + part[2] + part[3])
}

// isState tells whether two letters began Voter IDs of the old form. General
// knowledge; the codes are those of vehicle registration of the years before
// 2008, and MT for Maharashtra.
func isState(s string) bool {
	switch s {
	case "AP", "AR", "AS", "BR", "CG", "CH", "CT", "DL", "GA", "GJ", "HP", "HR",
		"JH", "JK", "KA", "KL", "MH", "ML", "MN", "MP", "MT", "MZ", "NL", "OR",
		"PB", "PY", "RJ", "SK", "TN", "TR", "UA", "UK", "UP", "UT", "WB":
		return true
	}
	return false
}

// looksLikeAadhaar tells whether exactly 12 digits stand in a row, not behind
// the letters of an old Voter ID, or 12 signs are digits but for one or two that
// look like digits.
func looksLikeAadhaar(signs string) bool {
	for i := 0; i < len(signs); {
		j := i
		for j < len(signs) && isDigit(signs[j]) {
			j++
		}
		if j-i == 12 && (i < 2 || !isState(signs[i-2:i])) {
			return true
		}
		i = j + 1
	}
	if len(signs) != 12 || countDigits(signs) < 10 {
		return false
	}
	for i := range len(signs) {
		if asDigit(signs[i]) == 0 {
			return false
		}
	}
	return true
}

// isPAN tells whether ten signs are five letters, four digits and a letter.
func isPAN(signs string) bool {
	return len(signs) == 10 && allLetters(signs[:5]) && allDigits(signs[5:9]) && isLetter(signs[9])
}

// isModern tells whether ten signs are three letters and seven digits as they
// stand.
func isModern(signs string) bool {
	return len(signs) == modernLength && allLetters(signs[:3]) && allDigits(signs[3:])
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

func allDigits(s string) bool { return countDigits(s) == len(s) }

func allLetters(s string) bool {
	for i := range len(s) {
		if !isLetter(s[i]) {
			return false
		}
	}
	return true
}

func countDigits(s string) (n int) {
	for i := range len(s) {
		if isDigit(s[i]) {
			n++
		}
	}
	return n
}
