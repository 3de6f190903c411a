package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/bot/telegram"
	"sadasya/party"
)

// What comes in and what it must get: docs/bad-inputs.md, row by row, by the
// webhook of the running program on real stores.

// incoming is a row of that page.
type incoming struct {
	what  string         // as the page has it
	at    []string       // the way to where it comes; nil: to the question of the name
	comes func(x *trial) // by x.post and its kin
	gets  verdict
	then  func(x *trial) // what is to be looked at besides
	by    string         // instead: the test that shows it, which may lie in another package
}

// verdict holds what a row got against what it must get.
type verdict func(x *trial)

// The ways to where inputs come. CODE is that of the enroller of booth 55/12.
var (
	toLanguage  = []string{"/start"}
	toName      = []string{"/start", "[English", "[✅ I am 18+ and I agree"}
	toNumber    = append(toName[:3:3], "Kamla Devi")
	toElsewhere = append(toNumber[:4:4], "ABC1034560")
	toCheck     = append(toElsewhere[:5:5], "[Don't know")
	toBooth     = []string{"/start CODE", "[English", "[✅ I am 18+ and I agree", "Kamla Devi", "ABC1034560"}
)

// TestBadInputs plays every row of docs/bad-inputs.md.
func TestBadInputs(t *testing.T) {
	t.Parallel()
	for group, rows := range badInputs() {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			rows = slices.DeleteFunc(rows, func(row incoming) bool { return row.by != "" })
			if len(rows) == 0 {
				return
			}
			r := newRig(t, rigOptions{quiet: true})
			for _, row := range rows {
				t.Run(row.what, func(t *testing.T) { play(t, r, row) })
			}
		})
	}
}

func badInputs() map[string][]incoming {
	return map[string][]incoming{
		"HTTP": badHTTP(), "Updates": badUpdates(), "Taps": badTaps(), "Links": badLinks(), "Names": badNames(),
		"Voter ID": badNumbers(), "Booth": badBooths(), "Other": badMedia(), "Flood": floods(), "Operator": troubles(),
	}
}

func play(t *testing.T, r *rig, row incoming) {
	t.Helper()
	own := *r
	own.t = t // what fails is this row
	x := &trial{T: t, rig: &own, chatter: own.person(party.English)}
	way := row.at
	if way == nil {
		way = toName
	}
	for _, step := range way {
		x.does(strings.ReplaceAll(step, "CODE", string(r.code)))
	}
	if len(way) > 0 {
		x.tapped("x", nil) // one that counts nowhere shows the present screen
		x.question, x.answers = x.all(), nil
	}
	x.before, x.heard = x.standing(), len(x.fromBot())
	row.comes(x)
	x.after = x.standing()
	if row.gets != nil {
		row.gets(x)
	}
	if row.then != nil {
		row.then(x)
	}
}

// trial is one row at work.
type trial struct {
	*testing.T
	*chatter
	rig *rig

	question      string // the present screen, before anything comes
	before, after standing
	heard         int      // messages of the bot before anything came
	answers       []answer // to what came
}

// answer is what the webhook answers to one update.
type answer struct {
	update int64
	status int
	chat   int64
	text   string // as Telegram's HTML
	sent   bool   // a call stands in the response
	tap    string // the id of the callback query
}

// updateIDs are those of updates that are posted here, far from the others'.
var updateIDs atomic.Int64

// post posts an update of these fields as Telegram does, and waits for its
// answer.
func (x *trial) post(fields map[string]any) answer {
	x.Helper()
	id := 7_000_000_000_000 + updateIDs.Add(1)
	if _, ok := fields["update_id"]; !ok {
		fields["update_id"] = id
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		x.Fatal(err)
	}
	a := x.send(http.MethodPost, bytes.NewReader(raw), nil)
	a.update = id
	x.answers = append(x.answers, a)
	return a
}

// webhook is where Telegram posts to.
func (r *rig) webhook() string { return r.program.config.WebhookURL }

// send makes one request with the right secret, and header besides.
func (x *trial) send(method string, body io.Reader, header http.Header) (a answer) {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, x.rig.webhook(), body)
	if err != nil {
		x.Fatal(err)
	}
	req.Header.Set(secretHeader, telegram.Secret(x.rig.telegram.Token()))
	for name, values := range header {
		req.Header[name] = values
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		x.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		x.Fatal(err)
	}
	a.status = res.StatusCode
	if len(raw) > 0 {
		var call struct {
			Chat json.Number `json:"chat_id"`
			Text string      `json:"text"`
		}
		if err := json.Unmarshal(raw, &call); err != nil {
			x.Errorf("the response is no call: %q", raw)
		}
		a.chat, _ = call.Chat.Int64()
		a.text, a.sent = call.Text, true
	}
	return a
}

const secretHeader = "X-Telegram-Bot-Api-Secret-Token"

// message posts a message of the person with these fields.
func (x *trial) message(fields map[string]any) answer {
	x.Helper()
	return x.post(map[string]any{"message": x.wire(fields)})
}

// types posts words.
func (x *trial) types(text string) answer {
	x.Helper()
	return x.message(map[string]any{"text": text})
}

// wire is a message of the person's own chat; fields come besides, or instead.
func (x *trial) wire(fields map[string]any) map[string]any {
	w := map[string]any{
		"message_id": 1_000_000 + updateIDs.Load(), "date": time.Now().Unix(),
		"from": map[string]any{"id": x.ID, "is_bot": false, "first_name": "Kamla", "language_code": "en"},
		"chat": map[string]any{"id": x.ID, "type": "private"},
	}
	for k, v := range fields {
		w[k] = v
	}
	return w
}

// tapped posts a tap on a button of this data; without fields under one that is
// gone.
func (x *trial) tapped(data any, fields map[string]any) answer {
	x.Helper()
	tap := fmt.Sprint("tap-", updateIDs.Add(1))
	w := map[string]any{"id": tap, "from": map[string]any{"id": x.ID, "language_code": "en"}, "chat_instance": "1", "data": data}
	for k, v := range fields {
		w[k] = v
	}
	x.post(map[string]any{"callback_query": w})
	last := &x.answers[len(x.answers)-1]
	last.tap = tap
	return *last
}

// all is what was answered since the row began, in the responses and by calls.
func (x *trial) all() string {
	var said []string
	for _, m := range x.fromBot()[min(x.heard, len(x.fromBot())):] {
		if x.heard > 0 {
			said = append(said, m.HTML)
		}
	}
	for _, a := range x.answers {
		if a.sent {
			said = append(said, a.text)
		}
	}
	return strings.Join(said, "\n--\n")
}

// last is the last answer's text.
func (x *trial) last() string {
	if len(x.answers) == 0 {
		return ""
	}
	return x.answers[len(x.answers)-1].text
}

// standing is where a person stands, and what is on record of everyone.
type standing struct {
	session string
	rows    map[string]string
	counted map[string]float64 // updates that are no person's, by kind and outcome
}

// Tables whose rows an input that is none must not touch. Where people stand is
// written behind, and the audit is linked behind.
var watchedTables = map[string]string{
	"people": "concat_ws(',', telegram_id, language, first_code, reachable)", "consents": "t::text", "members": "t::text", "offices": "t::text",
	"office_links": "t::text", "applications": "t::text", "drafts": "t::text", "events": "t::text", "set_aside": "t::text", "audit": "concat_ws(',', actor, action, object)",
}

func (x *trial) standing() (s standing) {
	x.Helper()
	session, _, err := x.rig.stores.redis.Load(x.Context(), x.ID, 1)
	if err != nil {
		x.Fatal(err)
	}
	if c := session.Active; c != nil {
		s.session = fmt.Sprintf("%s/%s revision %d of %x: %s", c.Flow, c.State, c.Rev, c.Nonce, c.Draft)
	}
	if c := session.Suspended; c != nil {
		s.session += fmt.Sprintf(", below it %s/%s: %s", c.Flow, c.State, c.Draft)
	}
	s.session += " in " + string(session.Language)
	s.rows = x.rig.digests(x.T)
	s.counted = map[string]float64{}
	for _, of := range [][2]string{{"ignored", "handled"}, {"malformed", "aside"}, {"malformed", "cut"}, {"malformed", "refused"}} {
		s.counted[of[0]+" "+of[1]] = x.rig.value("sadasya_updates_total", "kind", of[0], "outcome", of[1])
	}
	return s
}

// digests tells each watchedTables table's rows in a word.
func (r *rig) digests(t testing.TB) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), r.database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var parts []string
	for table, row := range watchedTables {
		parts = append(parts, `SELECT '`+table+`', concat(count(*), ' rows ', md5(string_agg(`+row+`, ';' ORDER BY `+row+`))) FROM `+table+` t`)
	}
	rows, err := conn.Query(t.Context(), strings.Join(parts, " UNION ALL "))
	if err != nil {
		t.Fatal(err)
	}
	digests := map[string]string{}
	var table, digest string
	if _, err := pgx.ForEachRow(rows, []any{&table, &digest}, func() error { digests[table] = digest; return nil }); err != nil {
		t.Fatal(err)
	}
	return digests
}

// unchanged: the person stands where they stood, and no row came, went or
// changed but in these tables.
func (x *trial) unchanged(but ...string) {
	x.Helper()
	if x.after.session != x.before.session {
		x.Errorf("the session was %s,\nand is %s", x.before.session, x.after.session)
	}
	x.unchangedRows(but...)
}

func (x *trial) unchangedRows(but ...string) {
	x.Helper()
	for table, was := range x.before.rows {
		if is := x.after.rows[table]; is != was && !strings.Contains(strings.Join(but, " "), table) {
			x.Errorf("%s was %s, and is %s", table, was, is)
		}
	}
}

// TestEveryBadInputHasARow: the page and the table have the same rows, and a test
// that is named instead of a row is there.
func TestEveryBadInputHasARow(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../docs/bad-inputs.md")
	if err != nil {
		t.Fatal(err)
	}
	page := map[string]bool{}
	group := ""
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "## "); ok {
			group = name
		}
		if cells := strings.Split(line, " | "); len(cells) == 2 && strings.HasPrefix(line, "| ") && cells[0] != "| what comes" {
			page[group+": "+strings.ReplaceAll(strings.TrimPrefix(cells[0], "| "), "`", "")] = true
		}
	}
	tests := testsOf(t, ".", "../../bot/telegram", "../../store/postgres", "../../store/redis", "../../store/seal", "../../store/reference", "../../flows")
	table := map[string]bool{}
	for group, rows := range badInputs() {
		for _, row := range rows {
			name := group + ": " + row.what
			if table[name] {
				t.Errorf("%s: twice", name)
			}
			table[name] = true
			if !page[name] {
				t.Errorf("%s: docs/bad-inputs.md has no such row", name)
			}
			if row.by != "" && !tests[row.by] {
				t.Errorf("%s: there is no test %s", name, row.by)
			}
		}
	}
	for name := range page {
		if !table[name] {
			t.Errorf("%s: no test has it", name)
		}
	}
	if len(page) < 100 {
		t.Errorf("only %d rows are read", len(page))
	}
}

// testsOf are the names of the tests in these folders.
func testsOf(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, folder := range folders {
		files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no tests in %s: %v", folder, err)
		}
		for _, path := range files {
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") {
					names[f.Name.Name] = true
				}
			}
		}
	}
	return names
}
