package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/party"
)

// step is what a citizen does: types or taps.
type step struct{ text, tap string }

// straight is the straight way of script.md, from the link to the question about
// news, in each language's words.
func straight(l party.Language, code party.Code, name, voterID string) []step {
	tap := map[party.Language][]string{
		party.Hindi:   {"हिन्दी", "✅ उम्र 18+ है, सहमत हूँ", "✅ हाँ, यहीं", "✅ सब सही है", "नहीं"},
		party.English: {"English", "✅ I am 18+ and I agree", "✅ Yes, here", "✅ All is right", "No"},
	}[l]
	return []step{
		{text: "/start " + string(code)}, {tap: tap[0]}, {tap: tap[1]}, {text: name}, {text: voterID}, {tap: tap[2]}, {tap: tap[3]}, {tap: tap[4]},
	}
}

// The steps of straight after which the check card stands, and the number.
const (
	afterBooth   = 5
	afterConfirm = 6
)

// citizen goes the straight way and waits for each answer, by default with no
// time to think.
type citizen struct {
	person  *telegramtest.Person
	steps   []step
	name    string
	voterID string
	atCheck func() error  // may be nil
	think   time.Duration // before each step

	answers []time.Duration
	screens []Screen
	number  string
}

// Names of nobody in particular.
var (
	firstNames = map[party.Language][]string{
		party.Hindi:   {"कमला", "रमेश", "सुनीता", "मोहन", "गीता", "सलीम", "पुष्पा", "हरिराम", "मंजू", "कैलाश"},
		party.English: {"Kamla", "Ramesh", "Sunita", "Mohan", "Geeta", "Salim", "Pushpa", "Hariram", "Manju", "Kailash"},
	}
	lastNames = map[party.Language][]string{
		party.Hindi:   {"देवी", "मीणा", "शर्मा", "गुर्जर", "ख़ान", "मेघवाल", "कंवर", "जाट"},
		party.English: {"Devi", "Meena", "Sharma", "Gurjar", "Khan", "Meghwal", "Kanwar", "Jat"},
	}
)

func nameOf(l party.Language, random *rand.Rand) string {
	return firstNames[l][random.IntN(len(firstNames[l]))] + " " + lastNames[l][random.IntN(len(lastNames[l]))]
}

func newCitizen(tg *telegramtest.Server, code party.Code, l party.Language, s series, random *rand.Rand) *citizen {
	c := &citizen{
		person: tg.Person(telegramtest.PersonOptions{ID: s.person, Name: "Somebody", Language: string(l)}),
		name:   nameOf(l, random), voterID: s.voterID,
	}
	c.steps = straight(l, code, c.name, s.voterID)
	return c
}

var numberShape = regexp.MustCompile(`\b\d{3} \d{4} \d{4}\b`)

func (c *citizen) enrol(ctx context.Context) error {
	c.answers = make([]time.Duration, 0, len(c.steps))
	for i, s := range c.steps {
		if c.think > 0 {
			time.Sleep(c.think)
		}
		began := time.Now()
		if s.tap == "" {
			c.person.Send(s.text)
		} else if _, err := c.person.Tap(s.tap); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
		if err := c.person.Wait(ctx); err != nil {
			return fmt.Errorf("step %d: no answer: %w", i+1, err)
		}
		c.answers = append(c.answers, time.Since(began))
		if err := c.look(i); err != nil {
			return err
		}
	}
	return nil
}

// look takes note of what stands in the chat after a step.
func (c *citizen) look(i int) error {
	if i == afterBooth && c.atCheck != nil {
		if err := c.atCheck(); err != nil {
			return err
		}
	}
	if c.atCheck == nil && i != afterConfirm {
		return nil
	}
	var screen Screen
	messages := c.person.Messages()
	for at := len(messages) - 1; at >= 0 && messages[at].FromBot; at-- {
		if n := numberShape.FindString(messages[at].Text); i == afterConfirm && n != "" {
			c.number = n
		}
		screen.HTML = strings.TrimSpace(messages[at].HTML + "\n\n" + screen.HTML)
		if screen.Buttons == nil {
			screen.Buttons = messages[at].Buttons
		}
		if i != afterConfirm {
			break
		}
		// A number and the question after it are one screen.
		if at > 0 && !messages[at-1].FromBot || len(messages)-at == 2 {
			break
		}
	}
	c.screens = append(c.screens, screen)
	if i == afterConfirm && c.number == "" {
		return errors.New("no number was shown")
	}
	return nil
}

// series is what only one citizen of all runs has.
type series struct {
	person  int64 // Telegram id
	voterID string
}

// people makes them, each once; those of another seed are others.
type people struct {
	seed uint64
	n    uint64
}

func (p *people) next() series {
	n := p.seed%(26*26*26)*1_000_000 + p.n
	p.n++
	return series{person: int64(20_000_000_000 + n), voterID: VoterID(n)}
}

// VoterID is the nth sound number of all: three letters, six digits and their
// check digit (Luhn over the seven).
func VoterID(n uint64) string {
	series, digits := n/1_000_000, n%1_000_000
	id := fmt.Appendf(nil, "%c%c%c%06d", 'A'+series/26/26%26, 'A'+series/26%26, 'A'+series%26, digits)
	sum := 0
	for i, c := range id[3:] {
		d := int(c - '0')
		if i%2 == 1 { // from the right, the check digit itself is the first
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return string(append(id, byte('0'+(10-sum%10)%10)))
}
