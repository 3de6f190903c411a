package flows

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"

	"sadasya/party"
)

// SeenLimit is how many update ids a session remembers, the newest last.
const SeenLimit = 32

// Errors of a session's compare-and-set, told apart because they are answered
// differently: a conflict is read and stepped again, a seen update only shows
// the present screen, one too many is not taken.
var (
	ErrConflict = errors.New("the session was changed by another update")
	ErrSeen     = errors.New("the session holds this update already")
	ErrTooMany  = errors.New("the person sends more updates than the pace allows")
)

// Session is all that is kept of one person between two updates. It may be
// lost at any time; membership never rests on it.
type Session struct {
	V         Version        `json:"-"` // changed by every write, set by the store
	Seen      []int64        `json:"-"` // the last update ids, at most SeenLimit
	Pace      int            `json:"-"` // above 0: the next write counts the update, and is refused above so many
	Language  party.Language `json:"l,omitempty"`
	Album     string         `json:"m,omitempty"` // the media group answered last
	StrayDay  int            `json:"d,omitempty"` // the last day on which unknown codes were given
	Strays    int            `json:"u,omitempty"` // how many on that day
	Active    *Conversation  `json:"a,omitempty"`
	Suspended *Conversation  `json:"s,omitempty"`
}

// Version tells two writes of a session apart: a counter and a random tag, so
// that a session which was lost and begun anew never repeats one.
type Version [16]byte

// Conversation is one flow under way. Its draft is the flow's own type as JSON.
type Conversation struct {
	Flow    string          `json:"f"`
	Version int             `json:"v"`
	State   State           `json:"s"`
	Nonce   Nonce           `json:"n"`
	Rev     uint32          `json:"r,omitempty"` // changed only when an answer changes
	Refused int             `json:"x,omitempty"` // numbers refused since the last pause
	Cool    int64           `json:"c,omitempty"` // Unix seconds until which no number is taken
	Draft   json.RawMessage `json:"d,omitempty"`

	read any // a pointer to what Draft says, where it was read or written by this process
}

// Nonce names one draft for all time: a UUID.
type Nonce [16]byte

// MarshalText writes the nonce in 22 characters of base64url.
func (n Nonce) MarshalText() ([]byte, error) { return n.append(nil), nil }

func (n Nonce) append(dst []byte) []byte { return base64.RawURLEncoding.AppendEncode(dst, n[:]) }

// UnmarshalText reads what MarshalText wrote.
func (n *Nonce) UnmarshalText(text []byte) error {
	raw, err := base64.RawURLEncoding.DecodeString(string(text))
	if err != nil || len(raw) != len(n) {
		return errors.New("a nonce is 16 bytes in base64url")
	}
	copy(n[:], raw)
	return nil
}

// HasSeen tells whether the update was handled already.
func (s Session) HasSeen(update int64) bool { return slices.Contains(s.Seen, update) }

// SeenSince tells whether a later update was handled. Telegram's numbers grow, but
// for a quiet week.
func (s Session) SeenSince(update int64) bool {
	return slices.ContainsFunc(s.Seen, func(id int64) bool { return id > update })
}

// See remembers an update id and forgets the oldest beyond SeenLimit.
func (s Session) See(update int64) Session {
	if s.HasSeen(update) {
		return s
	}
	old := s.Seen[max(0, len(s.Seen)-SeenLimit+1):]
	s.Seen = append(append(make([]int64, 0, len(old)+1), old...), update)
	return s
}

// strayed counts a referral code that nobody has, or a slip that nobody made.
func (s Session) strayed(day int) Session {
	if s.StrayDay != day {
		s.StrayDay, s.Strays = day, 0
	}
	s.Strays++
	return s
}
