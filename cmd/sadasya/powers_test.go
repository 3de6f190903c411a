package main

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/bot/telegramtest"
	"sadasya/flows"
	"sadasya/party"
)

// power is a row of the table of powers: what a command is tried with, whom it
// is for, and how everyone else is answered. A new command needs a row here.
type power struct {
	with    string       // behind the command; OFFICE is the id of another's office, CODE their code
	office  party.Office // that it is for; empty: everyone
	refused string       // the locale key that everyone else reads
	public  bool         // it tells of others by design
}

// powers has every command, and every button that counts in each state.
var powers = map[string]power{
	"start":    {with: "CODE", public: true}, // it names who invites
	"verify":   {with: "CODE", public: true},
	"language": {}, "help": {}, "cancel": {}, "grievance": {}, "back": {}, "go": {}, "hi": {}, "en": {}, "stop": {with: "news"},
	"card": {with: "OFFICE"}, "mydata": {with: "OFFICE"}, "correct": {with: "OFFICE"}, "withdraw": {with: "OFFICE"},
	"about": {}, "add": {}, "nonews": {}, "stopped": {}, "topics": {}, "topic": {with: "news off"},
	"link":        {office: party.Enroller, refused: "enroller.none"},
	"progress":    {office: party.Enroller, refused: "enroller.none"},
	"members":     {office: party.Enroller, refused: "enroller.none"},
	"daily":       {office: party.Enroller, refused: "enroller.none"},
	"nodaily":     {office: party.Enroller, refused: "enroller.none"},
	"poster":      {office: party.Enroller, refused: "enroller.none"},
	"slips":       {office: party.Enroller, refused: "enroller.none"},
	"appoint":     {office: party.Chief, refused: "appoint.none"},
	"team":        {office: party.Chief, refused: "team.none"},
	"coverage":    {office: party.Chief, refused: "appoint.none"},
	"export":      {office: party.Chief, refused: "appoint.none"},
	"right":       {with: "OFFICE", office: party.Admin, refused: "appoint.notyours"},
	"wrong":       {with: "OFFICE", office: party.Admin, refused: "appoint.notyours"},
	"resign":      {with: "OFFICE"}, // one's own alone is offered
	"review":      {office: party.Chief, refused: "appoint.none"},
	"calls":       {office: party.Chief, refused: "call.nobody"},
	"stats":       {office: party.Admin, refused: "admin.none"},
	"broadcast":   {office: party.Admin, refused: "admin.none"},
	"sent":        {office: party.Admin, refused: "admin.none"},
	"watch":       {with: "1", office: party.Admin, refused: "admin.none"},
	"enrol":       {}, // who is no enroller reads so, each office in words of its own
	"find":        {with: "Rahasya", office: party.Admin, refused: "admin.none"},
	"revoke":      {office: party.Admin, refused: "admin.none"},
	"audit":       {office: party.Admin, refused: "admin.none"},
	"agree":       {with: "OFFICE", office: party.Admin, refused: "request.gone"},
	"disagree":    {with: "OFFICE", office: party.Admin, refused: "request.gone"},
	"cases":       {office: party.Admin, refused: "cases.notyours"},
	"switches":    {office: party.Admin, refused: "admin.none"},
	"switch":      {with: "daily off", office: party.Admin, refused: "admin.none"},
	"switchwhere": {office: party.Admin, refused: "admin.none"},
	"stands":      {with: "1", office: party.Admin, refused: "cases.gone"},
	"putout":      {with: "1", office: party.Admin, refused: "cases.gone"},
}

// commandsInFlows reads the names of all commands out of the code: the words
// that lookup, and what it asks in each room, compare a name with.
func commandsInFlows(t *testing.T) (names []string) {
	t.Helper()
	paths, err := filepath.Glob("../../flows/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	constants := map[string]ast.Expr{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == len(spec.Names) {
				for i, name := range spec.Names {
					constants[name.Name] = spec.Values[i]
				}
			}
			return true
		})
	}
	note := func(e ast.Expr) {
		if name, ok := e.(*ast.Ident); ok && constants[name.Name] != nil {
			e = constants[name.Name]
		}
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			name, _ := strconv.Unquote(lit.Value)
			names = append(names, name)
		}
	}
	for _, file := range files {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil || !findsCommands(f.Type) {
				continue
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CaseClause:
					for _, e := range n.List {
						note(e)
					}
				case *ast.BinaryExpr:
					if x, ok := n.X.(*ast.Ident); ok && (n.Op == token.EQL || n.Op == token.NEQ) && x.Name == "name" {
						note(n.Y)
					}
				}
				return true
			})
		}
	}
	return names
}

// findsCommands tells a function that finds a command by its name.
func findsCommands(f *ast.FuncType) bool {
	if f.Results == nil || len(f.Results.List) == 0 {
		return false
	}
	first, ok := f.Results.List[0].Type.(*ast.Ident)
	return ok && first.Name == "command"
}

func TestEveryCommandHasARowOfPowers(t *testing.T) {
	t.Parallel()
	names := commandsInFlows(t)
	if len(names) < 20 {
		t.Fatalf("only %q", names)
	}
	for _, name := range names {
		if _, ok := powers[name]; !ok {
			t.Errorf("the command or button %q has no row in powers: whom is it for?", name)
		}
	}
	for name := range powers {
		if !slices.Contains(names, name) {
			t.Errorf("powers has %q, which is no command", name)
		}
	}
}

// precinct is what everyone else must not reach: in constituency 55 an enroller
// with a member, an applicant and an open link of the chief enroller; and those
// who try, each a kind of stranger to it.
type precinct struct {
	*rig
	office, applicant, link int64
	code                    party.Code
	secrets                 []string
	strangers               []stranger
}

type stranger struct {
	what   string
	who    *chatter
	office party.Office // that they hold, elsewhere
}

func newPrecinct(t *testing.T) *precinct {
	t.Helper()
	r := newRig(t, rigOptions{quiet: true})
	s := r.stores.postgres
	p := &precinct{rig: r}
	chief, _ := r.appointed(t, party.Chief, party.Area{AC: 55}, "Rahasya Chief")
	enroller, code := r.appointed(t, party.Enroller, party.Area{Booth: party.Booth{AC: 55, Part: 20}}, "Rahasya Enroller")
	p.code = code
	made, err := s.MakeLink(t.Context(), flows.Actor{Person: chief.ID, Update: 1}, flows.MakeLink{Nonce: flows.Nonce{1}, Office: party.Enroller, Area: party.Area{AC: 55}, Many: true})
	if err != nil {
		t.Fatal(err)
	}
	p.link = made.ID
	if _, err = s.Apply(t.Context(), flows.Actor{Person: 77, Update: 1}, flows.Apply{Token: made.Token, Booth: party.Booth{AC: 55, Part: 21}, Name: "Rahasya Applicant"}); err != nil {
		t.Fatal(err)
	}
	member := r.person(party.English)
	member.say("/start " + string(code))
	member.tap("English")
	member.tap("✅ I am 18+ and I agree")
	member.say("Rahasya Member")
	member.say("ABC1034560")
	member.tap("✅ Yes, here")
	number := numberIn(member.tap("✅ All is right"))
	p.office, p.applicant = r.number(t, `SELECT id FROM offices WHERE telegram_id = $1`, enroller.ID), r.number(t, `SELECT id FROM applications`)
	p.secrets = []string{"Rahasya", "ABC1034560", "ABC 103 4560", code.Display(), string(code), party.Number(number).Display(), number}
	p.strange(t)
	return p
}

// strange brings those who try.
func (p *precinct) strange(t *testing.T) {
	t.Helper()
	add := func(what string, o party.Office, area party.Area, befalls string) {
		c := p.person(party.English)
		if o != "" {
			c, _ = p.appointed(t, o, area, party.Name("Kailash"))
		}
		if befalls != "" {
			p.exec(t, `UPDATE offices SET `+befalls+` WHERE telegram_id = $1`, c.ID)
		}
		if befalls == "status = 'suspended'" {
			o = ""
		}
		p.strangers = append(p.strangers, stranger{what, c, o})
	}
	at := func(ac, part int) party.Area { return party.Area{Booth: party.Booth{AC: ac, Part: part}} }
	add("a citizen", "", party.Area{}, "")
	add("an enroller of another booth", party.Enroller, at(55, 22), "")
	add("an enroller who was moved away", party.Enroller, at(55, 20), "ac_no = 1, part_no = 2")
	add("a suspended enroller", party.Enroller, at(55, 20), "status = 'suspended'")
	add("a chief of another area", party.Chief, party.Area{AC: 1}, "")
	add("a chief who was moved away", party.Chief, party.Area{AC: 55}, "ac_no = 2")
	add("a suspended chief", party.Chief, party.Area{AC: 55}, "status = 'suspended'")
}

// number reads one number behind the program's back.
func (r *rig) number(t testing.TB, sql string, args ...any) int64 {
	t.Helper()
	return readOne[int64](t, r, sql, args...)
}

func readOne[T any](t testing.TB, r *rig, sql string, args ...any) (v T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), r.database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// state is all that offices decide of, in one word: it must not change.
func (p *precinct) state(t *testing.T) string {
	t.Helper()
	return readOne[string](t, p.rig, `SELECT md5(concat(
		(SELECT string_agg(concat_ws(',', id, office, code, telegram_id, district, ac_no, part_no, letter, status, letter_at), ';' ORDER BY id) FROM offices),
		(SELECT string_agg(concat_ws(',', id, revoked_at, spent_by), ';' ORDER BY id) FROM office_links),
		(SELECT string_agg(concat_ws(',', id, status), ';' ORDER BY id) FROM applications),
		(SELECT string_agg(concat_ws(',', id, telegram_id, status, enroller_code, ac_no, part_no), ';' ORDER BY id) FROM members)))`)
}

// heard looks at what somebody read: none of the secrets, and the refusal where
// one is due.
func (p *precinct) heard(t *testing.T, what string, said []telegramtest.Message, public bool, refused string) {
	t.Helper()
	var all strings.Builder
	for _, m := range said {
		all.WriteString(m.Text + "\n")
		for _, row := range m.Buttons {
			for _, b := range row {
				all.WriteString(b.Text + " " + b.URL + "\n")
			}
		}
	}
	if len(said) == 0 {
		t.Errorf("%s: no answer", what)
	}
	for _, secret := range p.secrets {
		if !public && strings.Contains(all.String(), secret) {
			t.Errorf("%s reads %q:\n%s", what, secret, all.String())
		}
	}
	if want := p.program.render.Text(refused, party.English); refused != "" && !strings.Contains(all.String(), want) {
		t.Errorf("%s does not read %q but\n%s", what, want, all.String())
	}
}

// TestEveryCommandIsRefusedToStrangers: whoever a command is not for reads that
// politely, whoever it is for reads of their own alone, and nothing changes.
func TestEveryCommandIsRefusedToStrangers(t *testing.T) {
	p := newPrecinct(t)
	before := p.state(t)
	names := commandsInFlows(t)
	slices.SortStableFunc(names, func(a, b string) int { // last, what makes somebody known
		return cmp.Compare(map[bool]int{true: 1}[powers[a].public], map[bool]int{true: 1}[powers[b].public])
	})
	for _, name := range names {
		row := powers[name]
		with := strings.NewReplacer("OFFICE", strconv.FormatInt(p.office, 10), "CODE", string(p.code)).Replace(row.with)
		for _, s := range p.strangers {
			p.emptyRedis()
			what := fmt.Sprintf("%s at %s", s.what, name)
			refused := ""
			if row.office != "" && row.office != s.office {
				refused = row.refused
			}
			p.heard(t, what+", typed", s.who.turn(t, strings.TrimSpace("> /"+name+" "+with)), row.public, "")
			p.emptyRedis()
			p.heard(t, what+", by its button", s.who.turn(t, strings.TrimSuffix("> (forged tap) g."+name+":"+with, ":")), row.public, refused)
			if now := p.state(t); now != before {
				t.Fatalf("%s has changed something", what)
			}
		}
	}
}

// forge taps the newest button of a label with another id in its data.
func (c *chatter) forge(t *testing.T, label, id string) []telegramtest.Message {
	t.Helper()
	list := c.Messages()
	for _, m := range slices.Backward(list) {
		for _, row := range m.Buttons {
			for _, b := range row {
				if parts := strings.SplitN(b.Data, ".", 4); b.Text == label && len(parts) == 4 {
					last := list[len(list)-1].ID
					c.TapData(m.ID, strings.Join(parts[:3], ".")+"."+id)
					c.settle()
					return slices.DeleteFunc(c.Messages(), func(m telegramtest.Message) bool { return m.ID <= last || !m.FromBot })
				}
			}
		}
	}
	t.Fatalf("no button %q", label)
	return nil
}

// TestForgedButtonsReachNobodyElse: a chief enroller of another area puts the
// ids of others into the buttons of their own conversations.
func TestForgedButtonsReachNobodyElse(t *testing.T) {
	p := newPrecinct(t)
	office, applicant, link := strconv.FormatInt(p.office, 10), strconv.FormatInt(p.applicant, 10), strconv.FormatInt(p.link, 10)
	for _, s := range p.strangers {
		if s.office != party.Chief {
			continue
		}
		c := s.who
		p.appointed(t, party.Enroller, party.Area{Booth: party.Booth{AC: int(p.number(t, `SELECT ac_no FROM offices WHERE telegram_id = $1`, c.ID)), Part: 3}}, "Own Enroller")
		before := p.state(t)
		open := func() {
			p.emptyRedis() // also the count of what they sent
			c.say("/team")
			p.heard(t, s.what+" opens another's enroller", c.forge(t, "1", "open:"+office), false, "team.notyours")
		}
		open()
		c.forge(t, "◀ Back", "suspend")
		p.heard(t, s.what+" suspends", c.forge(t, "◀ Back", "for:not-working"), false, "team.refused")
		open()
		c.forge(t, "◀ Back", "reinstate")
		p.heard(t, s.what+" reinstates", c.forge(t, "◀ Back", "for:mistake"), false, "team.refused")
		open()
		c.forge(t, "◀ Back", "move:55")
		c.say("55/13")
		p.heard(t, s.what+" moves", c.forge(t, "◀ Back", "for:wrong-booth"), false, "team.refused")
		open()
		c.forge(t, "◀ Back", "area")
		c.forge(t, "◀ Back", "all")
		p.heard(t, s.what+" moves to the state", c.forge(t, "◀ Back", "for:wrong-booth"), false, "team.refused")
		open()
		c.forge(t, "◀ Back", "write")
		p.heard(t, s.what+" writes", c.say("hello"), false, "team.notyours")
		c.say("/team")
		p.heard(t, s.what+" looks at another area", c.forge(t, "Paused", "where"), false, "")
		p.heard(t, s.what+" looks at another area", c.forge(t, "All of it", "pick:55"), false, "team.nobody")
		c.say("/appoint")
		c.forge(t, "Enroller of one booth", "applicants")
		p.heard(t, s.what+" approves", c.forge(t, "◀ Back", "yes:"+applicant), false, "appoint.gone")
		p.heard(t, s.what+" refuses", c.forge(t, "◀ Back", "no:"+applicant), false, "appoint.gone")
		c.say("/appoint")
		c.forge(t, "Enroller of one booth", "links")
		c.forge(t, "◀ Back", "revoke:"+link)
		p.emptyRedis()
		c.say("/appoint")
		c.tap("Enroller of one booth")
		p.heard(t, s.what+" makes a link elsewhere", c.forge(t, "◀ Back", "pick:55/13"), false, "appoint.notmade")
		c.say("/appoint")
		p.heard(t, s.what+" makes an admin", c.forge(t, "Enroller of one booth", "admin"), false, "appoint.notmade")
		c.turn(t, "> (forged tap) g.resign")
		own := c.Messages()[len(c.Messages())-1].Buttons[0][0].Text
		p.heard(t, s.what+" gives up another's office", c.forge(t, own, "pick:"+office), false, "resign.none")
		p.heard(t, s.what+" gives up another's office", c.forge(t, "◀ Back", "yes"), false, "resign.none")
		if now := p.state(t); now != before {
			t.Fatalf("%s has changed something", s.what)
		}
	}
}

// TestAConversationOfAnOfficeEndsWithIt: the buttons that a chief enroller has
// before them are refused once they are suspended, in the middle of it.
func TestAConversationOfAnOfficeEndsWithIt(t *testing.T) {
	p := newPrecinct(t)
	admin, _ := p.appointed(t, party.Admin, party.Area{}, "Admin")
	for what, c := range map[string]struct {
		before, then func(c *chatter) []telegramtest.Message
		refused      string
	}{
		"suspending": {
			func(c *chatter) []telegramtest.Message { c.say("/team"); c.tap("1"); return c.tap("⏸ Pause") },
			func(c *chatter) []telegramtest.Message { return c.tap("Not working") }, "team.refused",
		},
		"a letter": {
			func(c *chatter) []telegramtest.Message {
				c.say("/team")
				c.tap("1")
				return c.tap("✏️ Write to them")
			},
			func(c *chatter) []telegramtest.Message { return c.say("hello") }, "team.notyours",
		},
		"looking": {
			func(c *chatter) []telegramtest.Message { return c.say("/team") },
			func(c *chatter) []telegramtest.Message { return c.tap("Paused") }, "team.none",
		},
		"opening": {
			func(c *chatter) []telegramtest.Message { return c.say("/team") },
			func(c *chatter) []telegramtest.Message { return c.tap("1") }, "team.notyours",
		},
		"approving": {
			func(c *chatter) []telegramtest.Message { c.say("/appoint"); return c.tap("Applications (1)") },
			func(c *chatter) []telegramtest.Message { return c.tap("✅ 1") }, "appoint.gone",
		},
		"a link": {
			func(c *chatter) []telegramtest.Message { c.say("/appoint"); return c.tap("Enroller of one booth") },
			func(c *chatter) []telegramtest.Message { return c.say("23") }, "appoint.notmade",
		},
	} {
		chief, _ := p.appointed(t, party.Chief, party.Area{AC: 55}, "Rahasya Two")
		c.before(chief)
		id := p.number(t, `SELECT id FROM offices WHERE telegram_id = $1`, chief.ID)
		out, err := p.stores.postgres.ChangeOffice(t.Context(), flows.Actor{Person: admin.ID, Update: id},
			flows.ChangeOffice{ID: id, Change: flows.OfficeSuspend, Reason: flows.OtherCause})
		if err != nil || !out.Done {
			t.Fatalf("%+v, %v", out, err)
		}
		before := p.state(t)
		p.heard(t, what, c.then(chief), false, c.refused)
		if p.state(t) != before {
			t.Errorf("%s: something was changed after the office was suspended", what)
		}
	}
}

// TestALinkOfAnotherKindGivesNothing, nor one that was used, and says so.
func TestALinkOfAnotherKindGivesNothing(t *testing.T) {
	p := newPrecinct(t)
	used := p.makeLink(t, party.Enroller, party.Area{Booth: party.Booth{AC: 55, Part: 12}})
	if _, _, err := p.stores.postgres.AcceptLink(t.Context(), flows.Actor{Person: 78, Update: 1}, flows.AcceptLink{Token: party.LinkToken(used), Name: "Geeta"}); err != nil {
		t.Fatal(err)
	}
	good, apply := p.makeLink(t, party.Enroller, party.Area{Booth: party.Booth{AC: 55, Part: 12}}), p.makeApplyLink(t)
	before := p.state(t)
	for what, c := range map[string]struct{ payload, says string }{
		"used":                     {used, "office.spent"},
		"of an office, as higher":  {"c_" + good[2:], "office.spent"},
		"of an office, as admin's": {"a_" + good[2:], "office.spent"},
		"of an office, to apply":   {"p_" + good[2:], "office.spent"},
		"to apply, as an office":   {"e_" + apply[2:], "office.spent"},
		"made up":                  {"a_AAAAAAAAAAAAAAAAAAAAAA", "office.spent"},
		"the word admin":           {"admin", ""},
		"an office by SQL":         {"' OR 1=1", ""},
		"too long":                 {good + good + good, ""},
	} {
		p.heard(t, "a link "+what, p.person(party.English).turn(t, "> /start "+c.payload), false, c.says)
		if p.state(t) != before {
			t.Fatalf("a link %s has changed something", what)
		}
	}
}

// TestASuspensionHoldsOnEveryReplica: two programs on one database.
func TestASuspensionHoldsOnEveryReplica(t *testing.T) {
	here := newRig(t, rigOptions{quiet: true})
	there := newRig(t, rigOptions{quiet: true, database: here.database, keys: here.stores.keys})
	chief, _ := here.appointed(t, party.Chief, party.Area{AC: 55}, "Ramesh Gurjar")
	enroller := &chatter{r: there, Person: there.telegram.Person(telegramtest.PersonOptions{ID: enrollerID, Name: "Somebody", Language: "en"})}
	const invited = "invited you"
	newcomer := func() string {
		return there.person(party.English).say("/start " + string(here.code))[0].Text
	}
	if said := enroller.say("/link")[0].Text; !strings.Contains(said, here.code.Display()) || !strings.Contains(newcomer(), invited) {
		t.Fatalf("before: %s", said)
	}
	chief.say("/team")
	chief.tap("1")
	chief.tap("⏸ Pause")
	chief.tap("Not working")
	if said := enroller.say("/link")[0].Text; strings.Contains(said, here.code.Display()) || strings.Contains(newcomer(), invited) {
		t.Errorf("suspended there: %s", said)
	}
	chief.tap("▶ Let work again")
	chief.tap("It was a mistake")
	if said := enroller.say("/link")[0].Text; !strings.Contains(said, here.code.Display()) || !strings.Contains(newcomer(), invited) {
		t.Errorf("reinstated there: %s", said)
	}
}
