package telegram

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"sadasya/bot"
	"sadasya/bot/telegramtest"
	"sadasya/flows"
	"sadasya/party"
)

// edgeBot is a bot that remembers what it was asked, and answers as told.
type edgeBot struct {
	mu      sync.Mutex
	updates []bot.Update
	aside   []string
	groups  int
	reached map[int64]bool
	failed  map[int64]int
	answer  func(bot.Update) (bot.Reply, error)
}

func newEdgeBot() *edgeBot { return &edgeBot{reached: map[int64]bool{}, failed: map[int64]int{}} }

func (b *edgeBot) Handle(_ context.Context, u bot.Update) (bot.Reply, error) {
	b.mu.Lock()
	b.updates = append(b.updates, u)
	b.mu.Unlock()
	if b.answer != nil {
		return b.answer(u)
	}
	return bot.Reply{}, nil
}

func (b *edgeBot) Reachable(_ context.Context, person int64, reachable bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reached[person] = reachable
	return nil
}

func (b *edgeBot) StrayGroup(context.Context, int64, string) (bot.Reply, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.groups++
	return bot.Reply{}, nil
}

func (b *edgeBot) SetAside(_ context.Context, _ int64, reason string, _ []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.aside = append(b.aside, reason)
	return nil
}

func (b *edgeBot) Failed(_ context.Context, update int64) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failed[update]++
	return b.failed[update], nil
}

const edgeToken = "1234567:canary-token"

func newEdgeFor(b *edgeBot, base string, log io.Writer) *Edge {
	return NewEdge(b, NewAPI(base, edgeToken), func() string { return "our_bot" }, slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
}

// post sends a body with the right secret.
func post(h http.Handler, body string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, "/telegram", strings.NewReader(body))
	req.Header.Set(secretHeader, Secret(edgeToken))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// unread fails when anybody reads it.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) { u.t.Error("the body was read"); return 0, io.EOF }

func TestEdgeAdmitsOnlyTelegram(t *testing.T) {
	b := newEdgeBot()
	h := newEdgeFor(b, "http://127.0.0.1:1", io.Discard).Webhook(Secret(edgeToken))
	sound := `{"update_id":1,"message":{"message_id":1,"from":{"id":5},"chat":{"id":5,"type":"private"},"text":"x"}}`
	for _, c := range []struct {
		name string
		make func() *http.Request
		want int
	}{
		{"GET", func() *http.Request { return httptest.NewRequest(http.MethodGet, "/", unread{t}) }, 405},
		{"no secret", func() *http.Request { return httptest.NewRequest(http.MethodPost, "/", unread{t}) }, 401},
		{"a wrong secret", func() *http.Request {
			r := httptest.NewRequest(http.MethodPost, "/", unread{t})
			r.Header.Set(secretHeader, "wrong")
			return r
		}, 401},
		{"two secrets", func() *http.Request {
			r := httptest.NewRequest(http.MethodPost, "/", unread{t})
			r.Header[secretHeader] = []string{Secret(edgeToken), Secret(edgeToken)}
			return r
		}, 401},
		{"gzip", func() *http.Request {
			r := httptest.NewRequest(http.MethodPost, "/", unread{t})
			r.Header.Set(secretHeader, Secret(edgeToken))
			r.Header.Set("Content-Encoding", "gzip")
			return r
		}, 415},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, c.make())
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", c.name, w.Code, c.want)
		}
	}
	for name, c := range map[string]struct {
		body  string
		want  int
		aside int
	}{
		"sound":             {sound, 200, 0},
		"over 1 MiB":        {strings.Repeat(" ", maxBody+1), 413, 0},
		"cut short":         {sound[:len(sound)-5], 400, 0},
		"empty":             {"", 400, 0},
		"null":              {"null", 200, 1},
		"{}":                {"{}", 200, 1},
		"two objects":       {sound + sound, 200, 1},
		"deep":              {strings.Repeat("[", 20_000), 200, 1},
		"a string id":       {`{"update_id":"7"}`, 200, 1},
		"a negative id":     {`{"update_id":-7}`, 200, 1},
		"two kinds":         {`{"update_id":7,"message":{},"callback_query":{}}`, 200, 1},
		"a foreign chat":    {`{"update_id":7,"message":{"from":{"id":5},"chat":{"id":6,"type":"private"},"text":"x"}}`, 200, 1},
		"an unknown kind":   {`{"update_id":7,"chat_boost":{}}`, 200, 0},
		"no kind":           {`{"update_id":7}`, 200, 0},
		"an array in place": {`{"update_id":7,"message":[]}`, 200, 1},
	} {
		b.aside = nil
		if w := post(h, c.body); w.Code != c.want || len(b.aside) != c.aside {
			t.Errorf("%s: %d, set aside %v; want %d, %d", name, w.Code, b.aside, c.want, c.aside)
		}
	}
	if len(b.updates) != 1 {
		t.Errorf("handled %d updates, want the sound one", len(b.updates))
	}
}

func TestEdgeCutsOffASlowBody(t *testing.T) {
	h := newEdgeFor(newEdgeBot(), "http://127.0.0.1:1", io.Discard).Webhook(Secret(edgeToken))
	server := Server(h)
	if server.ReadTimeout > 5*time.Second || server.ReadTimeout == 0 {
		t.Errorf("reads for %v", server.ReadTimeout)
	}
	server.ReadTimeout, server.ReadHeaderTimeout = 100*time.Millisecond, 100*time.Millisecond
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(l) }()
	defer server.Close()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"+secretHeader+": "+Secret(edgeToken)+"\r\n\r\n{")
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Second))
	answer, err := io.ReadAll(conn) // ends when the server closes
	if err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 400")) {
		t.Errorf("%q, %v", answer, err)
	}
}

func TestEdgeTranslatesUpdates(t *testing.T) {
	message := func(fields string) string {
		return `{"update_id":9,"message":{"message_id":3,"from":{"id":5,"language_code":"hi"},"chat":{"id":5,"type":"private"},` + fields + `}}`
	}
	from := func(from, rest string) string {
		return `{"update_id":9,"message":{"message_id":3,` + from + `"chat":{"id":5,"type":"private"},` + rest + `"text":"x"}}`
	}
	ignoredUpdates := map[string]string{
		"no sender":         from("", ""),
		"a bot":             from(`"from":{"id":5,"is_bot":true},`, ""),
		"the service":       from(`"from":{"id":777000},`, ""),
		"an anonymous one":  from(`"from":{"id":1087968824},`, ""),
		"a channel's voice": from(`"from":{"id":136817688},`, ""),
		"a sender chat":     from(`"from":{"id":5},`, `"sender_chat":{"id":-1},`),
		"a channel post":    `{"update_id":9,"channel_post":{"text":"x"}}`,
		"an edited post":    `{"update_id":9,"edited_channel_post":{"text":"x"}}`,
		"another bot's":     message(`"text":"/start@other_bot x"`),
		"a tap in a group":  `{"update_id":9,"callback_query":{"id":"1","from":{"id":5},"data":"x","message":{"chat":{"id":-4,"type":"group"}}}}`,
		"a tap by nobody":   `{"update_id":9,"callback_query":{"id":"1","data":"x"}}`,
	}
	for name, raw := range ignoredUpdates {
		if r, err := decode([]byte(raw), "our_bot"); err != nil || r.what != ignored {
			t.Errorf("%s: %v, %v", name, r.what, err)
		}
	}
	in := func(i flows.Input) flows.Input { i.Tongue = "hi"; return i }
	for name, c := range map[string]struct {
		raw  string
		want flows.Input
	}{
		"words":             {message(`"text":"कमला"`), in(flows.Input{Kind: flows.Text, Text: "कमला"})},
		"a command":         {message(`"text":"/start 482177361"`), in(flows.Input{Kind: flows.Command, Name: "start", Text: "482177361"})},
		"ours":              {message(`"text":"/Help@OUR_bot"`), in(flows.Input{Kind: flows.Command, Name: "Help"})},
		"no command":        {message(`"text":"/ 12"`), in(flows.Input{Kind: flows.Text, Text: "/ 12"})},
		"a photo's caption": {message(`"photo":[{}],"caption":"/admin"`), in(flows.Input{Kind: flows.Media, Text: "photo"})},
		"an album":          {message(`"photo":[{}],"media_group_id":"7"`), in(flows.Input{Kind: flows.Media, Text: "photo", Album: "7"})},
		"a voice":           {message(`"voice":{}`), in(flows.Input{Kind: flows.Media, Text: "voice"})},
		"a document":        {message(`"document":{"file_size":2000000000}`), in(flows.Input{Kind: flows.Media, Text: "document"})},
		"a poll":            {message(`"poll":{}`), in(flows.Input{Kind: flows.Media, Text: "poll"})},
		"something new":     {message(`"hologram":{}`), in(flows.Input{Kind: flows.Media, Text: "other"})},
		"a contact":         {message(`"contact":{"phone_number":"919829012345","user_id":5}`), in(flows.Input{Kind: flows.Contact, Phone: "919829012345", Own: true})},
		"another's contact": {message(`"contact":{"phone_number":"1","user_id":6}`), in(flows.Input{Kind: flows.Contact, Phone: "1"})},
		"a location":        {message(`"location":{"latitude":26.9,"longitude":75.8}`), in(flows.Input{Kind: flows.Location, Lat: 26.9, Lon: 75.8})},
		"forwarded":         {message(`"text":"/x","forward_origin":{}`), in(flows.Input{Kind: flows.Command, Name: "x", Flaw: flows.Forwarded})},
		"forwarded of old":  {message(`"text":"x","forward_date":5`), in(flows.Input{Kind: flows.Text, Text: "x", Flaw: flows.Forwarded})},
		"by a bot":          {message(`"text":"x","via_bot":{}`), in(flows.Input{Kind: flows.Text, Text: "x", Flaw: flows.ViaBot})},
		"edited":            {strings.Replace(message(`"text":"x"`), `"message":`, `"edited_message":`, 1), in(flows.Input{Kind: flows.Text, Text: "x", Flaw: flows.Edited})},
		"a lone surrogate":  {message(`"text":"\ud800"`), in(flows.Input{Kind: flows.Text, Text: "\ufffd"})},
		"a tap of nothing":  {`{"update_id":9,"callback_query":{"id":"1","from":{"id":5,"language_code":"hi"},"data":"d"}}`, in(flows.Input{Kind: flows.Tap, Data: "d"})},
		"a tap on an old message": {`{"update_id":9,"callback_query":{"id":"1","from":{"id":5,"language_code":"hi"},"data":"d","message":{"message_id":1,"date":0,"chat":{"id":5,"type":"private"}}}}`,
			in(flows.Input{Kind: flows.Tap, Data: "d"})},
	} {
		r, err := decode([]byte(c.raw), "our_bot")
		if err != nil || r.what != personal || r.Person != 5 || r.ID != 9 || r.Input != c.want {
			t.Errorf("%s: %+v, %v; want %+v", name, r.Input, err, c.want)
		}
	}
	for status, back := range map[string]bool{"kicked": false, "member": true} {
		r, err := decode([]byte(`{"update_id":9,"my_chat_member":{"chat":{"id":5,"type":"private"},"from":{"id":5},"new_chat_member":{"status":"`+status+`"}}}`), "")
		if err != nil || r.what != membership || r.back != back || r.Person != 5 {
			t.Errorf("%s: %+v, %v", status, r, err)
		}
	}
	if r, err := decode([]byte(`{"update_id":9,"message":{"from":{"id":5},"chat":{"id":-7,"type":"supergroup"},"text":"x"}}`), ""); err != nil || r.what != group || r.chat != -7 {
		t.Errorf("a group: %+v, %v", r, err)
	}
}

const edgeText = `{"update_id":9,"message":{"message_id":3,"from":{"id":5},"chat":{"id":5,"type":"private"},"text":"canary words"}}`

func TestEdgeAnswersFailuresAsTheProtocolSays(t *testing.T) {
	for name, c := range map[string]struct {
		fail  func() error
		codes []int
		aside int
	}{
		"a store away": {func() error { return party.ErrUnavailable }, []int{503, 503, 503, 503}, 0},
		"busy":         {func() error { return bot.ErrBusy }, []int{503, 503, 503, 503}, 0},
		"logic":        {func() error { return errors.New("a fault") }, []int{500, 500, 200}, 1},
		"a panic":      {func() error { panic("canary panic") }, []int{500, 500, 200}, 1},
	} {
		b := newEdgeBot()
		b.answer = func(bot.Update) (bot.Reply, error) { return bot.Reply{}, c.fail() }
		var log bytes.Buffer
		h := newEdgeFor(b, "http://127.0.0.1:1", &log).Webhook(Secret(edgeToken))
		for i, want := range c.codes {
			w := post(h, edgeText)
			if w.Code != want || want == 503 && w.Header().Get("Retry-After") == "" {
				t.Errorf("%s, time %d: %d, want %d", name, i+1, w.Code, want)
			}
		}
		if len(b.aside) != c.aside {
			t.Errorf("%s: set aside %v", name, b.aside)
		}
		if strings.Contains(log.String(), "canary") {
			t.Errorf("%s: the log holds what was written or panicked:\n%s", name, log.String())
		}
	}
}

// edgeWithTelegram is an edge with a Telegram that knows person 5.
func edgeWithTelegram(t *testing.T, b *edgeBot) (*telegramtest.Server, *Edge, http.Handler) {
	t.Helper()
	tg := telegramtest.NewServer(telegramtest.Options{Token: edgeToken})
	t.Cleanup(tg.Close)
	tg.Person(telegramtest.PersonOptions{ID: 5}).Send("hello") // the bot may write now
	e := newEdgeFor(b, tg.URL(), io.Discard)
	t.Cleanup(func() { e.Drain(context.Background()); e.api.Close() })
	return tg, e, e.Webhook(Secret(edgeToken))
}

func sentTexts(tg *telegramtest.Server) (texts []string) {
	for _, c := range tg.Calls() {
		if c.Method == "sendMessage" && c.Error == "" {
			texts = append(texts, c.Params["text"])
		}
	}
	return texts
}

func TestEdgeAnswersInTheResponseAndReceiptsByCalls(t *testing.T) {
	b := newEdgeBot()
	tg, _, h := edgeWithTelegram(t, b)
	two := []bot.Message{{HTML: "first"}, {HTML: "second \"quoted\"\n<b>x</b>", Buttons: [][]bot.Button{{{Label: "हाँ", Data: "d"}, {Label: "link", URL: "https://example.org"}}}}}
	for name, c := range map[string]struct {
		reply    bot.Reply
		called   string
		response string
	}{
		"one message":      {bot.Reply{Messages: two[1:]}, "", "second"},
		"two messages":     {bot.Reply{Messages: two}, "first", "second"},
		"a receipt":        {bot.Reply{Messages: two[:1], Receipt: true}, "first", ""},
		"receipt and more": {bot.Reply{Messages: two, Receipt: true}, "first", "second"},
		"nothing":          {bot.Reply{}, "", ""},
	} {
		b.answer = func(bot.Update) (bot.Reply, error) { return c.reply, nil }
		before := len(sentTexts(tg))
		w := post(h, edgeText)
		called := strings.Join(sentTexts(tg)[before:], ",")
		if w.Code != 200 || called != c.called || c.response == "" && w.Body.Len() > 0 || !strings.Contains(w.Body.String(), c.response) {
			t.Errorf("%s: %d, called %q, response %s", name, w.Code, called, w.Body)
		}
	}
	// The response is what Telegram takes.
	person := tg.Person(telegramtest.PersonOptions{ID: 5})
	server := httptest.NewServer(h)
	defer server.Close()
	b.answer = func(bot.Update) (bot.Reply, error) { return bot.Reply{Messages: two[1:]}, nil }
	api := NewAPI(tg.URL(), edgeToken)
	defer api.Close()
	if err := api.SetWebhook(t.Context(), server.URL, Secret(edgeToken)); err != nil {
		t.Fatal(err)
	}
	said, err := person.Say(t.Context(), "x")
	if err != nil || len(said) == 0 || said[len(said)-1].HTML != two[1].HTML || len(said[len(said)-1].Buttons[0]) != 2 {
		t.Errorf("%+v, %v", said, err)
	}
}

func TestEdgeInsistsOnReceipts(t *testing.T) {
	b := newEdgeBot()
	b.answer = func(bot.Update) (bot.Reply, error) {
		return bot.Reply{Messages: []bot.Message{{HTML: "number"}}, Receipt: true}, nil
	}
	tg, e, h := edgeWithTelegram(t, b)
	faults := []*telegramtest.Fault{{Status: 502, Page: true}, {DropBefore: true}, {DropAfter: true}, {Status: 500}}
	tg.OnCall(func(c telegramtest.Call) *telegramtest.Fault {
		if c.Method != "sendMessage" || len(faults) == 0 {
			return nil
		}
		f := faults[0]
		faults = faults[1:]
		return f
	})
	if w := post(h, edgeText); w.Code != 200 || len(sentTexts(tg)) != 2 { // one of them took effect and seemed not to
		t.Errorf("%d, sent %v", w.Code, sentTexts(tg))
	}
	// Throttled for longer than it may wait: Telegram must come again, and until
	// then nothing goes into a response.
	tg.OnCall(func(c telegramtest.Call) *telegramtest.Fault { return &telegramtest.Fault{Status: 429, RetryAfter: 60} })
	if w := post(h, edgeText); w.Code != 503 || !e.api.Throttling() {
		t.Errorf("throttled: %d", w.Code)
	}
	tg.OnCall(nil)
	b.answer = func(bot.Update) (bot.Reply, error) { return bot.Reply{Messages: []bot.Message{{HTML: "later"}}}, nil }
	if w := post(h, edgeText); w.Body.Len() != 0 || sentTexts(tg)[len(sentTexts(tg))-1] != "later" {
		t.Errorf("while throttled the response was used: %s", w.Body)
	}
}

func TestEdgeTellsWhoBlockedTheBot(t *testing.T) {
	b := newEdgeBot()
	b.answer = func(bot.Update) (bot.Reply, error) {
		return bot.Reply{Messages: []bot.Message{{HTML: "number"}}, Receipt: true}, nil
	}
	tg, _, h := edgeWithTelegram(t, b)
	tg.Person(telegramtest.PersonOptions{ID: 5}).Block()
	if w := post(h, edgeText); w.Code != 200 || b.reached[5] {
		t.Errorf("%d, %v", w.Code, b.reached)
	}
	if _, told := b.reached[5]; !told {
		t.Error("nobody was told")
	}
}

func TestEdgeHidesTheToken(t *testing.T) {
	for name, base := range map[string]string{"nobody there": "http://127.0.0.1:1", "no address": "http://[::1", "no scheme": "x"} {
		api := NewAPI(base, edgeToken)
		_, err := api.Me(t.Context())
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", name, err)
		}
		if name != "nobody there" {
			continue // the library's upload leaks where an address is none; serve refuses such a base
		}
		if err := api.sendVoice(t.Context(), 5, &bot.Voice{Name: "x", Ogg: []byte("x")}); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s, by upload: %v", name, err)
		}
	}
}

func TestEdgePollsInOrderAndLosesNothing(t *testing.T) {
	b := newEdgeBot()
	failures := 3
	var order []string
	b.answer = func(u bot.Update) (bot.Reply, error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if failures > 0 {
			failures--
			return bot.Reply{}, party.ErrUnavailable
		}
		order = append(order, u.Input.Text)
		return bot.Reply{}, nil
	}
	tg := telegramtest.NewServer(telegramtest.Options{Token: edgeToken})
	defer tg.Close()
	e := newEdgeFor(b, tg.URL(), io.Discard)
	p := tg.Person(telegramtest.PersonOptions{ID: 5})
	for _, text := range []string{"one", "two", "three", "four"} {
		p.Send(text)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- e.Poll(ctx) }()
	if err := tg.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := strings.Join(order, " "); got != "one two three four" {
		t.Errorf("handled %q", got)
	}
}

func TestEdgeRegistersOnce(t *testing.T) {
	tg := telegramtest.NewServer(telegramtest.Options{Token: edgeToken})
	defer tg.Close()
	api := NewAPI(tg.URL(), edgeToken)
	defer api.Close()
	r := Registration{
		Commands:    map[string][]Command{"": {{"start", "Begin"}}, "hi": {{"start", "शुरू करें"}}},
		Description: map[string]string{"hi": "विवरण"}, Short: map[string]string{"": "short"},
	}
	for range 2 {
		if err := api.Register(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if err := api.SetWebhook(t.Context(), "https://example.org/hook", "secret"); err != nil {
			t.Fatal(err)
		}
	}
	sets := 0
	for _, c := range tg.Calls() {
		if strings.HasPrefix(c.Method, "set") {
			sets++
		}
	}
	if sets != 5 {
		t.Errorf("%d set calls, want 5", sets)
	}
}

func FuzzDecodeUpdate(f *testing.F) {
	f.Add([]byte(edgeText))
	f.Add([]byte(`{"update_id":1,"callback_query":{"id":"1","from":{"id":5},"data":"x"}}`))
	f.Add([]byte(`{"update_id":1,"my_chat_member":{"chat":{},"from":null}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := decode(raw, "our_bot")
		if err == nil && r.what == personal && r.Person == 0 && r.ID < 0 {
			t.Errorf("%+v", r)
		}
	})
}
