// Names compared: spellings of one name folded into one.

package party

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold gives the name for comparing and searching, never for showing: titles
// dropped, lower case, and folded what people spell in several ways. In
// Devanagari: joiners and nukta dropped, half nasals and candrabindu as
// anusvara, long i and u as short, au as o, ष as श, व as ब, ण as न. In Latin:
// accents dropped, ee as i, oo as u, doubled letters as one, v and w as b, and
// some surnames that sound the same.
func (n Name) Fold() string {
	words := foldWords(string(n))
	return strings.Join(words[frontTitles(words):backTitles(words)], " ")
}

// Same tells whether two names are spellings of one, be they written joined
// (रामलाल) or apart (राम लाल).
func (n Name) Same(o Name) bool {
	return strings.ReplaceAll(n.Fold(), " ", "") == strings.ReplaceAll(o.Fold(), " ", "")
}

// foldWords folds each word of a name.
func foldWords(name string) []string {
	words := strings.FieldsFunc(norm.NFD.String(name), func(r rune) bool {
		return unicode.IsSpace(r) || r == '.' || r == '-' || r == '॰'
	})
	folded := words[:0]
	for _, word := range words {
		if word = foldWord(word); word != "" {
			folded = append(folded, word)
		}
	}
	return folded
}

// foldWord folds one word in NFD.
func foldWord(word string) string {
	out := make([]rune, 0, 32)
	for i, r := range word {
		switch {
		case r == nukta || r == '\'' || r == '’' || isInvisible(r) || r >= 0x0300 && r <= 0x036F:
			continue
		case r == virama && endsConjunct(word[i:]):
			continue // a virama at the end is not heard
		case r >= 0x0900 && r <= 0x097F:
			out = append(out, foldDevanagari(r))
		default:
			out = append(out, unicode.ToLower(r))
		}
	}
	if len(out) > 0 && out[0] < utf8.RuneSelf {
		return foldLatin(string(out))
	}
	return foldNasals(out)
}

// endsConjunct tells whether no letter follows the virama that rest begins with.
func endsConjunct(rest string) bool {
	for _, r := range rest[len("्"):] {
		if isDevanagariLetter(r) {
			return false
		}
	}
	return true
}

func foldDevanagari(r rune) rune {
	switch r {
	case 'ँ':
		return 'ं'
	case 'ई':
		return 'इ'
	case 'ऊ':
		return 'उ'
	case 'ी':
		return 'ि'
	case 'ू':
		return 'ु'
	case 'औ':
		return 'ओ'
	case 'ौ':
		return 'ो'
	case 'ष':
		return 'श'
	case 'व':
		return 'ब'
	case 'ण':
		return 'न'
	}
	return r
}

// foldNasals writes a nasal that a virama ties to the next letter as anusvara.
func foldNasals(word []rune) string {
	out := word[:0]
	for i := 0; i < len(word); i++ {
		nasal := word[i] == 'ङ' || word[i] == 'ञ' || word[i] == 'न' || word[i] == 'म'
		if nasal && i+2 < len(word) && word[i+1] == virama && isDevanagariLetter(word[i+2]) {
			out = append(out, 'ं')
			i++
			continue
		}
		out = append(out, word[i])
	}
	return string(out)
}

// foldLatin folds a word in lower case.
func foldLatin(word string) string {
	out := make([]byte, 0, 32)
	for i := 0; i < len(word); i++ {
		c := word[i]
		switch {
		case c == 'v' || c == 'w':
			c = 'b'
		case c == 'e' && strings.HasPrefix(word[i:], "ee"):
			c = 'i'
			i++
		case c == 'o' && strings.HasPrefix(word[i:], "oo"):
			c = 'u'
			i++
		}
		if c >= utf8.RuneSelf || len(out) == 0 || out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	return surname(string(out))
}

// surname gives one spelling of folded surnames that sound the same.
func surname(word string) string {
	switch word {
	case "rathod", "rathore":
		return "rathor"
	case "choudhary", "chobdhary", "choudhry", "chaudhry", "chaudhari", "choudhari":
		return "chaudhary"
	case "gujar":
		return "gurjar"
	case "agrabal":
		return "agarbal"
	case "kunbar":
		return "kanbar"
	case "saini", "sen":
		return "sain"
	}
	return word
}

// frontTitles counts the titles before a folded name; the last word is never
// one.
func frontTitles(words []string) int {
	n := 0
	for n < len(words)-1 && isFrontTitle(words[n]) {
		n++
	}
	return n
}

// backTitles gives where the titles behind a folded name begin.
func backTitles(words []string) int {
	n, first := len(words), frontTitles(words)
	for n > first+1 && isBackTitle(words[n-1]) {
		n--
	}
	return n
}

// isFrontTitle knows titles in their folded spelling. General knowledge.
func isFrontTitle(word string) bool {
	switch word {
	case "श्रि", "श्रिमति", "सुश्रि", "कुमारि", "कु", "डॉ", "डा", "प्रो", "पं", "पंडित", "मा", "स्ब",
		"ठा", "चो", "एडबोकेट", "हाजि", "मोलाना", "संत", "महंत", "मो",
		"shri", "sh", "sri", "smt", "shrimati", "sushri", "ms", "mrs", "mr", "km", "kum", "dr",
		"prof", "pt", "adb", "late", "ch", "th", "haji", "md", "mohd":
		return true
	}
	return false
}

func isBackTitle(word string) bool {
	switch word {
	case "जि", "साहब", "सा", "ji", "sahab", "saheb":
		return true
	}
	return false
}
