package main

import (
	"context"
	"fmt"

	"sadasya/bot/telegramtest"
	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// DemoCmd shows everything on one machine, without an account anywhere.
type DemoCmd struct {
	Addr string `default:"127.0.0.1:8088" help:"Where the chat page listens."`
}

// The accounts of the demo's offices, who are nobody.
const (
	demoEnroller = 7_000_000_001
	demoChief    = 7_000_000_002
	demoAdmin    = 7_000_000_003
)

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
	code, err := demoOffices(ctx, stores)
	if err != nil {
		return err
	}
	page, err := telegramtest.Listen(telegramtest.Options{
		Addr: d.Addr, Name: stores.campaign.Party.Name.In(party.Hindi), Trace: true, Inspect: inspector(stores),
	})
	if err != nil {
		return fmt.Errorf("the chat page: %w; --addr 127.0.0.1:0 takes a free port", err)
	}
	defer page.Close()
	demoCast(page, code)
	config.TelegramAPIURL, config.TelegramBotToken, config.BotUsername = page.URL(), page.Token(), page.Username()
	fmt.Fprintf(console.Out, "%s/\n", page.URL())
	fmt.Fprintf(console.Out, "  is the chat page. Kamla and Ramesh hold phones with Sunita Meena's link: press START.\n")
	fmt.Fprintf(console.Out, "  Sunita's code is %s. Everything stays in %s.\n", code.Display(), config.DataDir)
	fmt.Fprintf(console.Out, "  Who joined:  go run ./cmd/sadasya export members --out members.csv\n")
	p, err := newProgram(config, stores, log)
	if err != nil {
		return err
	}
	return p.serve(ctx)
}

// demoOffices appoints those whom the demo has, and gives the enroller's code.
func demoOffices(ctx context.Context, s *stores) (code party.Code, err error) {
	for _, a := range []postgres.Appointment{
		{Office: party.Admin, TelegramID: demoAdmin, Name: "Anil Sharma"},
		{Office: party.Chief, TelegramID: demoChief, Name: "भंवरलाल चौधरी", Area: party.Area{AC: 55}},
		{Office: party.Enroller, TelegramID: demoEnroller, Name: "सुनीता मीणा", Area: party.Area{Booth: party.Booth{AC: 55, Part: 12}}},
	} {
		if code, err = s.postgres.Appoint(ctx, a); err != nil {
			return "", err
		}
	}
	// They came by links once, and are spoken to as their phones are.
	return code, s.postgres.WriteSteps(ctx, []flows.Progress{
		{Person: demoEnroller, Language: party.Hindi}, {Person: demoChief, Language: party.Hindi}, {Person: demoAdmin, Language: party.English},
	})
}

// demoCast are the people whose phones the page holds. Citizens are new in every
// run: those of the last one are members.
func demoCast(page *telegramtest.Server, code party.Code) {
	for _, p := range []telegramtest.PersonOptions{
		{Name: "कमला देवी", Language: "hi", Role: "citizen", About: "has Sunita's link", Start: string(code)},
		{Name: "Ramesh Gurjar", Language: "en", Role: "citizen", About: "has Sunita's link", Start: string(code)},
		{Name: "मीणा परिवार", Language: "hi", Role: "family", About: "four people, one phone", Start: string(code)},
		{ID: demoEnroller, Name: "सुनीता मीणा", Language: "hi", Role: "enroller", Known: true, About: "booth 12, Sanganer"},
		{ID: demoChief, Name: "भंवरलाल चौधरी", Language: "hi", Role: "chief enroller", Known: true, About: "Sanganer"},
		{ID: demoAdmin, Name: "Anil Sharma", Language: "en", Role: "admin", Known: true, About: "the whole drive"},
	} {
		page.Person(p)
	}
}

// inspector tells the page where a conversation stands in its flow.
func inspector(s *stores) func(person int64) telegramtest.Inspection {
	engine := flows.New()
	return func(person int64) (at telegramtest.Inspection) {
		session, ok := s.redis.Recall(person)
		if !ok || session.Active == nil {
			return at
		}
		at.Flow, at.State = session.Active.Flow, string(session.Active.State)
		first, arrows := engine.Arrows(at.Flow)
		at.First = string(first)
		for _, a := range arrows {
			at.Moves = append(at.Moves, [3]string{string(a.From), string(a.On), string(a.To)})
		}
		return at
	}
}
