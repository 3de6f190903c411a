package telegram

import (
	"errors"
	"testing"
	"time"

	"sadasya/bot"
	"sadasya/bot/telegramtest"
)

// TestWhatIsSaidUnaskedIsRead: each failure has the name by which the bot goes
// on.
func TestWhatIsSaidUnaskedIsRead(t *testing.T) {
	r := newRig(t, &recorder{})
	r.online()
	kamla := r.telegram.Person(telegramtest.PersonOptions{Name: "Kamla"})
	kamla.Send("hello")
	if err := kamla.Wait(soon(t)); err != nil {
		t.Fatal(err)
	}
	tell := func(person int64) error { return r.api.Tell(soon(t), person, bot.Message{HTML: "news"}) }
	if err := tell(kamla.ID); err != nil {
		t.Errorf("to who can be reached: %v", err)
	}
	if err := tell(12345); !errors.Is(err, bot.ErrUnreachable) {
		t.Errorf("to who never wrote: %v", err)
	}
	if err := r.api.Tell(soon(t), kamla.ID, bot.Message{HTML: "<b>open"}); !errors.Is(err, bot.ErrRefused) {
		t.Errorf("broken markup: %v", err)
	}
	kamla.Block()
	if err := tell(kamla.ID); !errors.Is(err, bot.ErrUnreachable) {
		t.Errorf("to who blocked the bot: %v", err)
	}
	for _, class := range []Class{Outage, Unknown} {
		f := &Failure{Class: class}
		for _, named := range []error{bot.ErrUnreachable, bot.ErrRefused, bot.ErrHold} {
			if errors.Is(f, named) {
				t.Errorf("%v is %v", f, named)
			}
		}
	}
	for _, class := range []Class{Throttled, Unauthorized} {
		if !errors.Is(&Failure{Class: class}, bot.ErrHold) {
			t.Errorf("%s does not hold what is said unasked", class)
		}
	}
}

func TestAPauseIsTold(t *testing.T) {
	now := time.Unix(1_764_000_000, 0)
	a := NewAPI("http://127.0.0.1", "t")
	a.now = func() time.Time { return now }
	if a.Pause() != 0 {
		t.Errorf("a pause of %v that nobody asked for", a.Pause())
	}
	a.pause(&a.throttled, 7*time.Second)
	now = now.Add(2 * time.Second)
	if a.Pause() != 5*time.Second {
		t.Errorf("%v of 5 s are left", a.Pause())
	}
	now = now.Add(time.Minute)
	if a.Pause() != 0 {
		t.Errorf("%v are left of a pause that is over", a.Pause())
	}
}

func TestAMenuIsShownAndTakenAway(t *testing.T) {
	r := newRig(t, &recorder{})
	if err := r.api.ShowMenu(soon(t), person, []bot.MenuItem{{Command: "link", Words: "मेरा लिंक"}}); err != nil {
		t.Fatal(err)
	}
	if menu := r.telegram.Menu(person, "hi"); len(menu) != 1 || menu[0].Command != "link" || menu[0].Description != "मेरा लिंक" {
		t.Errorf("%v", menu)
	}
	if err := r.api.ShowMenu(soon(t), person, nil); err != nil {
		t.Fatal(err)
	}
	if menu := r.telegram.Menu(person, "hi"); len(menu) > 0 {
		t.Errorf("it stays: %v", menu)
	}
}
