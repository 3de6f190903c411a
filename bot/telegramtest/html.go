package telegramtest

import (
	"html"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// tags that Telegram's HTML knows. Source: Bot API, Formatting options.
var tags = map[string]bool{
	"b": true, "strong": true, "i": true, "em": true, "u": true, "ins": true, "s": true, "strike": true, "del": true,
	"code": true, "pre": true, "a": true, "span": true, "tg-spoiler": true, "tg-emoji": true, "blockquote": true,
}

// parseHTML reads Telegram's HTML strictly and gives the plain text.
func parseHTML(text string) (string, error) {
	var plain strings.Builder
	var open []string
	for i := 0; i < len(text); {
		switch text[i] {
		case '<':
			end := strings.IndexByte(text[i:], '>')
			if end < 0 {
				return "", bad("can't parse entities: Unclosed start tag at byte offset %d", i)
			}
			inner := text[i+1 : i+end]
			var err error
			if open, err = tag(open, inner, i); err != nil {
				return "", err
			}
			i += end + 1
		case '&':
			end := strings.IndexByte(text[i:], ';')
			if end > 0 && end <= 10 {
				if decoded := html.UnescapeString(text[i : i+end+1]); decoded != text[i:i+end+1] {
					plain.WriteString(decoded)
					i += end + 1
					continue
				}
			}
			plain.WriteByte('&')
			i++
		default:
			plain.WriteByte(text[i])
			i++
		}
	}
	if len(open) > 0 {
		return "", bad("can't parse entities: Can't find end tag corresponding to start tag %q", open[len(open)-1])
	}
	return plain.String(), nil
}

// tag opens or closes one.
func tag(open []string, inner string, at int) ([]string, error) {
	if name, ok := strings.CutPrefix(inner, "/"); ok {
		if len(open) == 0 || open[len(open)-1] != strings.TrimSpace(name) {
			return nil, bad("can't parse entities: Unexpected end tag at byte offset %d", at)
		}
		return open[:len(open)-1], nil
	}
	name, attributes, _ := strings.Cut(inner, " ")
	if !tags[name] {
		return nil, bad("can't parse entities: Unsupported start tag %q at byte offset %d", name, at)
	}
	if name == "a" && !strings.HasPrefix(attributes, `href="`) {
		return nil, bad("can't parse entities: Tag \"a\" must have attribute \"href\" at byte offset %d", at)
	}
	return append(open, name), nil
}

// units counts a text as Telegram does, in UTF-16.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// checkText holds a text against its parse mode and length; it gives the plain one.
func checkText(text, mode string, limit int, what string) (string, error) {
	if !utf8.ValidString(text) {
		return "", bad("strings must be encoded in UTF-8")
	}
	plain := text
	switch mode {
	case "":
	case "HTML":
		var err error
		if plain, err = parseHTML(text); err != nil {
			return "", err
		}
	default:
		return "", bad("telegramtest: parse_mode %q is not played here", mode)
	}
	if n := units(strings.TrimSpace(plain)); n > limit {
		return "", bad("%s is too long", what)
	}
	return plain, nil
}

// Button is one button of a message.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// checkMarkup reads a reply_markup: an inline keyboard, or nothing that shows.
func checkMarkup(raw string) ([][]Button, error) {
	if raw == "" {
		return nil, nil
	}
	var markup struct {
		Inline [][]Button `json:"inline_keyboard"`
		Remove bool       `json:"remove_keyboard"`
	}
	if err := strictJSON(raw, &markup); err != nil {
		return nil, bad("can't parse reply keyboard markup JSON object: %v", err)
	}
	for _, row := range markup.Inline {
		for _, b := range row {
			if err := checkButton(b); err != nil {
				return nil, err
			}
		}
	}
	return markup.Inline, nil
}

func checkButton(b Button) error {
	switch {
	case strings.TrimSpace(b.Text) == "":
		return bad("inline keyboard button text must be non-empty")
	case (b.Data == "") == (b.URL == ""):
		return bad("text buttons are unallowed in the inline keyboard")
	case len(b.Data) > 64:
		return bad("BUTTON_DATA_INVALID")
	case b.URL != "" && !strings.HasPrefix(b.URL, "https://") && !strings.HasPrefix(b.URL, "http://") && !strings.HasPrefix(b.URL, "tg://"):
		return bad("inline keyboard button URL %q is invalid: Wrong HTTP URL", b.URL)
	}
	return nil
}
