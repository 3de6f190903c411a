package telegramtest

import (
	"encoding/json"
	"slices"
	"strings"
)

// Button is one button under a message.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// Key is one key of the keyboard that a bot may show in place of the person's own.
type Key struct {
	Text     string `json:"text"`
	Contact  bool   `json:"request_contact,omitempty"`
	Location bool   `json:"request_location,omitempty"`
}

// UnmarshalJSON takes a bare string for a key's text, as Telegram does.
func (k *Key) UnmarshalJSON(raw []byte) error {
	if json.Unmarshal(raw, &k.Text) == nil {
		return nil
	}
	type plain Key // without this method
	return json.Unmarshal(raw, (*plain)(k))
}

// markup is a reply_markup: buttons under the message, or a keyboard that comes
// or goes.
type markup struct {
	inline   [][]Button
	keyboard [][]Key
	remove   bool
}

// inlineButton is a button with every action that it may have.
type inlineButton struct {
	Button
	CopyText *struct{ Text string } `json:"copy_text"`
	Switch   *string                `json:"switch_inline_query"`
	SwitchIn *string                `json:"switch_inline_query_current_chat"`
	SwitchTo json.RawMessage        `json:"switch_inline_query_chosen_chat"`
	WebApp   json.RawMessage        `json:"web_app"`
	LoginURL json.RawMessage        `json:"login_url"`
	Style    string                 `json:"style"`
}

// maxButtons is how many one message may have. Source: observed; the Bot API
// does not tell.
const maxButtons = 100

// checkMarkup reads a reply_markup strictly.
func checkMarkup(raw string) (m markup, err error) {
	if raw == "" {
		return m, nil
	}
	var given struct {
		Inline   [][]inlineButton `json:"inline_keyboard"`
		Keyboard [][]Key          `json:"keyboard"`
		Remove   bool             `json:"remove_keyboard"`
		Force    bool             `json:"force_reply"`
		Hint     string           `json:"input_field_placeholder"`
	}
	if err := json.Unmarshal([]byte(raw), &given); err != nil {
		return m, bad("can't parse reply keyboard markup JSON object: %v", err)
	}
	kinds := 0
	for _, there := range []bool{given.Inline != nil, given.Keyboard != nil, given.Remove, given.Force} {
		if there {
			kinds++
		}
	}
	if kinds > 1 {
		return m, bad("telegramtest: a reply_markup is of one kind only")
	}
	if units(given.Hint) > 64 {
		return m, bad("telegramtest: input_field_placeholder is longer than 64")
	}
	m.keyboard, m.remove = given.Keyboard, given.Remove
	buttons := 0
	for _, row := range given.Inline {
		line := make([]Button, len(row))
		for i, b := range row {
			if err := checkButton(b); err != nil {
				return m, err
			}
			line[i] = b.Button
		}
		m.inline = append(m.inline, line)
		buttons += len(row)
	}
	for _, row := range given.Keyboard {
		if slices.ContainsFunc(row, func(k Key) bool { return strings.TrimSpace(k.Text) == "" }) {
			return m, bad("keyboard button text must be non-empty")
		}
		buttons += len(row)
	}
	if buttons > maxButtons {
		return m, bad("REPLY_MARKUP_TOO_LONG")
	}
	return m, nil
}

// inlineOnly reads the reply_markup of an edit, which can hold buttons alone.
func inlineOnly(raw string) ([][]Button, error) {
	m, err := checkMarkup(raw)
	if err == nil && (m.keyboard != nil || m.remove) {
		err = bad("inline keyboard expected")
	}
	return m.inline, err
}

// checkButton holds a button against the Bot API's InlineKeyboardButton: a label
// and exactly one action.
func checkButton(b inlineButton) error {
	actions := 0
	for _, there := range []bool{
		b.Data != "", b.URL != "", b.CopyText != nil, b.Switch != nil, b.SwitchIn != nil,
		b.SwitchTo != nil, b.WebApp != nil, b.LoginURL != nil,
	} {
		if there {
			actions++
		}
	}
	switch {
	case strings.TrimSpace(b.Text) == "":
		return bad("inline keyboard button text must be non-empty")
	case actions != 1:
		return bad("text buttons are unallowed in the inline keyboard")
	case len(b.Data) > 64:
		return bad("BUTTON_DATA_INVALID")
	case b.URL != "" && !goodURL(b.URL):
		return bad("inline keyboard button URL %q is invalid: Wrong HTTP URL", b.URL)
	case b.CopyText != nil && (b.CopyText.Text == "" || units(b.CopyText.Text) > 256):
		return bad("BUTTON_COPY_TEXT_INVALID")
	case !slices.Contains([]string{"", "danger", "success", "primary"}, b.Style):
		return bad("telegramtest: a button has no style %q", b.Style)
	}
	return nil
}

// goodURL tells whether a button or a link may lead there.
func goodURL(address string) bool {
	for _, scheme := range []string{"https://", "http://", "tg://"} {
		if rest, ok := strings.CutPrefix(address, scheme); ok && rest != "" && !strings.ContainsAny(rest, " \n\t") {
			return true
		}
	}
	return false
}
