package telegramtest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"sadasya/bot/telegramtest"
)

// api calls the page's API and reads what it answers, if that is JSON.
func (b *bot) api(method, path, body string, result any, headers ...string) int {
	b.t.Helper()
	req, err := http.NewRequestWithContext(wait(b.t), method, b.URL()+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if result != nil && res.StatusCode == http.StatusOK {
		if err := json.Unmarshal(raw, result); err != nil {
			b.t.Fatalf("%s %s: %v: %s", method, path, err, raw)
		}
	}
	return res.StatusCode
}

// chat is what the page draws.
type chat struct {
	State    string
	Messages []telegramtest.Message
	Blocked  bool
}

func TestAChatByThePagesAPI(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	b.hook("", echo)
	var person struct {
		ID             int64
		Name, Language string
	}
	if code := b.api("POST", "/api/people", `{"name":"Kamla","language":"en"}`, &person); code != 200 || person.ID == 0 || person.Name != "Kamla" || person.Language != "en" {
		t.Fatalf("%d, %+v", code, person)
	}
	path := fmt.Sprintf("/api/people/%d/", person.ID)
	var messages []telegramtest.Message
	b.api("POST", path+"messages", `{"text":"/start 482177361"}`, &messages)
	if len(messages) != 2 || messages[1].Text != "said /start 482177361" || messages[1].Buttons[0][0].Data != "yes" {
		t.Fatalf("%+v", messages)
	}
	b.api("POST", path+"taps", `{"message_id":2,"data":"yes"}`, &messages)
	calls := b.Calls()
	if last := calls[len(calls)-1]; last.Method != "answerCallbackQuery" || last.Params["text"] != "yes" || last.Error != "" {
		t.Errorf("the last call is %+v", last)
	}
	for _, kind := range []string{"contact", "location", "photo"} {
		if code := b.api("POST", path+kind, "", &messages); code != 200 {
			t.Errorf("%s: %d", kind, code)
		}
	}
	var now chat
	if b.api("GET", path+"messages", "", &now); len(now.Messages) != len(messages) || now.Blocked || now.State == "" {
		t.Errorf("%+v", now)
	}
	b.api("POST", path+"block", "", nil)
	if b.api("GET", path+"messages?after="+now.State, "", &now); !now.Blocked {
		t.Error("the page does not see the block")
	}
	var people []struct{ ID int64 }
	if b.api("GET", "/api/people", "", &people); len(people) != 1 || people[0].ID != person.ID {
		t.Errorf("%+v", people)
	}
}

// TestThePageHearsOfEveryChange: its question is held until there is news.
func TestThePageHearsOfEveryChange(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	p := b.person()
	path := fmt.Sprintf("/api/people/%d/messages?after=", p.ID)
	to := func(p params) params {
		p["chat_id"] = path[len("/api/people/"):strings.Index(path, "/messages")]
		return p
	}
	var now chat
	b.api("GET", path, "", &now)
	for _, change := range []struct {
		name   string
		happen func()
	}{
		{"said", func() { b.done("sendMessage", to(params{"text": "x", "reply_markup": keyboard}), nil) }},
		{"edited", func() {
			b.done("editMessageText", to(params{"message_id": "2", "text": "y", "reply_markup": keyboard}), nil)
		}},
		{"buttons gone", func() { b.done("editMessageReplyMarkup", to(params{"message_id": "2"}), nil) }},
		{"typed", func() { p.Send("z") }},
		{"mended", func() { p.Edit("zz") }},
		{"deleted", func() { b.done("deleteMessage", to(params{"message_id": "1"}), nil) }},
		{"blocked", p.Block},
	} {
		before := now.State
		heard := make(chan error, 1)
		go func() {
			res, err := b.client.Get(b.URL() + path + before)
			if err == nil {
				err = json.NewDecoder(res.Body).Decode(&now)
				res.Body.Close()
			}
			heard <- err
		}()
		change.happen()
		if err := <-heard; err != nil {
			t.Fatalf("%s: %v", change.name, err)
		}
		if now.State == before {
			t.Errorf("%s: the page heard nothing", change.name)
		}
	}
}

func TestThePageAndItsRefusals(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{Username: "a_test_bot"})
	p := b.person()
	path := fmt.Sprintf("/api/people/%d/", p.ID)
	for _, c := range []struct {
		method, path, body string
		code               int
		headers            []string
	}{
		{"GET", "/", "", 200, nil},
		{"GET", "/main.js", "", 200, nil},
		{"GET", "/t/a_test_bot?start=482177361", "", 200, nil}, // leads to the page
		{"GET", "/no/such/file", "", 404, nil},
		{"GET", "/api/people/1/messages", "", 404, nil},
		{"POST", "/api/people/x/messages", `{"text":"x"}`, 404, nil},
		{"POST", "/api/people", "", 400, nil},
		{"POST", path + "messages", "{", 400, nil},
		{"POST", path + "messages", `{"text":""}`, 400, nil},
		{"POST", path + "messages", `{"text":"` + strings.Repeat("x", 1<<20) + `"}`, 400, nil},
		{"POST", path + "taps", "[]", 400, nil},
		{"DELETE", path + "messages", "", 405, nil},
		{"POST", "/api/people", `{"name":"x"}`, 403, []string{"Sec-Fetch-Site", "cross-site"}},
		{"POST", "/api/people", `{"name":"x"}`, 403, []string{"Origin", "https://elsewhere.example"}},
	} {
		if code := b.api(c.method, c.path, c.body, nil, c.headers...); code != c.code {
			t.Errorf("%s %s %.20s: %d, want %d", c.method, c.path, c.body, code, c.code)
		}
	}
	var me struct{ Username string }
	if b.api("GET", "/api/bot", "", &me); me.Username != "a_test_bot" {
		t.Errorf("%+v", me)
	}
}

func TestThePageSeesBehindTheChat(t *testing.T) {
	t.Parallel()
	stands := telegramtest.Inspection{Flow: "enroll", State: "name", First: "arriving", Moves: [][3]string{{"arriving", "newcomer", "name"}}}
	b := newBot(t, telegramtest.Options{Trace: true, Inspect: func(int64) telegramtest.Inspection { return stands }})
	b.hook("", echo)
	p := b.Person(telegramtest.PersonOptions{Name: "Kamla", Role: "citizen", About: "has a link", Start: "482177361"})
	other := b.Person(telegramtest.PersonOptions{Name: "Ramesh"})
	if _, err := p.Say(wait(t), "a question"); err != nil {
		t.Fatal(err)
	}
	var people []struct{ Name, Role, About, Start string }
	b.api("GET", "/api/people", "", &people)
	if len(people) != 2 || people[0].Name != "Kamla" || people[0].Role != "citizen" || people[0].Start != "482177361" {
		t.Errorf("%+v", people)
	}
	var seen struct {
		Steps  []telegramtest.Step
		Stands telegramtest.Inspection
	}
	b.api("GET", fmt.Sprintf("/api/people/%d/steps?after=0", p.ID), "", &seen)
	if len(seen.Steps) < 2 || seen.Stands.State != "name" || len(seen.Stands.Moves) != 1 {
		t.Fatalf("%+v", seen)
	}
	update, call := 0, 0
	for _, step := range seen.Steps {
		switch {
		case step.ToBot && step.Name == "message" && strings.Contains(string(step.Body), "a question"):
			update++
		case !step.ToBot && step.Name == "sendMessage" && step.Error == "":
			call++
		}
	}
	if update != 1 || call != 1 {
		t.Errorf("%d updates and %d calls: %+v", update, call, seen.Steps)
	}
	last := seen.Steps[len(seen.Steps)-1].ID
	b.api("GET", fmt.Sprintf("/api/people/%d/steps?after=%d", p.ID, last), "", &seen)
	if len(seen.Steps) != 0 {
		t.Errorf("told again: %+v", seen.Steps)
	}
	b.api("GET", fmt.Sprintf("/api/people/%d/steps", other.ID), "", &seen)
	if len(seen.Steps) != 0 {
		t.Errorf("somebody else's steps: %+v", seen.Steps)
	}
}
