package telegram

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sadasya/bot"
)

// FuzzAppendString: it means what encoding/json means, for any bytes, and leaves
// alone what stands before it.
func FuzzAppendString(f *testing.F) {
	for _, s := range []string{
		"", "मीना कुमारी", "a\nb\r\t", `"`, `\`, `\u0000`, "\x00\x1f\x7f", "\xff", "a\xc3", "<b>x</b> & 'y'", "\u2028\u2029", "🇮🇳", "\ufffd", "\n\"",
		strings.Repeat("अ\n", 999),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		quoted, ok := strings.CutPrefix(string(appendString([]byte("before"), s)), "before")
		if !ok {
			t.Fatal("what stood before is gone")
		}
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var got, meant string
		if err := json.Unmarshal([]byte(quoted), &got); err != nil {
			t.Fatalf("%q: %v", quoted, err)
		}
		if err := json.Unmarshal(want, &meant); err != nil {
			t.Fatal(err)
		}
		if got != meant {
			t.Errorf("%q became %q, want %q", s, got, meant)
		}
	})
}

// TestACallInTheResponseMeansTheMessage: read back by encoding/json it is the
// chat, the words and the buttons, whatever they are.
func TestACallInTheResponseMeansTheMessage(t *testing.T) {
	button := rapid.Custom(func(t *rapid.T) bot.Button {
		b := bot.Button{Label: rapid.String().Draw(t, "label")}
		if rapid.Bool().Draw(t, "link") {
			b.URL = "https://example.org/" + rapid.String().Draw(t, "path")
		} else {
			b.Data = rapid.String().Draw(t, "data")
		}
		return b
	})
	rapid.Check(t, func(t *rapid.T) {
		chat := rapid.Int64().Draw(t, "chat")
		m := bot.Message{
			HTML:    rapid.String().Draw(t, "text"),
			Buttons: rapid.SliceOfN(rapid.SliceOfN(button, 0, 3), 0, 3).Draw(t, "buttons"),
		}
		var got, want map[string]any
		if err := json.Unmarshal(appendCall(nil, chat, m), &got); err != nil {
			t.Fatal(err)
		}
		plain, err := json.Marshal(plainCall(chat, m))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(plain, &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// plainCall is the same call for encoding/json.
func plainCall(chat int64, m bot.Message) map[string]any {
	call := map[string]any{
		"method": "sendMessage", "chat_id": chat, "text": m.HTML, "parse_mode": "HTML",
		"link_preview_options": map[string]any{"is_disabled": true},
	}
	if len(m.Buttons) == 0 {
		return call
	}
	keyboard := make([][]map[string]any, len(m.Buttons))
	for i, row := range m.Buttons {
		keyboard[i] = []map[string]any{}
		for _, b := range row {
			if b.URL != "" {
				keyboard[i] = append(keyboard[i], map[string]any{"text": b.Label, "url": b.URL})
			} else {
				keyboard[i] = append(keyboard[i], map[string]any{"text": b.Label, "callback_data": b.Data})
			}
		}
	}
	call["reply_markup"] = map[string]any{"inline_keyboard": keyboard}
	return call
}
