// From a message to signs: what was typed as it is, what was spoken by the
// names of letters and digits.

package party

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// scanned is the signs of a message in pieces; pieces of one run stand together.
type scanned struct {
	signs  string
	pieces []piece
	plus   bool
	words  bool // words that are no signs stood in it
	blank  bool // nothing stood in it
}

// whole takes all pieces for one run.
func (s scanned) whole() run { return run{signs: s.signs, pieces: s.pieces, plus: s.plus} }

// runs parts the pieces where other words stood between them.
func (s scanned) runs() []run {
	var runs []run
	for i := 0; i < len(s.pieces); {
		j := i
		for j < len(s.pieces) && s.pieces[j].run == s.pieces[i].run {
			j++
		}
		from, to := s.pieces[i].from, s.pieces[j-1].to
		pieces := make([]piece, 0, j-i)
		for _, p := range s.pieces[i:j] {
			pieces = append(pieces, piece{from: p.from - from, to: p.to - from, spoken: p.spoken})
		}
		runs = append(runs, run{signs: s.signs[from:to], pieces: pieces, plus: s.plus})
		i = j
	}
	return runs
}

// scanner gathers signs word by word.
type scanner struct {
	spoken  bool // words are read as letters and digits; else Latin ones are signs as they stand
	signs   []byte
	pieces  []piece
	run     int
	repeat  int // how often the next sign counts: "double seven"
	words   bool
	word    []byte // the word under way
	script  byte   // of the word: 'a' Latin and digits, 'h' Devanagari, 'x' others, 0 none
	numbers bool   // the word holds a digit or a bar
	counted bool   // a digit was typed
}

// plain gives the text with full-width and other compatibility forms resolved.
func plain(text string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return norm.NFKC.String(text)
		}
	}
	return text
}

// scan gathers the signs of a plain text. pieces is room to work in. Unless
// words are to be read as spoken it ends at the first that is no sign.
func scan(text string, spoken bool, pieces []piece) scanned {
	var signs, word [64]byte
	s := scanner{spoken: spoken, signs: signs[:0], word: word[:0], pieces: pieces}
	plus, blank := false, true
	for i := 0; i < len(text) && (spoken || !s.words); {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if isInvisible(r) || unicode.IsSpace(r) && blank {
			continue
		}
		blank = false
		plus = plus || r == '+' && !s.counted
		s.take(r)
	}
	s.endWord()
	return scanned{signs: string(s.signs), pieces: s.pieces, plus: plus, words: s.words, blank: blank}
}

// take adds a rune to the word under way, or ends it.
func (s *scanner) take(r rune) {
	digit, isNumber := digitOf(r)
	switch {
	case isNumber:
		s.add('a', rune('0'+digit))
		s.numbers, s.counted = true, true
	case r >= 'A' && r <= 'Z':
		s.add('a', r)
	case r >= 'a' && r <= 'z':
		s.add('a', r-'a'+'A')
	case r == '|' && s.script == 'a': // typed for a 1
		s.add('a', r)
		s.numbers = true
	case r == 0x093C: // nukta: ज़ेड and जेड are one word
	case r == 0x0901: // candrabindu: पाँच and पांच are one word
		s.add('h', 0x0902)
	case r == 0x0903 && s.script != 'h': // a visarga by itself is a colon
		s.endWord()
	case r >= 0x0900 && r <= 0x097F && r != 0x0964 && r != 0x0965: // Devanagari, but for danda
		s.add('h', r)
	case unicode.IsLetter(r) || unicode.IsMark(r):
		s.add('x', r)
	default:
		s.endWord()
	}
}

func (s *scanner) add(script byte, r rune) {
	if s.script != script {
		s.endWord()
		s.script = script
	}
	s.word = utf8.AppendRune(s.word, r)
}

// endWord turns the word under way into a piece, or ends the run where it is
// no sign.
func (s *scanner) endWord() {
	word, script, numbers := s.word, s.script, s.numbers
	s.word, s.script, s.numbers = s.word[:0], 0, false
	switch {
	case script == 0:
	case script == 'x' || script == 'h' && !s.spoken:
		s.endRun()
	case script == 'h':
		s.hear(word)
	case numbers || !s.spoken:
		s.put(word, false)
	default:
		s.hear(word)
	}
}

func (s *scanner) endRun() {
	s.words = true
	s.repeat = 0
	s.run++
}

// hear reads a word as the name of a letter or digit.
func (s *scanner) hear(word []byte) {
	if times := multiplier(word); times > 0 && s.repeat == 0 {
		s.words = true
		s.repeat = times
		return
	}
	if sign := spokenSign(word); sign != 0 {
		if s.repeat == 2 && sign == 'U' {
			s.repeat, sign = 0, 'W' // "double u"
		}
		s.words = true
		s.put([]byte{sign}, len(word) > 1) // a letter by itself was typed
		return
	}
	if isLetter(word[0]) {
		if len(word) <= 3 && !isFiller(word) {
			s.put(word, false)
			return
		}
	} else if s.spell(word) {
		return
	}
	s.endRun()
}

// spell reads a Devanagari word that is letters' names run together: एबीसी.
func (s *scanner) spell(word []byte) bool {
	if isFiller(word) {
		return false
	}
	var signs [16]byte
	n := 0
	for rest := word; len(rest) > 0; n++ {
		sign, size := leadingLetter(rest)
		if sign == 0 || n == len(signs) {
			return false
		}
		signs[n] = sign
		rest = rest[size:]
	}
	s.words = true
	s.put(signs[:n], true)
	return true
}

// leadingLetter finds the longest letter's name at the front of a Devanagari
// word that no vowel sign follows.
func leadingLetter(word []byte) (sign byte, size int) {
	const longest, sizeOfRune = 24, 3
	for size = min(longest, len(word)); size > 0; size -= sizeOfRune {
		if size < len(word) {
			if next, _ := utf8.DecodeRune(word[size:]); unicode.IsMark(next) {
				continue
			}
		}
		if sign = spokenSign(word[:size]); isLetter(sign) {
			return sign, size
		}
	}
	return 0, 0
}

// put adds signs as a piece, the first of them as often as was said before.
func (s *scanner) put(signs []byte, spoken bool) {
	from := len(s.signs)
	for range max(s.repeat-1, 0) {
		s.signs = append(s.signs, signs[0])
	}
	spoken = spoken || s.repeat > 0
	s.repeat = 0
	s.signs = append(s.signs, signs...)
	s.pieces = append(s.pieces, piece{from: from, to: len(s.signs), run: s.run, spoken: spoken})
}
