// The person's own part of what they wrote for a name: without a father,
// husband or mother, and without "my name is".

package party

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// ownPart leaves out the relation and the words that introduce a name. ask is
// true where any were. The result may be empty.
func ownPart(text string) (own string, ask bool) {
	own = trimPoints(text)
	for {
		rest := withoutRelation(withoutLeadIn(own))
		if rest = trimPoints(rest); rest == own {
			return own, ask
		}
		own, ask = rest, true
	}
}

// trimPoints drops what a keyboard or a dictation leaves around a name.
func trimPoints(s string) string {
	const around = " ,;:|।\"“”()[]*_"
	return strings.TrimRight(strings.TrimLeft(s, around+".-'’"), around+"-")
}

// withoutLeadIn drops "मेरा नाम … है" and the like.
func withoutLeadIn(s string) string {
	for _, lead := range []string{
		"मेरा नाम", "मेरा शुभ नाम", "नाम", "मैं",
		"my name is", "my name", "name is", "name", "mera naam", "mera nam", "naam", "i am",
	} {
		if len(s) <= len(lead) || !strings.EqualFold(s[:len(lead)], lead) || !strings.ContainsRune(" :-.", rune(s[len(lead)])) {
			continue
		}
		s = trimPoints(s[len(lead):])
		for _, end := range []string{" है", " हैं", " हूँ", " हूं", " hai", " hoon", " hun", " hu"} {
			if cut := len(s) - len(end); cut > 0 && strings.EqualFold(s[cut:], end) {
				return s[:cut]
			}
		}
		return s
	}
	return s
}

// withoutRelation drops "W/o Ram Lal", "पत्नी राम लाल" behind a name, and
// "राम लाल की पत्नी" before it.
func withoutRelation(s string) string {
	if at := slashRelation(s); at >= 0 {
		return s[:at]
	}
	words := strings.Split(s, " ")
	for i, word := range words {
		word = strings.Trim(word, ",:;()-.")
		of := i+1 < len(words) && strings.EqualFold(words[i+1], "of")
		possessive := i > 0 && isPossessive(words[i-1])
		switch {
		case isRelation(word), of && isEnglishRelation(word), possessive && isLatinRelation(word):
		case i > 0 && (strings.EqualFold(word, "father") || strings.EqualFold(word, "husband")):
		case isDottedRelation(words[i]):
		default:
			continue
		}
		if possessive {
			return strings.Join(words[i+1:], " ")
		}
		return strings.Join(words[:i], " ")
	}
	return s
}

// slashRelation finds S/o, D/o, W/o, C/o and their kin, also spelled एस/ओ; -1
// where there is none.
func slashRelation(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] != '/' && s[i] != '\\' {
			continue
		}
		after := strings.TrimPrefix(s[i+1:], " ")
		before := strings.TrimSuffix(s[:i], " ")
		word := before[strings.LastIndexAny(before, " ,(-:")+1:]
		switch {
		case len(word) == 1 && strings.ContainsAny(word, "sdwchfmSDWCHFM") && after != "" && strings.ContainsAny(after[:1], "oO0"):
			return len(before) - 1
		case strings.HasPrefix(after, "ओ") && slices.Contains([]string{"एस", "डी", "डब्ल्यू", "सी"}, word):
			return len(before) - len(word)
		}
	}
	return -1
}

// isDottedRelation: "w.o." with a small o, since S.O. may be initials.
func isDottedRelation(word string) bool {
	word = strings.TrimSuffix(word, ".")
	return len(word) == 3 && word[1] == '.' && word[2] == 'o' && strings.ContainsAny(word[:1], "sdwcSDWC")
}

func isRelation(word string) bool {
	if len(word) < 2*utf8.UTFMax || word[0] < utf8.RuneSelf {
		return false
	}
	switch word {
	case "पुत्र", "पुत्री", "पत्नी", "पत्नि", "पति", "सुपुत्र", "सुपुत्री", "धर्मपत्नी", "विधवा",
		"बेवा", "आत्मज", "आत्मजा", "पिता", "वल्द", "जौजे", "जोजे":
		return true
	}
	return false
}

func isEnglishRelation(word string) bool {
	return slices.ContainsFunc([]string{"wife", "son", "daughter", "widow", "husband", "care", "mother", "father"},
		func(w string) bool { return strings.EqualFold(w, word) })
}

// isLatinRelation: words that are surnames by themselves (Patni), and relations
// behind "ka" or "ki".
func isLatinRelation(word string) bool {
	return slices.ContainsFunc([]string{"patni", "putra", "putri", "pati", "beta", "beti", "बेटा", "बेटी", "बहू"},
		func(w string) bool { return strings.EqualFold(w, word) })
}

func isPossessive(word string) bool {
	switch word {
	case "का", "की", "के", "ka", "ki", "ke", "Ka", "Ki", "Ke":
		return true
	}
	return false
}
