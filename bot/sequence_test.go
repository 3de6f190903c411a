package bot_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"sadasya/bot"
	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
	"sadasya/store/reference"
)

// A script is what one person does, a line each, as a fuzzer can make it up:
//
//	> words     typed; "> /name rest" is a command
//	[3]         the third button counted from the newest
//	[x] label   the newest button of this label
//	? data      a tap on a button of this data
//	(photo)     sent; also edited, forwarded, viabot before words
//	=2          the update before the last comes again, as it is
//	!           Redis loses the session
//	~3          three writes find that another was first
//	@           this process forgets what it wrote last
type script struct {
	t     testing.TB
	bot   *bot.Bot
	m     *memory
	past  []bot.Update
	data  []string // of every button so far, the newest last
	label []string
	next  int64
}

const scriptPerson = 7_184_202_113

// stage is what scripts share: it is the bulk of a start.
var stage = sync.OnceValue(func() (s struct {
	campaign party.Campaign
	places   *reference.Reference
	render   *bot.Renderer
},
) {
	var err error
	if s.places, err = reference.Load(); err != nil {
		panic(err)
	}
	s.campaign = party.RajasthanSample()
	if s.render, err = bot.NewRenderer(s.campaign, s.places, nil, func() string { return "sadasya_demo_bot" }); err != nil {
		panic(err)
	}
	return s
})

func newScript(t testing.TB, enroller bool) *script {
	t.Helper()
	s := &script{t: t, next: 100}
	on := stage()
	s.m = &memory{world: flowstest.Rajasthan(on.places), language: party.English, sessions: &drawer{}}
	if enroller {
		s.m.world.Appoint("Sunita Meena")
	}
	m := s.m
	nonces := byte(0)
	world := bot.World{
		Sessions: m.sessions, Counters: m, People: m, Members: m, Offices: m, Appoint: m, Teams: m, Booths: m, Cards: m, Enroll: m, Assist: m,
		Looks: m, Deeds: m, Clock: m, Claim: m, Review: m, Coverage: m, Sheets: m, Poison: m, Broadcast: m, Composed: m, Sent: m,
		Aim: bot.Aim{Members: 100, By: on.campaign.MembersBy()}, Campaign: on.campaign, Places: on.places, Now: flowstest.Now,
		Nonce: func() flows.Nonce { nonces++; return flows.Nonce{nonces, 1} },
	}
	for i, ports := 0, reflect.ValueOf(world); i < ports.NumField(); i++ {
		if f := ports.Field(i); f.Kind() == reflect.Interface && f.IsNil() {
			t.Fatalf("bot.World.%s is not in memory: give it to memory_test.go", ports.Type().Field(i).Name)
		}
	}
	s.bot = bot.New(world, on.render, bot.NewBehind(m, 0, slog.New(slog.DiscardHandler)))
	return s
}

// play does one line; a line that is none does nothing. JSON lets no invalid
// UTF-8 through.
func (s *script) play(line string) {
	line = strings.ToValidUTF8(line, "\ufffd")
	mark, rest, _ := strings.Cut(line, " ")
	rest = s.m.world.Words(rest)
	in := flows.Input{Tongue: "en"}
	switch n, err := strconv.Atoi(strings.Trim(mark, "[]=~")); {
	case mark == ">":
		s.does(spoken(in, rest))
	case mark == "?":
		in.Kind, in.Data = flows.Tap, rest
		s.does(in)
	case mark == "[x]":
		if i := slices.Index(s.label, rest); i >= 0 {
			in.Kind, in.Data = flows.Tap, s.data[len(s.data)-1-slices.Index(backwards(s.label), rest)]
			s.does(in)
		}
	case mark == "!":
		s.m.sessions = &drawer{}
		s.t.Log("the session is lost")
	case mark == "@":
		s.m.sessions.recall = nil
	case strings.HasPrefix(mark, "(") && strings.HasSuffix(mark, ")"):
		s.does(sent(in, strings.Trim(mark, "()"), rest))
	case err != nil || n < 1:
	case mark[0] == '[' && n <= len(s.data):
		in.Kind, in.Data = flows.Tap, s.data[len(s.data)-n]
		s.does(in)
	case mark[0] == '=' && n <= len(s.past):
		s.again(s.past[len(s.past)-n])
	case mark[0] == '~' && n <= 4: // a fifth would be too many
		s.m.sessions.rival = n
	}
}

func backwards(list []string) []string {
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

func spoken(in flows.Input, words string) flows.Input {
	if command, ok := strings.CutPrefix(words, "/"); ok && command != "" {
		in.Kind = flows.Command
		in.Name, in.Text, _ = strings.Cut(command, " ")
		return in
	}
	in.Kind, in.Text = flows.Text, words
	return in
}

func sent(in flows.Input, kind, rest string) flows.Input {
	switch kind {
	case "edited", "forwarded", "viabot":
		in = spoken(in, rest)
		in.Flaw = flows.Flaw(kind)
	case "contact":
		in.Kind, in.Phone = flows.Contact, rest
	case "location":
		in.Kind = flows.Location
		_, _ = fmt.Sscan(rest, &in.Lat, &in.Lon)
	case "photo":
		in.Kind, in.Text, in.File, in.Album = flows.Media, kind, "x", rest
	default:
		in.Kind, in.Text = flows.Media, "other"
	}
	return in
}

// does is a new update; what it made must be sound.
func (s *script) does(in flows.Input) {
	s.next++
	u := bot.Update{ID: s.next, Person: scriptPerson, Input: in}
	s.past = append(s.past, u)
	s.handle(u)
}

// again is an update that came before; where the session has seen it, it changes
// no row, and moves nobody on who stands somewhere: anyone else begins.
func (s *script) again(u bot.Update) {
	before, stood := len(s.m.world.Rows()), string(s.m.sessions.raw)
	seen := slices.Contains(s.m.sessions.seen, u.ID)
	s.handle(u)
	if after := len(s.m.world.Rows()); seen && after != before {
		s.t.Fatalf("update %d came again and made %d rows of %d", u.ID, after, before)
	}
	if stands := string(s.m.sessions.raw); seen && stands != stood && strings.Contains(stood, `"a":`) {
		s.t.Fatalf("update %d came again and moved the session from\n%s to\n%s", u.ID, stood, stands)
	}
}

func (s *script) handle(u bot.Update) {
	reply, err := s.bot.Handle(context.Background(), u)
	if err != nil {
		s.t.Fatalf("%+v: %v", u.Input, err)
	}
	if len(reply.Messages) > 2 {
		s.t.Fatalf("%+v: %d bubbles", u.Input, len(reply.Messages))
	}
	if len(reply.Messages) == 0 && u.Input.Album == "" {
		s.t.Fatalf("%+v is not answered", u.Input)
	}
	for _, m := range reply.Messages {
		s.sound(m)
		for _, row := range m.Buttons {
			for _, b := range row {
				if b.Data != "" {
					s.data, s.label = append(s.data, b.Data), append(s.label, b.Label)
				}
			}
		}
	}
	for _, r := range s.m.world.Rows() {
		if n, ask, err := party.ParseName(string(r.Name)); err != nil || ask || n != r.Name || r.VoterID.Number == "" || r.Number == "" {
			s.t.Fatalf("an unsound member: %+v", r)
		}
	}
}

// sound holds a message against what Telegram takes.
func (s *script) sound(m bot.Message) {
	if m.Voice != nil {
		return
	}
	if n := len(utf16.Encode([]rune(m.HTML))); m.HTML == "" || n > 4096 || !utf8.ValidString(m.HTML) {
		s.t.Fatalf("a text of %d UTF-16 units: %.200q", n, m.HTML)
	}
	if left := strings.NewReplacer("<b>", "", "</b>", "").Replace(m.HTML); strings.ContainsAny(left, "<>") {
		s.t.Fatalf("markup that is not ours: %q", m.HTML)
	}
	if strings.Count(m.HTML, "<b>") != strings.Count(m.HTML, "</b>") || strings.ContainsRune(m.HTML, 0) {
		s.t.Fatalf("broken markup: %q", m.HTML)
	}
	for _, row := range m.Buttons {
		for _, b := range row {
			if b.Label == "" || len(b.Data) > 64 {
				s.t.Fatalf("the button %+v of %d bytes", b, len(b.Data))
			}
		}
	}
}

// scripts are the inputs of the transcripts.
func scripts(t testing.TB) (list [][]string) {
	t.Helper()
	files, err := filepath.Glob("../flows/testdata/*/*.en.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		turns, err := flowstest.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, turn := range turns {
			lines = append(lines, turn.Input)
		}
		list = append(list, lines)
	}
	return list
}

// appointed tells whether a script is of somebody who is an enroller already, and
// not made one in it.
func appointed(lines []string) bool { return !slices.Contains(lines, "> /start LINK") }

// TestTheSeedsOfFuzzSequenceGoFar: what the transcripts tap is there to be tapped,
// but for what another person must have done; else the fuzzer would begin at
// people who were let in nowhere.
func TestTheSeedsOfFuzzSequenceGoFar(t *testing.T) {
	taps, vain := 0, 0
	for _, lines := range scripts(t) {
		s := newScript(t, appointed(lines))
		for _, line := range lines {
			if label, ok := strings.CutPrefix(line, "[x] "); ok {
				if taps++; !slices.Contains(s.label, label) {
					vain++
				}
			}
			s.play(line)
		}
	}
	if taps < 500 || vain > taps/12 {
		t.Errorf("of %d taps %d were of no button", taps, vain)
	}
}

// FuzzSequence: any sequence of what a person can do, and of what can befall the
// session, through the whole bot: always an answer that Telegram takes, no error,
// no member that is unsound, and no second effect of one update.
func FuzzSequence(f *testing.F) {
	for i, lines := range scripts(f) {
		f.Add(appointed(lines), strings.Join(lines, "\n"))
		// And with all of it coming again, while others write or this process forgets.
		between := []string{"=1", "~2\n=1", "@\n=1"}[i%3]
		f.Add(appointed(lines), strings.Join(lines, "\n"+between+"\n"))
	}
	f.Fuzz(func(t *testing.T, enroller bool, lines string) {
		s := newScript(t, enroller)
		for i, line := range strings.Split(lines, "\n") {
			if i == 60 || len(line) > 5000 {
				return
			}
			s.play(line)
		}
	})
}

// TestAStaleTapLeavesWhatIsComposed: another process has moved an admin on to the
// text of a new broadcast; a tap on the button of an older one reaches this process,
// which remembers the session as it was then. What is kept of the new one stays.
func TestAStaleTapLeavesWhatIsComposed(t *testing.T) {
	s := newScript(t, false)
	for _, line := range []string{
		"> /start ADMINLINK", "[x] ✅ I accept", "> Anil Sharma", "[x] Rather not say", "[x] Rather not say",
		"> /broadcast", "[x] Those who want news", "[x] Write the text ▶", "> पुरानी बात",
	} {
		s.play(line)
	}
	recalled, old := *s.m.sessions.recall, s.data[slices.Index(s.label, "Only in Hindi")]
	for _, line := range []string{"> /broadcast", "[x] Start again", "[x] Those who want news", "[x] Write the text ▶", "> नई बात"} {
		s.play(line)
	}
	kept := s.m.composes
	s.m.sessions.recall = &recalled
	s.play("? " + old)
	if kept == nil || s.m.composes == nil || !reflect.DeepEqual(*kept, *s.m.composes) {
		t.Errorf("%+v was kept, and is now %+v", kept, s.m.composes)
	}
}
