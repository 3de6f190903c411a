package telegramtest

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Entity is a marked part of a text. Offset and length count UTF-16 units, as
// Telegram's and a browser's do.
type Entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	URL    string `json:"url,omitempty"`
}

// checkText holds a text against its parse mode and length, limit being in UTF-16
// units after the markup is gone; it gives the plain one and what was marked.
func checkText(text, mode string, limit int, what string) (plain string, marked []Entity, err error) {
	if !utf8.ValidString(text) {
		return "", nil, bad("strings must be encoded in UTF-8")
	}
	switch strings.ToLower(mode) {
	case "":
		plain = text
	case "html":
		if plain, marked, err = parseHTML(text); err != nil {
			return "", nil, err
		}
	case "markdown", "markdownv2":
		return "", nil, bad("telegramtest: parse_mode %q is not played here", mode)
	default:
		return "", nil, bad("unsupported parse_mode")
	}
	if n := units(strings.TrimSpace(plain)); n > limit {
		return "", nil, bad("%s is too long", what)
	}
	return plain, marked, nil
}

// units counts a text as Telegram does, in UTF-16.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// tags that Telegram's HTML knows, with the entity that each makes. Source: Bot
// API, Formatting options.
func tagEntity(name string) string {
	switch name {
	case "b", "strong":
		return "bold"
	case "i", "em":
		return "italic"
	case "u", "ins":
		return "underline"
	case "s", "strike", "del":
		return "strikethrough"
	case "code", "pre", "blockquote":
		return name
	case "a":
		return "text_link"
	case "span", "tg-spoiler":
		return "spoiler"
	case "tg-emoji":
		return "custom_emoji"
	}
	return ""
}

// htmlReader reads Telegram's HTML from left to right.
type htmlReader struct {
	text   string
	at     int // bytes read
	plain  strings.Builder
	length int // of plain, in UTF-16
	open   []openTag
	marked []Entity
}

type openTag struct {
	name   string
	entity Entity
}

// parseHTML reads Telegram's HTML as strictly as Telegram does, after td's
// parse_html, and a little more: a link wants its address in quotes.
func parseHTML(text string) (string, []Entity, error) {
	r := &htmlReader{text: text}
	for r.at < len(text) {
		var err error
		switch {
		case strings.HasPrefix(text[r.at:], "</"):
			err = r.end()
		case text[r.at] == '<':
			err = r.start()
		case text[r.at] == '&':
			r.reference()
		default:
			r.copy()
		}
		if err != nil {
			return "", nil, err
		}
	}
	if n := len(r.open); n > 0 {
		return "", nil, bad("can't parse entities: Can't find end tag corresponding to start tag %q", r.open[n-1].name)
	}
	slices.SortStableFunc(r.marked, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
	return r.plain.String(), r.marked, nil
}

// copy takes a letter over as it is.
func (r *htmlReader) copy() {
	c, size := utf8.DecodeRuneInString(r.text[r.at:])
	r.plain.WriteString(r.text[r.at : r.at+size])
	r.length += max(utf16.RuneLen(c), 1)
	r.at += size
}

// write puts a letter down that is written in another way, in so many bytes.
func (r *htmlReader) write(c rune, read int) {
	r.plain.WriteRune(c)
	r.length += max(utf16.RuneLen(c), 1)
	r.at += read
}

// reference reads "&lt;" and the like; what is none stands for itself.
func (r *htmlReader) reference() {
	rest := r.text[r.at+1:]
	stop := strings.IndexFunc(rest, func(c rune) bool {
		return c != '#' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
	if stop < 0 {
		stop = len(rest)
	}
	name, c := rest[:stop], rune(0)
	switch {
	case name == "lt":
		c = '<'
	case name == "gt":
		c = '>'
	case name == "amp":
		c = '&'
	case name == "quot":
		c = '"'
	case strings.HasPrefix(name, "#x"):
		c = numbered(name[2:], 16)
	case strings.HasPrefix(name, "#"):
		c = numbered(name[1:], 10)
	}
	if c == 0 {
		r.write('&', 1)
		return
	}
	read := 1 + stop
	if strings.HasPrefix(rest[stop:], ";") {
		read++
	}
	r.write(c, read)
}

// numbered is the letter with a number, or 0.
func numbered(digits string, base int) rune {
	n, err := strconv.ParseInt(digits, base, 32)
	if err != nil || n < 0 || !utf8.ValidRune(rune(n)) {
		return 0
	}
	return rune(n)
}

// start opens a tag.
func (r *htmlReader) start() error {
	begin := r.at
	size := strings.IndexAny(r.text[begin:], "> \n\t")
	if size < 0 {
		return bad("can't parse entities: Unclosed start tag at byte offset %d", begin)
	}
	name := strings.ToLower(r.text[begin+1 : begin+size])
	kind := tagEntity(name)
	if kind == "" {
		return bad("can't parse entities: Unsupported start tag %q at byte offset %d", name, begin)
	}
	r.at += size
	attributes, err := r.attributes(name, begin)
	if err != nil {
		return err
	}
	link, linked := attributes["href"]
	switch {
	case name == "a" && !linked:
		return bad(`can't parse entities: Tag "a" must have attribute "href" at byte offset %d`, begin)
	case name == "span" && attributes["class"] != "tg-spoiler":
		return bad(`can't parse entities: Tag "span" must have class "tg-spoiler" at byte offset %d`, begin)
	case name == "tg-emoji" && attributes["emoji-id"] == "":
		return bad(`can't parse entities: Tag "tg-emoji" must have attribute "emoji-id" at byte offset %d`, begin)
	case name != "a":
		link = ""
	}
	r.open = append(r.open, openTag{name: name, entity: Entity{Type: kind, Offset: r.length, URL: link}})
	return nil
}

// attributes reads what stands between a tag's name and its ">".
func (r *htmlReader) attributes(tag string, begin int) (map[string]string, error) {
	found := map[string]string{}
	for {
		rest := strings.TrimLeft(r.text[r.at:], " \n\t")
		r.at = len(r.text) - len(rest)
		if rest == "" {
			return nil, bad("can't parse entities: Unclosed start tag at byte offset %d", begin)
		}
		if rest[0] == '>' {
			r.at++
			return found, nil
		}
		size := strings.IndexAny(rest, "=> \n\t\"'")
		if size < 0 {
			return nil, bad("can't parse entities: Unclosed start tag at byte offset %d", begin)
		}
		if size == 0 {
			return nil, bad("can't parse entities: Empty attribute name in the tag %q at byte offset %d", tag, begin)
		}
		name := strings.ToLower(rest[:size])
		if rest[size] != '=' {
			if name != "expandable" { // the one that stands alone, in a blockquote
				return nil, bad("can't parse entities: Expected equal sign in declaration of an attribute of the tag %q at byte offset %d", tag, begin)
			}
			r.at += size
			continue
		}
		value := rest[size+1:]
		if value == "" || value[0] != '"' && value[0] != '\'' {
			return nil, bad("can't parse entities: Unexpected end of name token at byte offset %d", r.at)
		}
		end := strings.IndexByte(value[1:], value[0])
		if end < 0 {
			return nil, bad("can't parse entities: Unclosed start tag at byte offset %d", begin)
		}
		found[name] = unescape(value[1 : 1+end])
		r.at += size + 1 + end + 2
	}
}

// unescape reads the references in an attribute.
func unescape(text string) string {
	r := &htmlReader{text: text}
	for r.at < len(text) {
		if text[r.at] == '&' {
			r.reference()
			continue
		}
		r.copy()
	}
	return r.plain.String()
}

// end closes the tag opened last.
func (r *htmlReader) end() error {
	begin := r.at
	size := strings.IndexByte(r.text[begin:], '>')
	if size < 0 {
		return bad("can't parse entities: Unclosed end tag at byte offset %d", begin)
	}
	name := strings.ToLower(strings.TrimRight(r.text[begin+2:begin+size], " \n\t"))
	if len(r.open) == 0 {
		return bad("can't parse entities: Unexpected end tag at byte offset %d", begin)
	}
	last := r.open[len(r.open)-1]
	if name != "" && name != last.name {
		return bad("can't parse entities: Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, last.name, name)
	}
	r.open = r.open[:len(r.open)-1]
	last.entity.Length = r.length - last.entity.Offset
	if last.entity.Length > 0 {
		r.marked = append(r.marked, last.entity)
	}
	r.at += size + 1
	return nil
}
