// Languages a person can be spoken to in.

package party

import "strings"

// Language is a language of the bot, as a BCP 47 base tag. Empty: not chosen.
type Language string

// The languages, Hindi first as on the first screen.
const (
	Hindi   Language = "hi"
	English Language = "en"
)

// Languages lists every language in the order in which it is offered.
func Languages() []Language { return []Language{Hindi, English} }

// ParseLanguage reads a language tag as apps send it ("hi", "hi-IN", "en_GB").
// ok is false for a language that the bot does not speak.
func ParseLanguage(s string) (l Language, ok bool) {
	base := strings.TrimSpace(s)
	if i := strings.IndexAny(base, "-_"); i >= 0 {
		base = base[:i]
	}
	switch Language(strings.ToLower(base)) {
	case Hindi:
		return Hindi, true
	case English:
		return English, true
	}
	return "", false
}

// Text is the same words in both languages.
type Text struct {
	Hindi   string `yaml:"hi" json:"hi"`
	English string `yaml:"en" json:"en"`
}

// In gives the words in l, and in the other language where l has none.
func (t Text) In(l Language) string {
	if (l == English && t.English != "") || t.Hindi == "" {
		return t.English
	}
	return t.Hindi
}
