package main

import (
	"context"
	"fmt"

	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/postgres"
)

// DemoCmd shows everything on one machine, without an account anywhere.
type DemoCmd struct {
	Addr string `default:"127.0.0.1:8088" help:"Where the chat page listens."`
}

// The enroller of the demo, who is nobody.
const demoEnroller = 7_000_000_001

// Run prints the chat page's address first, then serves.
func (d DemoCmd) Run(ctx context.Context, c *Config, console *Console) error {
	config := *c
	config.DatabaseURL, config.RedisURL, config.WebhookURL, config.EncryptionKeys = "", "", "", ""
	config.ListenAddr, config.OpsAddr = "127.0.0.1:0", ""
	log := config.logger(console)
	stores, err := openStores(ctx, config, log, true)
	if err != nil {
		return err
	}
	defer stores.close(log)
	code, err := stores.postgres.Appoint(ctx, postgres.Appointment{
		Office: party.Enroller, TelegramID: demoEnroller, Name: "सुनीता मीणा",
		Area: party.Area{Booth: party.Booth{AC: 55, Part: 12}},
	})
	if err != nil {
		return err
	}
	page, err := telegramtest.Listen(telegramtest.Options{Addr: d.Addr})
	if err != nil {
		return fmt.Errorf("the chat page: %w; --addr 127.0.0.1:0 takes a free port", err)
	}
	defer page.Close()
	page.Person(telegramtest.PersonOptions{ID: demoEnroller, Name: "सुनीता मीणा", Language: "hi"})
	config.TelegramAPIURL, config.TelegramBotToken, config.BotUsername = page.URL(), page.Token(), page.Username()
	fmt.Fprintf(console.Out, "%s/?start=%s&lang=hi&name=Kamla\n", page.URL(), code)
	fmt.Fprintf(console.Out, "  is the chat page: a citizen who opened Sunita Meena's link in Hindi.\n")
	fmt.Fprintf(console.Out, "  In English:  %s/?start=%s&lang=en&name=Ramesh\n", page.URL(), code)
	fmt.Fprintf(console.Out, "  Who joined:  go run ./cmd/sadasya export members --out members.csv\n")
	p, err := newProgram(config, stores, log)
	if err != nil {
		return err
	}
	return p.serve(ctx)
}
