package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/cmd/sadasya/historytest"
	"sadasya/party"
)

var epicAt atomic.Int64 // of the last made-up Voter ID

// citizen enrols as a person does: looks at the newest bubble and does what it
// asks, taps twice now and then, and changes their mind.
type citizen struct {
	*telegramtest.Person
	code   party.Code
	names  []string
	random *rand.Rand
	whims  whims

	number                string
	card                  historytest.Card // the last check card before it
	stuck, wavered, raced int
	moves                 bool // is to say another booth than their own
	steps                 int  // bubbles that were answered
	err                   error
}

// whims are what few people do.
type whims struct {
	refuses bool       // does not agree, and leaves it at that
	second  party.Code // opens another enroller's link too
	races   bool       // types while a tap is on its way
	old     bool       // having changed an answer, confirms the card from before once
}

func (c *citizen) enrol(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	c.Start(string(c.code))
	silent, acted := 0, 0
	for range 200 {
		if err := c.Wait(ctx); err != nil {
			return fmt.Errorf("no answer: %w", err)
		}
		newest := c.newest()
		if newest.ID <= acted {
			if silent++; silent > 3 {
				return fmt.Errorf("nothing came after %d messages", silent)
			}
			c.stuck = max(c.stuck, silent)
			if silent > 1 {
				<-time.After(slowDown) // where they were told to go slower, they do
			}
			c.Send("?")
			continue
		}
		silent, acted = 0, newest.ID
		if c.number = c.shown(); c.number != "" {
			return nil
		}
		kind := historytest.Read(newest).Kind
		if c.whims.refuses && kind == historytest.Declined {
			return nil
		}
		if c.whims.second != "" && kind == historytest.Number {
			c.Start(string(c.whims.second))
			c.whims.second = ""
			continue
		}
		c.steps++
		c.act(newest)
	}
	return fmt.Errorf("not through after 200 steps")
}

// newest is the last bubble of the bot.
func (c *citizen) newest() telegramtest.Message {
	messages := c.Messages()
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].FromBot {
			return messages[i]
		}
	}
	return telegramtest.Message{}
}

// shown finds the number, and before it the last check card.
func (c *citizen) shown() string {
	for _, m := range c.Messages() {
		if !m.FromBot {
			continue
		}
		switch s := historytest.Read(m); {
		case s.Member != "":
			return s.Member
		case s.Kind == historytest.Check:
			c.card = s.Card
		}
	}
	return ""
}

// act does what a bubble asks.
func (c *citizen) act(m telegramtest.Message) {
	labels := map[string]bool{}
	for _, row := range m.Buttons {
		for _, b := range row {
			labels[b.Text] = true
		}
	}
	for _, label := range []string{"नहीं जुड़ना", "Not joining"} {
		if labels[label] && c.whims.refuses {
			_, _ = c.Tap(label) // the bubble has it
			return
		}
	}
	if c.moves && historytest.Read(m).Kind == historytest.Booth {
		c.moves = false
		c.Send(fmt.Sprintf("55/%d", 12+c.random.IntN(2)))
		return
	}
	for _, label := range []string{"हिन्दी", "✅ उम्र 18+ है, सहमत हूँ", "✅ I am 18+ and I agree", "✅ हाँ, यहीं", "✅ Yes, here", "✅ सब सही है", "✅ All is right", "हाँ", "Yes", "आगे बढ़ें", "Go on"} {
		if !labels[label] {
			continue
		}
		if c.whims.old && c.wavered > 0 && strings.HasPrefix(label, "✅") {
			c.whims.old = false
			_, _ = c.TapOld(label)
			return
		}
		_, _ = c.Tap(label) // the bubble has it
		if c.random.IntN(4) == 0 {
			_, _ = c.Tap(label) // twice
		}
		c.race()
		if strings.Contains(label, "सब सही") || strings.Contains(label, "All is") {
			c.waver()
		}
		return
	}
	if labels["कहाँ छपा है?"] || labels["Where is it printed?"] {
		c.Send(madeUpEPIC(epicAt.Add(1)))
		return
	}
	c.Send(c.names[c.random.IntN(len(c.names))])
}

// slowDown is how long the bot does not listen to who writes too fast.
const slowDown = 10 * time.Second

// mostRaces keeps one person below the pace at which the bot says to slow down.
const mostRaces = 4

// race types something that is no answer while a tap is on its way: messages and
// taps travel in queues of their own.
func (c *citizen) race() {
	if c.whims.races && c.raced < mostRaces && c.random.IntN(2) == 0 {
		c.raced++
		c.Send("?")
	}
}

// mostWavers keeps one person below the pace at which the bot says to slow down.
const mostWavers = 3

// waver changes the name or the booth while the confirm is on its way: whichever
// comes first, the row must be what the tapped card showed.
func (c *citizen) waver() {
	if c.wavered == mostWavers || c.random.IntN(2) == 0 {
		return
	}
	c.wavered++
	labels := []string{"✏️ नाम", "✏️ Name"}
	if c.moves = c.random.IntN(3) == 0; c.moves {
		labels = []string{"✏️ बूथ", "✏️ Booth"}
	}
	for _, label := range labels {
		if _, err := c.Tap(label); err == nil {
			return
		}
	}
}

// tail is the end of the chat.
func (c *citizen) tail() string {
	var b strings.Builder
	messages := c.Messages()
	for _, m := range messages[max(0, len(messages)-8):] {
		who := ">"
		if m.FromBot {
			who = "<"
		}
		fmt.Fprintf(&b, "%s %s\n", who, strings.ReplaceAll(m.Text, "\n", " / "))
	}
	return b.String()
}

// peopleNames are names that a member may have.
func peopleNames(t testing.TB) []string {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "party", "testdata", "names.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, row := range rows[1:] {
		names = append(names, row[0], row[1])
	}
	return names
}
