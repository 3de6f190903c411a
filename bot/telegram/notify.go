package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"sadasya/bot"
)

// What is sent to a person who did not write just now, as bot.Sender wants it.

// Tell sends one message and reads what became of it. Errors: *Failure, which
// is one of bot's errors too.
func (a *API) Tell(ctx context.Context, person int64, m bot.Message) error {
	return a.send(ctx, person, m)
}

// ShowMenu sets the commands of one person's chat; with none it takes them away,
// so that those of everyone show. Errors: as Tell.
// Source: Bot API, setMyCommands and deleteMyCommands, BotCommandScopeChat.
func (a *API) ShowMenu(ctx context.Context, person int64, menu []bot.MenuItem) error {
	params := tgbotapi.Params{"scope": fmt.Sprintf(`{"type":"chat","chat_id":%d}`, person)}
	if len(menu) == 0 {
		_, err := a.short(ctx, "deleteMyCommands", params)
		return err
	}
	commands := make([]Command, len(menu))
	for i, x := range menu {
		commands[i] = Command{Command: x.Command, Description: x.Words}
	}
	raw, err := json.Marshal(commands)
	if err != nil {
		return err
	}
	params["commands"] = string(raw)
	_, err = a.short(ctx, "setMyCommands", params)
	return err
}

// Pause is how long Telegram wants no calls; 0: it takes them.
func (a *API) Pause() time.Duration {
	return max(0, time.Duration(a.throttled.Load()-a.now().UnixNano()))
}

// Is tells bot what a failure means for something said unasked.
func (f *Failure) Is(target error) bool {
	switch f.Class {
	case Blocked, NoChat:
		return target == bot.ErrUnreachable
	case Throttled, Unauthorized:
		return target == bot.ErrHold
	case Refused:
		return target == bot.ErrRefused
	}
	return false
}
