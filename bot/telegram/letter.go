package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"sadasya/bot"
)

// What the bot sends of its own accord. Who sends learns the message's id, by
// which it can be taken back, or what the failure means.

// Letter sends a message that answers nobody, and gives its id. A picture must be
// one that Telegram has already. paid: beyond the free rate, for Stars. Errors:
// *Failure; one that is Unknown may have arrived.
func (a *API) Letter(ctx context.Context, chat int64, m bot.Message, paid bool) (id int, err error) {
	method := "sendMessage"
	if m.Picture != nil {
		method = "sendPhoto"
	}
	body := appendMessage(make([]byte, 0, 1024), chat, m)
	if paid {
		body = append(body[:len(body)-1], `,"allow_paid_broadcast":true}`...)
	}
	raw, err := a.ask(ctx, method, body)
	if err != nil {
		return 0, err
	}
	var answer struct {
		Result struct {
			ID int `json:"message_id"`
		} `json:"result"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil { // it was done, whatever else is said
		return 0, nil
	}
	return answer.Result.ID, nil
}

// sendTold sends a message of words, and tells its id. Errors: as Letter, or what
// told gives.
func (a *API) sendTold(ctx context.Context, chat int64, m bot.Message, told func(context.Context, int) error) error {
	id, err := a.Letter(ctx, chat, m, false)
	if err != nil {
		return err
	}
	return told(ctx, id)
}

// Rewrite changes the words and the buttons of a message of the bot. Where they
// are so already, it is done. It leaves broadcasts less to send, as an answer does.
// Errors: *Failure; one whose message is gone is bot.ErrRefused.
func (a *API) Rewrite(ctx context.Context, chat int64, message int, m bot.Message) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	a.replies.Add(1)
	body := appendMessage(make([]byte, 0, 1024), chat, m)
	err := a.post(ctx, "editMessageText", fmt.Appendf(body[:len(body)-1], `,"message_id":%d}`, message))
	var f *Failure
	if errors.As(err, &f) && f.Word == "not modified" {
		return nil
	}
	return err
}

// Unsend deletes a message of the bot. Telegram does so for 48 hours. Errors:
// *Failure.
func (a *API) Unsend(ctx context.Context, chat int64, message int) error {
	return a.post(ctx, "deleteMessage", fmt.Appendf(nil, `{"chat_id":%d,"message_id":%d}`, chat, message))
}
