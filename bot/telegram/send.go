package telegram

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"sadasya/bot"
)

// appendCall writes a sendMessage for the webhook's own response.
func appendCall(dst []byte, chat int64, m bot.Message) []byte {
	return appendFields(append(dst, `{"method":"sendMessage",`...), chat, m)
}

// appendMessage writes a sendMessage for a call.
func appendMessage(dst []byte, chat int64, m bot.Message) []byte {
	return appendFields(append(dst, '{'), chat, m)
}

func appendFields(dst []byte, chat int64, m bot.Message) []byte {
	dst = append(dst, `"chat_id":`...)
	dst = strconv.AppendInt(dst, chat, 10)
	dst = append(dst, `,"parse_mode":"HTML",`...)
	if m.Picture != nil {
		dst = appendString(append(dst, `"photo":`...), m.Picture.ID)
		dst = append(dst, `,"caption":`...)
	} else {
		dst = append(dst, `"link_preview_options":{"is_disabled":true},"text":`...)
	}
	dst = appendString(dst, m.HTML)
	if marked(m) {
		dst = append(dst, `,"reply_markup":`...)
		dst = appendMarkup(dst, m)
	}
	return append(dst, '}')
}

// marked tells whether the message has buttons, or changes the phone's keys.
func marked(m bot.Message) bool { return len(m.Buttons) > 0 || m.Locate != "" || m.NoKeys }

func appendMarkup(dst []byte, m bot.Message) []byte {
	switch {
	case m.Locate != "":
		dst = append(dst, `{"resize_keyboard":true,"one_time_keyboard":true,"keyboard":[[{"request_location":true,"text":`...)
		dst = appendString(dst, m.Locate)
		return append(dst, `}]]}`...)
	case m.NoKeys:
		return append(dst, `{"remove_keyboard":true}`...)
	}
	return appendButtons(dst, m.Buttons)
}

func appendButtons(dst []byte, rows [][]bot.Button) []byte {
	dst = append(dst, `{"inline_keyboard":[`...)
	for i, row := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '[')
		for j, b := range row {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, `{"text":`...)
			dst = appendString(dst, b.Label)
			switch {
			case b.URL != "":
				dst = appendString(append(dst, `,"url":`...), b.URL)
			case b.Copy != "":
				dst = append(appendString(append(dst, `,"copy_text":{"text":`...), b.Copy), '}')
			default:
				dst = appendString(append(dst, `,"callback_data":`...), b.Data)
			}
			dst = append(dst, '}')
		}
		dst = append(dst, ']')
	}
	return append(dst, `]}`...)
}

// appendString writes a JSON string. What needs another escape than those for a
// new line, a quotation mark and a backslash is left to encoding/json.
func appendString(dst []byte, s string) []byte {
	start := len(dst)
	dst = append(dst, '"')
	from := 0
	for i := range len(s) {
		sign := s[i]
		switch {
		case sign == '\n':
			sign = 'n'
		case sign == '"', sign == '\\':
		case sign < ' ':
			return appendQuoted(dst[:start], s)
		default:
			continue
		}
		dst = append(append(dst, s[from:i]...), '\\', sign)
		from = i + 1
	}
	if !utf8.ValidString(s) {
		return appendQuoted(dst[:start], s)
	}
	dst = append(dst, s[from:]...)
	return append(dst, '"')
}

func appendQuoted(dst []byte, s string) []byte {
	quoted, _ := json.Marshal(s) // a string always can be
	return append(dst, quoted...)
}
