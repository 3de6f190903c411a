package telegram

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Registration is what a bot says of itself to Telegram, by language. The
// language "" is for everyone else.
type Registration struct {
	Commands    map[string][]Command
	Description map[string]string // shown before START, at most 512
	Short       map[string]string // shown in the profile, at most 120
}

// Command is one row of the menu.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

// Register tells Telegram what differs from what it has.
func (a *API) Register(ctx context.Context, r Registration) error {
	for language, commands := range r.Commands {
		if err := a.registerCommands(ctx, language, commands); err != nil {
			return err
		}
	}
	for language, text := range r.Description {
		if err := a.registerText(ctx, "Description", "description", language, text); err != nil {
			return err
		}
	}
	for language, text := range r.Short {
		if err := a.registerText(ctx, "ShortDescription", "short_description", language, text); err != nil {
			return err
		}
	}
	return nil
}

func (a *API) registerCommands(ctx context.Context, language string, commands []Command) error {
	want, err := json.Marshal(commands)
	if err != nil {
		return err
	}
	params := tgbotapi.Params{"scope": `{"type":"all_private_chats"}`}
	params.AddNonEmpty("language_code", language)
	raw, err := a.short(ctx, "getMyCommands", params)
	if err != nil {
		return err
	}
	var has []Command
	if json.Unmarshal(raw, &has) == nil {
		if same, err := json.Marshal(has); err == nil && string(same) == string(want) {
			return nil
		}
	}
	params["commands"] = string(want)
	_, err = a.short(ctx, "setMyCommands", params)
	return err
}

// registerText writes a description; what is its method's ending, field its
// parameter's name.
func (a *API) registerText(ctx context.Context, what, field, language, text string) error {
	params := tgbotapi.Params{}
	params.AddNonEmpty("language_code", language)
	raw, err := a.short(ctx, "getMy"+what, params)
	if err != nil {
		return err
	}
	var has map[string]string
	if json.Unmarshal(raw, &has) == nil && has[field] == text {
		return nil
	}
	params[field] = text
	_, err = a.short(ctx, "setMy"+what, params)
	return err
}

// webhookConnections is how many updates Telegram may deliver at once.
const webhookConnections = 100

// SetWebhook asks Telegram to post updates to url, where it does not already.
// The secret cannot be read back: that Telegram holds another one shows only in
// its last delivery, which we then answered 401.
func (a *API) SetWebhook(ctx context.Context, url, secret string) error {
	raw, err := a.short(ctx, "getWebhookInfo", nil)
	if err != nil {
		return err
	}
	var has struct {
		URL         string   `json:"url"`
		Connections int      `json:"max_connections"`
		Allowed     []string `json:"allowed_updates"`
		LastError   string   `json:"last_error_message"`
	}
	if json.Unmarshal(raw, &has) == nil && has.URL == url && has.Connections == webhookConnections &&
		!strings.Contains(has.LastError, strconv.Itoa(http.StatusUnauthorized)) {
		if allowed, err := json.Marshal(has.Allowed); err == nil && string(allowed) == allowedUpdates {
			return nil
		}
	}
	_, err = a.short(ctx, "setWebhook", tgbotapi.Params{
		"url": url, "secret_token": secret, "allowed_updates": allowedUpdates, "max_connections": strconv.Itoa(webhookConnections),
	})
	return err
}

// DeleteWebhook makes room for polling. Updates that wait are kept.
func (a *API) DeleteWebhook(ctx context.Context) error {
	_, err := a.short(ctx, "deleteWebhook", tgbotapi.Params{"drop_pending_updates": "false"})
	return err
}
