package telegramtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sadasya/bot/telegramtest"
)

func TestThePageSendsAPhotoAndShowsIt(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	b.hook("", ok)
	p := b.Person(telegramtest.PersonOptions{})
	path := fmt.Sprintf("/api/people/%d/", p.ID)
	var shown []telegramtest.Message
	if code := b.api("POST", path+"photo", `{}`, &shown); code != http.StatusOK || len(shown) != 1 || shown[0].File == nil || shown[0].File.Kind != "photo" {
		t.Fatalf("%d, %+v", code, shown)
	}
	res, err := b.client.Get(b.URL() + "/api/files/" + shown[0].File.ID)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || kind != "image/png" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s, %q", res.Status, kind)
	}
}

func TestWhoWritesOnThePageUnblocksTheBot(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	h := b.hook("", ok)
	p := b.person()
	path := fmt.Sprintf("/api/people/%d/", p.ID)
	b.api("POST", path+"block", `{}`, nil)
	b.api("POST", path+"messages", `{"text":"x"}`, nil)
	var states []string
	for _, u := range h.came {
		switch {
		case u.Member != nil:
			states = append(states, u.Member.New.Status)
		case u.Message != nil:
			states = append(states, u.Message.Text)
		}
	}
	if got := strings.Join(states, " "); got != "/start kicked member x" {
		t.Errorf("came %s", got)
	}
}

func TestALinkOpensThePageWithItsPayload(t *testing.T) {
	t.Parallel()
	b := newBot(t, telegramtest.Options{})
	client := &http.Client{Transport: b.client.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, link := range []string{"/chat?start=482177361", "/t/" + b.Username() + "?start=482177361"} {
		res, err := client.Get(b.URL() + link)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if to := res.Header.Get("Location"); to != "/?start=482177361" {
			t.Errorf("%s leads to %q", link, to)
		}
	}
}
