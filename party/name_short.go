// Names made short, for lists that others see.

package party

import (
	"strings"
	"unicode/utf8"
)

// Short gives the first name and the initial of the last: "Kamla D.",
// "कमला दे.". Titles are left out; a name of one word stays whole.
func (n Name) Short() string {
	words := strings.Fields(string(n))
	folded := make([]string, len(words))
	for i, word := range words {
		folded[i] = strings.Join(foldWords(word), "")
	}
	words = words[frontTitles(folded):backTitles(folded)]
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return words[0] + " " + initial(words[len(words)-1]) + "."
}

// initial gives the first letter of a word, in Devanagari the first akshara: a
// letter with what is tied to it by virama, and the signs on it.
func initial(word string) string {
	word = strings.TrimLeft(word, ".-'’॰")
	tied := false
	for end := 0; end < len(word); {
		r, size := utf8.DecodeRuneInString(word[end:])
		switch {
		case end == 0 || isDevanagariMark(r) || r == zwj || r == zwnj:
		case tied && isDevanagariLetter(r):
		default:
			return word[:end]
		}
		end += size
		tied = r == virama || tied && (r == zwj || r == zwnj)
	}
	return word
}
