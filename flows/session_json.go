package flows

import (
	encodingjson "encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A session as JSON: what encoding/json makes of the types in session.go, to the
// byte, so that two versions of the program read each other's. It is written
// piece by piece here because encoding/json checks and copies the drafts within
// it once more, at each of a person's answers.

// AppendJSON writes the session, without V, Seen and Pace.
func (s Session) AppendJSON(dst []byte) []byte {
	o := object{dst: append(dst, '{')}
	o.text("l", string(s.Language))
	o.text("m", s.Album)
	o.number("d", int64(s.StrayDay))
	o.number("u", int64(s.Strays))
	o.conversation("a", s.Active)
	o.conversation("s", s.Suspended)
	return append(o.dst, '}')
}

// ReadSession reads what AppendJSON wrote. The error quotes nothing.
func ReadSession(raw []byte) (s Session, err error) {
	if json.Unmarshal(raw, &s, trusting) != nil {
		return Session{}, errSession
	}
	return s, nil
}

var errSession = errors.New("a session that is no JSON")

// trusting spares a look for names that stand twice: we wrote it ourselves.
var trusting = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// object is a JSON object that is being written; what is empty is left out.
type object struct {
	dst []byte
	any bool
}

func (o *object) key(name string) {
	if o.any {
		o.dst = append(o.dst, ',')
	}
	o.any = true
	o.dst = append(o.dst, '"')
	o.dst = append(o.dst, name...)
	o.dst = append(o.dst, '"', ':')
}

func (o *object) text(name, value string) {
	if value != "" {
		o.key(name)
		o.dst = appendText(o.dst, value)
	}
}

func (o *object) number(name string, value int64) {
	if value != 0 {
		o.key(name)
		o.dst = strconv.AppendInt(o.dst, value, 10)
	}
}

func (o *object) conversation(name string, c *Conversation) {
	if c == nil {
		return
	}
	o.key(name)
	o.dst = append(o.dst, '{')
	in := object{dst: o.dst}
	in.key("f")
	in.dst = appendText(in.dst, c.Flow)
	in.key("v")
	in.dst = strconv.AppendInt(in.dst, int64(c.Version), 10)
	in.key("s")
	in.dst = appendText(in.dst, string(c.State))
	in.key("n")
	in.dst = append(in.dst, '"')
	in.dst = c.Nonce.append(in.dst)
	in.dst = append(in.dst, '"')
	in.number("r", int64(c.Rev))
	in.number("x", int64(c.Refused))
	in.number("c", c.Cool)
	if len(c.Draft) > 0 {
		in.key("d")
		in.dst = append(in.dst, c.Draft...)
	}
	in.dst = append(in.dst, '}')
	o.dst = in.dst
}

// appendText writes a string. Ours are names of the program and ids; whatever
// needs an escape is left to encoding/json.
func appendText(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := encodingjson.Marshal(s) // a string always can be
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}
