package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"sadasya/party"
	"sadasya/store/postgres"
)

// What docs/bad-inputs.md calls ignored, asked again, shown and set aside.

// ok200 holds that every update was answered 200.
func (x *trial) ok200() {
	x.Helper()
	if len(x.answers) == 0 {
		x.Error("nothing came")
	}
	for _, a := range x.answers {
		if a.status != http.StatusOK {
			x.Errorf("answered %d", a.status)
		}
	}
}

// silent: nothing was said, in a response or by a call.
func (x *trial) silent() {
	x.Helper()
	for _, a := range x.answers {
		if a.sent {
			x.Errorf("said %q", a.text)
		}
	}
	if said := x.fromBot()[x.heard:]; len(said) > 0 {
		x.Errorf("said %+v", said)
	}
}

// counted: the metrics count what came as such.
func (x *trial) counted(as string) {
	x.Helper()
	if n := x.after.counted[as] - x.before.counted[as]; int(n) != len(x.answers) {
		x.Errorf("%v of %d updates are counted as %s", n, len(x.answers), as)
	}
}

// ignored: 200, nothing said, nothing changed, counted.
func ignored(x *trial) {
	x.Helper()
	x.ok200()
	x.silent()
	x.unchanged()
	x.counted("ignored handled")
}

// again: 200, the reason of this key and the question once more, nothing changed.
func again(key string, but ...string) verdict {
	return func(x *trial) {
		x.Helper()
		x.asked(x.rig.program.render.Text(key, party.English), but...)
	}
}

// saying is again, of a reason that has a number in it.
func saying(words string) verdict { return func(x *trial) { x.Helper(); x.asked(words) } }

func (x *trial) asked(reason string, but ...string) {
	x.Helper()
	x.ok200()
	for _, a := range x.answers {
		said, question, _ := strings.Cut(a.text, "\n\n")
		if !strings.HasPrefix(said, reason) || reason == "" {
			x.Errorf("says %q\nand not %q", a.text, reason)
		}
		if question != x.question {
			x.Errorf("asks %q\nand not %q", question, x.question)
		}
		if a.chat != x.ID {
			x.Errorf("answers in the chat %d", a.chat)
		}
	}
	x.unchanged(but...)
}

// shown: the tap is answered, and the present screen comes again as a new
// message; nothing changed.
func shown(x *trial) {
	x.Helper()
	x.ok200()
	for _, a := range x.answers {
		if a.text != x.question {
			x.Errorf("shows %q\nand not %q", a.text, x.question)
		}
		x.tapAnswered(a)
	}
	x.unchanged()
}

// tapAnswered waits for the call that ends the button's waiting.
func (x *trial) tapAnswered(a answer) {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.Context(), patience)
	defer cancel()
	err := x.rig.telegram.Await(ctx, func() bool {
		for _, c := range x.rig.telegram.Calls() {
			if c.Method == "answerCallbackQuery" && c.Params["callback_query_id"] == a.tap {
				return true
			}
		}
		return false
	})
	if err != nil {
		x.Errorf("the tap is not answered: %v", err)
	}
}

// setAside: 200, nothing said, kept for the operator for this reason, nothing
// else changed. An update without an id of its own is kept under 0.
func setAside(reason string) verdict {
	return func(x *trial) {
		x.Helper()
		x.ok200()
		x.silent()
		x.unchanged("set_aside")
		x.counted("malformed aside")
		list, err := asides(x.Context(), x.rig.stores.postgres, 1000)
		if err != nil {
			x.Fatal(err)
		}
		for _, a := range x.answers {
			if !slices.ContainsFunc(list, func(s postgres.Aside) bool { return s.Update == a.update && s.Reason == reason }) {
				x.Errorf("update %d is not set aside for %q: %+v", a.update, reason, list)
			}
		}
	}
}

// refusedBy: this status, nothing said, nothing changed.
func refusedBy(status int) verdict {
	return func(x *trial) {
		x.Helper()
		for _, a := range x.answers {
			if a.status != status {
				x.Errorf("answered %d, not %d", a.status, status)
			}
		}
		x.silent()
		x.unchanged()
		as := "malformed refused"
		if status == http.StatusBadRequest {
			as = "malformed cut"
		}
		x.counted(as)
	}
}

// goesOn: 200, and the person stands in this state now.
func goesOn(state string) verdict {
	return func(x *trial) {
		x.Helper()
		x.ok200()
		if !strings.HasPrefix(x.after.session, "enroll/"+state+" ") {
			x.Errorf("stands at %s, not at %s; said %q", x.after.session, state, x.all())
		}
	}
}

// draftHas: the answers so far have these words.
func draftHas(words string) func(x *trial) {
	return func(x *trial) {
		x.Helper()
		if !strings.Contains(x.after.session, words) {
			x.Errorf("%q is not in %s", words, x.after.session)
		}
	}
}

// deleted: the person's message left the chat.
func deleted(x *trial) {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.Context(), patience)
	defer cancel()
	err := x.rig.telegram.Await(ctx, func() bool {
		for _, c := range x.rig.telegram.Calls() {
			if c.Method == "deleteMessage" && c.Params["chat_id"] == fmt.Sprint(x.ID) {
				return true
			}
		}
		return false
	})
	if err != nil {
		x.Errorf("the message stays: %v", err)
	}
}

// downloads: nothing was fetched.
func noDownload(x *trial) {
	x.Helper()
	for _, c := range x.rig.telegram.Calls() {
		if c.Method == "getFile" {
			x.Error("a file is asked for")
		}
	}
}

// both looks at two things.
func both(all ...func(x *trial)) func(x *trial) {
	return func(x *trial) {
		x.Helper()
		for _, one := range all {
			one(x)
		}
	}
}
