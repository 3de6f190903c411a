package main

import (
	"strings"

	"sadasya/bot/telegramtest"
)

// does says a step, or taps where it begins with a bracket.
func (c *chatter) does(step string) []telegramtest.Message {
	c.r.t.Helper()
	if label, ok := strings.CutPrefix(step, "["); ok {
		return c.tap(label)
	}
	return c.say(step)
}

// count tells how many messages have these words.
func count(said []telegramtest.Message, words string) (n int) {
	for _, m := range said {
		if strings.Contains(m.Text, words) {
			n++
		}
	}
	return n
}
