package historytest

import (
	"encoding/json"
	"errors"
	"math"
	"net"
	"regexp"
	"slices"
	"strings"
	"time"

	"sadasya/bot/telegramtest"
)

// forever is when an attempt ends whose end nobody saw.
const forever = time.Duration(math.MaxInt64)

// Trace is what passed between one citizen and the bot.
type Trace struct {
	Chat       []telegramtest.Message
	Deliveries []telegramtest.Delivery // in any order
	Troubles   History                 // Forget and Lapse, where Redis lost something
}

// History reads what passed. An update that had no answer may have had its effect
// until one had, and where Redis forgets what it has seen, at any time after.
func (t Trace) History(began time.Time) History {
	h := slices.Clone(t.Troubles)
	answered := map[int]bool{} // messages that came in the answer to an update
	for _, tries := range t.tries(began) {
		for _, o := range tries {
			answered[o.message] = true
		}
		h = append(h, gather(tries, len(t.Troubles) > 0)...)
	}
	updates := h
	told := map[Op]bool{} // equal bubbles of the same time: the first says the most
	for _, m := range t.Chat {
		if m.FromBot && !answered[m.ID] {
			at := m.At.Sub(began)
			o := Op{Act: See, Saw: Read(m), Began: updates.open(at)}
			if !told[o] {
				told[o] = true
				o.Ended = at
				h = append(h, o)
			}
		}
	}
	slices.SortStableFunc(h, func(a, b Op) int { return int(a.Began - b.Began) })
	return h
}

// End is a history with how it ended: the citizen's row, if any.
func (h History) End(row Row) History {
	last := time.Duration(0)
	for _, o := range h {
		if o.Ended != forever {
			last = max(last, o.Ended)
		}
	}
	return append(h, Op{Act: Look, Row: row, Began: last + 1, Ended: last + 2})
}

// gather gives the operations of one update that came many times. Of equal answers
// two are enough, the one that ended first and the one that began last: fifty at
// once are a search without end. What the others and the failed ones may have done
// is one operation that may have come to nothing.
func gather(tries []try, forgetful bool) (h History) {
	first, last := map[Screen]Op{}, map[Screen]Op{}
	began, failed, ended := tries[0].Began, forever, time.Duration(0)
	answers := 0
	for _, o := range tries {
		if o.Lost {
			failed = min(failed, o.Began)
			continue
		}
		answers++
		ended = max(ended, o.Ended)
		if f, ok := first[o.Saw]; !ok || o.Ended < f.Ended {
			first[o.Saw] = o.Op
		}
		if l, ok := last[o.Saw]; !ok || o.Began > l.Began {
			last[o.Saw] = o.Op
		}
	}
	for saw, o := range first {
		h = append(h, o)
		if last[saw] != o {
			h = append(h, last[saw])
		}
	}
	if answers > len(h) {
		failed = began
	}
	if answers == 0 || forgetful {
		ended = forever
	}
	if failed < ended {
		o := tries[0].Op
		o.Lost, o.Saw, o.Began, o.Ended = true, Screen{}, failed, ended
		h = append(h, o)
	}
	return h
}

// open is when the oldest update began that may still be under way at a time.
func (h History) open(at time.Duration) time.Duration {
	oldest := at
	for _, o := range h {
		if o.Began < oldest && o.Ended >= at && o.Act != Forget && o.Act != Lapse {
			oldest = o.Began
		}
	}
	return oldest
}

type try struct {
	Op
	message int
}

// tries are the deliveries by update, each in the order in which they began, the
// updates numbered in the order of their first.
func (t Trace) tries(began time.Time) [][]try {
	deliveries := slices.Clone(t.Deliveries)
	slices.SortFunc(deliveries, func(a, b telegramtest.Delivery) int { return a.Began.Compare(b.Began) })
	shown := map[int]telegramtest.Message{}
	for _, m := range t.Chat {
		shown[m.ID] = m
	}
	var all [][]try
	at := map[int64]int{}
	for _, d := range deliveries {
		var dial *net.OpError
		if errors.As(d.Err, &dial) && dial.Op == "dial" {
			continue // it reached nobody
		}
		id, o := readUpdate(d.Body)
		n, ok := at[id]
		if !ok {
			n, all = len(all), append(all, nil)
			at[id] = n
		}
		o.Update, o.Lost = n, d.Err != nil
		o.Began, o.Ended = d.Began.Sub(began), d.Ended.Sub(began)
		if m, ok := shown[d.Message]; ok && d.Message > 0 {
			o.Saw = Read(m)
		}
		all[n] = append(all[n], try{o, d.Message})
	}
	return all
}

// update is what the model needs of one.
type update struct {
	ID      int64 `json:"update_id"`
	Message *struct {
		Text string `json:"text"`
	} `json:"message"`
	Callback *struct {
		Data    string `json:"data"`
		Message struct {
			Text   string `json:"text"`
			Markup struct {
				Rows [][]telegramtest.Button `json:"inline_keyboard"`
			} `json:"reply_markup"`
		} `json:"message"`
	} `json:"callback_query"`
}

func readUpdate(body []byte) (id int64, o Op) {
	var u update
	if err := json.Unmarshal(body, &u); err != nil {
		panic("historytest: an update that is no JSON: " + err.Error())
	}
	switch {
	case u.Callback != nil:
		_, button := split(u.Callback.Data)
		o = Op{Act: Tap, Text: button}
		o.On = Read(telegramtest.Message{Text: u.Callback.Message.Text, Buttons: u.Callback.Message.Markup.Rows})
	case u.Message != nil && strings.HasPrefix(u.Message.Text, "/start"):
		o = Op{Act: Start, Text: strings.TrimSpace(strings.TrimPrefix(u.Message.Text, "/start"))}
	case u.Message != nil:
		o = Op{Act: Say, Text: u.Message.Text}
	}
	return u.ID, o
}

// split parts a button's data: the state that offered it, "" for one that counts
// everywhere, and its own name.
func split(data string) (state, button string) {
	parts := strings.SplitN(data, ".", 4)
	if len(parts) < 4 {
		return "", data
	}
	return parts[2], parts[3]
}

// asks tells of each state that has a button what it asks.
var asks = map[string]Kind{
	"language": Language, "genuine": Language, "consent": Consent, "heard": Consent, "notice": Consent, "declined": Declined,
	"name": Name, "nameown": Name, "voterid": Number, "idseen": Number, "idodd": Number,
	"booth": Booth, "elsewhere": Booth, "locating": Booth, "places": Booth, "rooms": Booth, "district": Booth, "ac": Booth, "stations": Booth,
	"check": Check, "news": Member,
}

var (
	cardName    = regexp.MustCompile(`(?m)^1 (?:नाम|Name): (.+)$`)
	cardNumber  = regexp.MustCompile(`(?m)^2 (?:वोटर आईडी|Voter ID): (.+?)(?: \(.*\))?$`)
	cardBooth   = regexp.MustCompile(`(?m)^3 (?:बूथ|Booth): (\d+[A-Z]*), `)
	memberShape = regexp.MustCompile(`\b\d{3} \d{4} \d{4}\b`)
)

// Read tells what a bubble asks and shows.
func Read(m telegramtest.Message) Screen {
	s := Screen{Kind: Other}
	for _, row := range m.Buttons {
		for _, b := range row {
			state, button := split(b.Data)
			if k := asks[state]; k != Nothing {
				s.Kind = k
			}
			if button == "again" {
				return Screen{Kind: Resume}
			}
		}
	}
	if n := memberShape.FindString(m.Text); n != "" {
		s.Kind, s.Member = Member, strings.ReplaceAll(n, " ", "")
	}
	if s.Kind == Check {
		if found := cardName.FindStringSubmatch(m.Text); found != nil {
			s.Card.Name = found[1]
		}
		if found := cardNumber.FindStringSubmatch(m.Text); found != nil {
			s.Card.VoterID = strings.ReplaceAll(strings.TrimSpace(found[1]), " ", "")
		}
		if found := cardBooth.FindStringSubmatch(m.Text); found != nil {
			s.Card.Booth = found[1]
		}
	}
	return s
}
