package place

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Transliterate writes Devanagari in Latin letters, in lower case, in the
// Hunterian manner that Indian signboards and the Survey of India use, without
// the marks of length: केशोपुरा is keshopura, सांगानेर sanganer. The inherent a is
// left out where Hindi does not say it. Whatever is not Devanagari stays.
func Transliterate(text string) string {
	var out, word []byte
	flush := func() {
		out = append(out, unsaid(word)...)
		word = word[:0]
	}
	runes := []rune(norm.NFD.String(text))
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		if r >= '०' && r <= '९' {
			flush()
			out = append(out, byte('0'+r-'०'))
			continue
		}
		sound, kind := soundOf(r)
		switch kind {
		case other:
			flush()
			if r < 0x0900 || r > 0x097F {
				out = append(out, string(r)...)
			}
		case consonant:
			if i+1 < len(runes) && runes[i+1] == nukta {
				i++
				sound = withNukta(r, sound)
			}
			switch { // two conjuncts that are not said as they are written
			case r == 'ज' && conjunct(runes, i, 'ञ'):
				sound, i = "gy", i+2
			case r == 'क' && conjunct(runes, i, 'ष'):
				sound, i = "ksh", i+2
			}
			word = append(word, sound...)
			if !endsInherent(runes, i) {
				word = append(word, inherent)
			}
		case vowel:
			word = append(word, sound...)
		case nasal:
			word = append(word, nasalBefore(runes, i)...)
		}
	}
	flush()
	return string(out)
}

// The kinds of letters.
const (
	other = iota
	consonant
	vowel
	nasal
)

const (
	nukta  = '\u093C'
	virama = '\u094D'
	// inherent stands for the vowel that every consonant brings along, until it
	// is known whether it is said.
	inherent = 1
)

func conjunct(runes []rune, i int, second rune) bool {
	return i+2 < len(runes) && runes[i+1] == virama && runes[i+2] == second
}

// endsInherent tells whether a sign after the consonant at i takes its vowel.
func endsInherent(runes []rune, i int) bool {
	if i+1 >= len(runes) {
		return false
	}
	next := runes[i+1]
	return next == virama || next >= 'ा' && next <= 'ौ' || next == 'ृ'
}

func nasalBefore(runes []rune, i int) string {
	if i+1 < len(runes) && strings.ContainsRune("पफबभम", runes[i+1]) {
		return "m"
	}
	return "n"
}

// unsaid leaves the inherent vowel out at the end of a word, and between two
// said vowels where one consonant stands on either side: रामपुरा is rampura.
// From the end backwards, as Hindi does it: कमला is kamla, भटनेर bhatner.
func unsaid(word []byte) []byte {
	said := make([]byte, len(word))
	copy(said, word)
	end := len(said) - 1
	if end > 1 && said[end] == inherent {
		said = said[:end]
	}
	for i := len(said) - 2; i > 0; i-- {
		if said[i] == inherent && between(said, i) {
			said = append(said[:i], said[i+1:]...)
		}
	}
	for i := range said {
		if said[i] == inherent {
			said[i] = 'a'
		}
	}
	return said
}

// between tells whether the vowel at i has vowel-consonant before it and
// consonant-vowel after it.
func between(word []byte, i int) bool {
	before, after := i-1, i+1
	for before >= 0 && !isVowel(word[before]) {
		before--
	}
	for after < len(word) && !isVowel(word[after]) {
		after++
	}
	return before >= 0 && after < len(word) && oneSound(word[before+1:i]) && oneSound(word[i+1:after])
}

// oneSound tells whether letters are one consonant, aspirated or not.
func oneSound(letters []byte) bool {
	return len(letters) == 1 || len(letters) == 2 && letters[1] == 'h' || string(letters) == "chh"
}

func isVowel(c byte) bool { return c == inherent || strings.IndexByte("aeiou", c) >= 0 }

func withNukta(r rune, sound string) string {
	switch r {
	case 'ड':
		return "r"
	case 'ढ':
		return "rh"
	case 'ज':
		return "z"
	case 'फ':
		return "f"
	case 'क':
		return "q"
	}
	return sound
}

// soundOf gives a letter's sound, without length.
func soundOf(r rune) (string, int) {
	if r >= 'क' && r <= 'ह' {
		return consonants[r-'क'], consonant
	}
	switch r {
	case 'अ', 'आ', 'ा':
		return "a", vowel
	case 'इ', 'ई', 'ि', 'ी':
		return "i", vowel
	case 'उ', 'ऊ', 'ु', 'ू':
		return "u", vowel
	case 'ऋ', 'ृ':
		return "ri", vowel
	case 'ए', 'े', 'ऍ', 'ॅ', 'ऎ', 'ॆ':
		return "e", vowel
	case 'ऐ', 'ै':
		return "ai", vowel
	case 'ओ', 'ो', 'ऑ', 'ॉ', 'ऒ', 'ॊ':
		return "o", vowel
	case 'औ', 'ौ':
		return "au", vowel
	case 'ं', 'ँ':
		return "n", nasal
	case nukta, virama, 'ः', '\u200c', '\u200d':
		return "", vowel
	}
	return "", other
}

// consonants from क to ह, in the order of Unicode.
var consonants = [...]string{
	"k", "kh", "g", "gh", "n", "ch", "chh", "j", "jh", "n",
	"t", "th", "d", "dh", "n", "t", "th", "d", "dh", "n", "n",
	"p", "ph", "b", "bh", "m", "y", "r", "r", "l", "l", "l", "v", "sh", "sh", "s", "h",
}
