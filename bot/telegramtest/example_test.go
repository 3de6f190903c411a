package telegramtest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"sadasya/bot/telegramtest"
)

// A bot that answers by the webhook's response, and somebody who writes to it.
func Example() {
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var u struct {
			Message *struct {
				Text string
				Chat struct{ ID int64 }
			}
		}
		if json.NewDecoder(req.Body).Decode(&u) != nil || u.Message == nil {
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"method": "sendMessage", "chat_id": u.Message.Chat.ID, "parse_mode": "HTML",
			"text":         "नमस्ते, <b>" + u.Message.Text + "</b>",
			"reply_markup": json.RawMessage(`{"inline_keyboard":[[{"text":"हिन्दी","callback_data":"hi"}]]}`),
		})
	}))
	defer bot.Close()
	telegram := telegramtest.NewServer(telegramtest.Options{})
	defer telegram.Close()
	res, err := http.Get(telegram.URL() + "/bot" + telegram.Token() + "/setWebhook?url=" + bot.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	res.Body.Close()

	kamla := telegram.Person(telegramtest.PersonOptions{Name: "Kamla", Language: "hi"})
	said, err := kamla.Say(context.Background(), "/start 482177361")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range said {
		fmt.Println(m.Text)
		fmt.Println(m.Buttons[0][0].Text)
	}
	for _, call := range telegram.Calls() {
		fmt.Println(call.Method, call.Webhook, call.Error == "")
	}
	// Output:
	// नमस्ते, /start 482177361
	// हिन्दी
	// setWebhook false true
	// sendMessage true true
}
