package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"sadasya/party"
)

// What comes over HTTP, and updates that are odd by themselves.

// sound is an update of the person that would be answered.
func (x *trial) sound() string {
	id := 7_000_000_000_000 + updateIDs.Add(1)
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":1764000000,"text":"Kamla Devi","from":{"id":%d,"is_bot":false},"chat":{"id":%[2]d,"type":"private"}}}`, id, x.ID)
}

// raw posts a body as it is.
func (x *trial) raw(body string) {
	x.Helper()
	x.answers = append(x.answers, x.send(http.MethodPost, strings.NewReader(body), nil))
}

// with posts a sound update with these headers.
func with(name string, values ...string) func(x *trial) {
	return func(x *trial) {
		x.Helper()
		x.answers = append(x.answers, x.send(http.MethodPost, strings.NewReader(x.sound()), http.Header{name: values}))
	}
}

func body(make func(x *trial) string) func(x *trial) {
	return func(x *trial) { x.Helper(); x.raw(make(x)) }
}

func literally(s string) func(x *trial) { return func(x *trial) { x.Helper(); x.raw(s) } }

func badHTTP() []incoming {
	const slow = "TestASlowOrBrokenConnectionIsClosed"
	return []incoming{
		{what: "GET", gets: refusedBy(http.StatusMethodNotAllowed), comes: func(x *trial) {
			x.answers = append(x.answers, x.send(http.MethodGet, nil, nil))
		}},
		{what: "no secret", comes: with(secretHeader), gets: refusedBy(http.StatusUnauthorized)},
		{what: "a wrong secret", comes: with(secretHeader, "x"), gets: refusedBy(http.StatusUnauthorized)},
		{what: "two secrets", gets: refusedBy(http.StatusUnauthorized), comes: func(x *trial) {
			right := secretOf(x.rig)
			with(secretHeader, right, right)(x)
		}},
		{what: "a body that is not read before the secret is", by: "TestOnlyTelegramIsBelieved"},
		{what: "a body over 1 MiB", gets: refusedBy(http.StatusRequestEntityTooLarge), comes: func(x *trial) {
			x.raw(x.sound() + strings.Repeat(" ", 1<<20))
		}},
		{what: "a body over 1 MiB whose length is not told", gets: refusedBy(http.StatusRequestEntityTooLarge), comes: func(x *trial) {
			x.answers = append(x.answers, x.send(http.MethodPost, io.MultiReader(strings.NewReader(x.sound()), bytes.NewReader(make([]byte, 1<<20))), nil))
		}},
		{what: "JSON that is cut short", comes: body(func(x *trial) string { s := x.sound(); return s[:len(s)-5] }), gets: refusedBy(http.StatusBadRequest)},
		{what: "a connection that is cut short", by: slow},
		{what: "null", comes: literally("null"), gets: setAside("no-id")},
		{what: "{}", comes: literally("{}"), gets: setAside("no-id")},
		{what: "two JSON objects", comes: body(func(x *trial) string { return x.sound() + x.sound() }), gets: setAside("json")},
		{what: "JSON of depth 20,000", comes: literally(`{"update_id":7,"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + "}"), gets: setAside("json")},
		{what: "an update_id that is a string", comes: literally(`{"update_id":"7","message":{}}`), gets: setAside("json")},
		{what: "a slow body", by: slow},
		{what: "gzip", comes: with("Content-Encoding", "gzip"), gets: refusedBy(http.StatusUnsupportedMediaType)},
	}
}

// kind posts an update of a kind.
func kind(name string, value any) func(x *trial) {
	return func(x *trial) { x.Helper(); x.post(map[string]any{name: value}) }
}

// words posts words with these fields besides, or instead.
func words(text string, fields map[string]any) func(x *trial) {
	return func(x *trial) {
		x.Helper()
		all := map[string]any{"text": text}
		for k, v := range fields {
			all[k] = v
		}
		x.message(all)
	}
}

// groupOf is a chat that is no private one.
func groupOf(id int64, kind string) map[string]any {
	return map[string]any{"chat": map[string]any{"id": id, "type": kind, "title": "x"}}
}

// toGroup: asked once an hour to write in private, there and not in the chat.
func toGroup(x *trial) {
	x.Helper()
	x.ok200()
	x.unchanged()
	want := x.rig.program.render.Text("problem.group", party.English)
	want, _, _ = strings.Cut(want, "{link}")
	if a := x.answers[0]; a.chat >= 0 || !strings.HasPrefix(a.text, strings.TrimSpace(want)) {
		x.Errorf("says %q in %d", a.text, a.chat)
	}
	if x.answers[1].sent {
		x.Errorf("says it twice: %q", x.answers[1].text)
	}
}

func badUpdates() []incoming {
	twice := func(do func(x *trial)) func(x *trial) { return func(x *trial) { do(x); do(x) } }
	rows := []incoming{
		{what: "one id 50 times at once", by: "TestOneUpdateFiftyTimesIsOneEffect"},
		{what: "an older id after a newer one", by: "TestAnOlderAndAFarIDAreHandledOnce"},
		{what: "an id far from the last", by: "TestAnOlderAndAFarIDAreHandledOnce"},
		{what: "a kind that is unknown", comes: kind("purchased_paid_media", map[string]any{"from": map[string]any{"id": 7}}), gets: ignored},
		{what: "two kinds in one", gets: setAside("two-kinds"), comes: func(x *trial) {
			x.post(map[string]any{"message": x.wire(map[string]any{"text": "Kamla"}), "edited_message": x.wire(map[string]any{"text": "Kamla"})})
		}},
		{what: "no sender", comes: words("Kamla", map[string]any{"from": nil}), gets: ignored},
		{what: "a bot", gets: ignored, comes: func(x *trial) {
			words("Kamla", map[string]any{"from": map[string]any{"id": x.ID, "is_bot": true}})(x)
		}},
		{what: "a group", comes: twice(words("Kamla", groupOf(-1001, "group"))), gets: toGroup},
		{what: "a supergroup", comes: twice(words("/start", groupOf(-1002, "supergroup"))), gets: toGroup},
		{what: "a channel's post", gets: ignored, comes: func(x *trial) {
			kind("channel_post", x.wire(map[string]any{"text": "/start", "chat": map[string]any{"id": -1003, "type": "channel"}}))(x)
		}},
		{what: "a channel's post, edited", gets: ignored, comes: func(x *trial) {
			kind("edited_channel_post", x.wire(map[string]any{"text": "/start", "chat": map[string]any{"id": -1003, "type": "channel"}}))(x)
		}},
		{what: "an edited message", gets: again("problem.edited"), comes: func(x *trial) { kind("edited_message", x.wire(map[string]any{"text": "Kamla Devi"}))(x) }},
		{what: "a message in the name of a channel", comes: words("Kamla Devi", map[string]any{"sender_chat": map[string]any{"id": -1003, "type": "channel"}}), gets: ignored},
		{what: "a private chat whose id is not the sender's", gets: setAside("foreign-chat"), comes: func(x *trial) {
			words("Kamla Devi", map[string]any{"chat": map[string]any{"id": x.ID + 1, "type": "private"}})(x)
		}},
		{what: "my_chat_member: kicked", comes: func(x *trial) { x.membership("kicked") }, gets: func(x *trial) { x.reachable(false) }},
		{what: "my_chat_member: member", comes: func(x *trial) { x.membership("kicked"); x.membership("member") }, gets: func(x *trial) { x.reachable(true) }},
		{
			what: "an answer that is 23 hours old, to a question that is past", at: toNumber, gets: again("voterid.not"),
			comes: words("Kamla Devi", map[string]any{"date": time.Now().Add(-23 * time.Hour).Unix()}),
		},
		{
			what: "an answer that is 23 hours old, to the present question", gets: goesOn("voterid"),
			comes: words("Kamla Devi", map[string]any{"date": time.Now().Add(-23 * time.Hour).Unix()}),
		},
		{
			what: "a forwarded command", gets: again("problem.forwarded", "audit"), then: refusedOnRecord("stats"),
			comes: words("/stats", map[string]any{"forward_origin": map[string]any{"type": "hidden_user"}}),
		},
		{what: "a forwarded command from an admin", by: "TestEveryAdminCommandIsRefusedInEveryWay"},
		{what: "a message written by another bot (via_bot)", comes: words("Kamla Devi", map[string]any{"via_bot": map[string]any{"id": 5, "is_bot": true}}), gets: again("problem.viabot")},
		{what: "a tap without its message", comes: func(x *trial) { x.tapped("x", nil) }, gets: shown},
		{what: "a tap on a message of date 0", comes: func(x *trial) { x.tapped("x", underOld(x)) }, gets: shown},
		{what: "a tap that counts, without its message", at: toLanguage, comes: func(x *trial) { x.tapped("g.en", nil) }, gets: goesOn("consent"), then: func(x *trial) { x.tapAnswered(x.answers[0]) }},
		{what: "a tap that counts, on a message of date 0", at: toLanguage, comes: func(x *trial) { x.tapped("g.en", underOld(x)) }, gets: goesOn("consent")},
	}
	for _, id := range []int64{1087968824, 777000, 136817688} {
		rows = append(rows, incoming{
			what: fmt.Sprintf("the account %d", id), gets: ignored,
			comes: words("/start", map[string]any{"from": map[string]any{"id": id, "is_bot": false}, "chat": map[string]any{"id": id, "type": "private"}}),
		})
	}
	return rows
}

// underOld is a tap on a message that is too old to be shown.
func underOld(x *trial) map[string]any {
	return map[string]any{"message": map[string]any{"message_id": 1, "date": 0, "chat": map[string]any{"id": x.ID, "type": "private"}}}
}

func (x *trial) membership(status string) {
	x.Helper()
	me := map[string]any{"id": x.ID, "is_bot": false}
	kind("my_chat_member", map[string]any{
		"from": me, "chat": map[string]any{"id": x.ID, "type": "private"}, "date": 1, "new_chat_member": map[string]any{"status": status, "user": me},
	})(x)
}

func (x *trial) reachable(want bool) {
	x.Helper()
	x.ok200()
	x.silent()
	x.unchanged("people")
	if got := readOne[bool](x.T, x.rig, `SELECT reachable FROM people WHERE telegram_id = $1`, x.ID); got != want {
		x.Errorf("reachable: %v", got)
	}
}

// refusedOnRecord: the audit has that the person's command was refused.
func refusedOnRecord(command string) func(x *trial) {
	return func(x *trial) {
		x.Helper()
		if n := x.rig.number(x.T, `SELECT count(*) FROM audit WHERE actor = $1 AND action = 'refused' AND object = $2`, x.ID, "command "+command); n != 1 {
			x.Errorf("%d refusals are on record", n)
		}
	}
}
