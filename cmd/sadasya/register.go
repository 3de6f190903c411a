package main

import (
	"context"
	"time"

	"sadasya/bot/telegram"
	"sadasya/flows"
	"sadasya/party"
)

// register tells Telegram the menus, the descriptions and the webhook, after
// the program is ready, until it has taken them.
func (p *program) register(ctx context.Context) {
	for {
		err := p.registerOnce(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		p.log.Warn("Telegram did not take the registration; trying again", "in", retryEvery, "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(retryEvery):
		}
	}
}

func (p *program) registerOnce(ctx context.Context) error {
	if p.config.WebhookURL != "" {
		if err := p.api.SetWebhook(ctx, p.config.WebhookURL, telegram.Secret(p.config.TelegramBotToken)); err != nil {
			return err
		}
	}
	return p.api.Register(ctx, p.registration())
}

// registration is what the bot says of itself, in each language, and in Hindi
// to apps of any other.
func (p *program) registration() telegram.Registration {
	r := telegram.Registration{
		Commands: map[string][]telegram.Command{}, Description: map[string]string{}, Short: map[string]string{},
	}
	for _, tongue := range []string{"", "hi", "en"} {
		l, ok := party.ParseLanguage(tongue)
		if !ok {
			l = party.Hindi
		}
		for _, name := range flows.Commands() {
			r.Commands[tongue] = append(r.Commands[tongue], telegram.Command{Command: name, Description: p.render.Text("menu."+name, l)})
		}
		r.Description[tongue] = p.render.Text("bot.description", l)
		r.Short[tongue] = p.render.Text("bot.short", l)
	}
	return r
}
