package telegram

import (
	"errors"
	"strings"
	"testing"

	"sadasya/flows"
)

// FuzzDecode: whatever comes, decode gives a person's own doing, a fact about a
// chat, nothing, or one of the named errors; it never panics and never takes a
// group, a bot or nobody for a person.
func FuzzDecode(f *testing.F) {
	for _, c := range kinds() {
		f.Add([]byte(c.raw))
	}
	for _, raw := range []string{
		"", "null", "{}", "[]", `"`, `{"update_id":70`, `{"update_id":"70"}`, `{"update_id":-1}`, `{"update_id":1e3}`,
		strings.Repeat(`{"message":`, 20_000), `{"update_id":1,"message":{"from":{"id":"x"}}}`, `{"UPDATE_ID":1,"Message":{}}`,
		`{"update_id":1,"message":{"photo":[[[]]],"location":{"latitude":1e308}}}`, "\xff\xfe", `{"update_id":1}{}`,
	} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := decode(raw, "sadasya_demo_bot")
		var bad malformed
		switch {
		case err == nil:
		case errors.Is(err, errCutShort):
			return
		case errors.As(err, &bad):
			switch bad.reason {
			case "json", "no-id", "two-kinds", "foreign-chat":
			default:
				t.Errorf("%q is set aside for %q", raw, bad.reason)
			}
			if bad.update < 0 {
				t.Errorf("%q is set aside under %d", raw, bad.update)
			}
			return
		default:
			t.Fatalf("%q: %v", raw, err)
		}
		checkReceived(t, r)
	})
}

// checkReceived holds an update that decode let pass against what it promises.
func checkReceived(t *testing.T, r received) {
	t.Helper()
	if r.ID < 0 {
		t.Errorf("id %d", r.ID)
	}
	switch r.what {
	case personal:
		if r.Person <= 0 || r.chat != r.Person || nobodys(r.Person) {
			t.Errorf("person %d in chat %d", r.Person, r.chat)
		}
	case membership, group:
		if r.Person <= 0 {
			t.Errorf("person %d", r.Person)
		}
	case channel:
		if r.Person != 0 || r.Input.Name == "" {
			t.Errorf("person %d in a channel, command %q", r.Person, r.Input.Name)
		}
	case ignored:
		return
	}
	in := r.Input
	if in.Kind == flows.Command && (in.Name == "" || strings.ContainsAny(in.Name, "/@ \n")) {
		t.Errorf("a command named %q", in.Name)
	}
	if in.Kind == flows.Media && in.Text == "" && r.what == personal {
		t.Error("media of no sort")
	}
	if in.Own && in.Kind != flows.Contact {
		t.Errorf("own, but of kind %v", in.Kind)
	}
}
