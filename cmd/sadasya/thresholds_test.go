package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// campaignFile is docs/campaign.yaml with some of its thresholds changed.
func campaignFile(t *testing.T, thresholds map[string]string) Config {
	t.Helper()
	raw, err := os.ReadFile("../../docs/campaign.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range thresholds {
		line := regexp.MustCompile(`(?m)^  ` + name + `: \d+`)
		if !line.Match(raw) {
			t.Fatalf("docs/campaign.yaml has no threshold %s", name)
		}
		raw = line.ReplaceAll(raw, []byte("  "+name+": "+value))
	}
	file := filepath.Join(t.TempDir(), "campaign.yaml")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return Config{Campaign: file}
}

// TestTheCampaignsFileOfTheDocumentsIsTheSample, so that what it calls the
// values of what is left out are those.
func TestTheCampaignsFileOfTheDocumentsIsTheSample(t *testing.T) {
	t.Parallel()
	c, err := campaignFile(t, nil).campaign()
	if want := party.RajasthanSample().Thresholds; err != nil || c.Thresholds != want {
		t.Errorf("%+v, %v; want %+v", c.Thresholds, err, want)
	}
}

// TestAThresholdThatIsNoneIsTold with its name and what may stand there, in one
// line, and nothing is started.
func TestAThresholdThatIsNoneIsTold(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"link_per_hour": "1000001", "assisted_per_hour": "-1", "assisted_per_day": "-1", "per_mobile": "1001", "unclaimed": "-1", "call_back_one_in": "-1",
		"family_per_chat": "-1", "review_days": "366", "messages": "9", "unknown_codes": "1001", "refused_numbers": "101",
	} {
		// Its stores are of nowhere: a file that is not read first leads there.
		code, out, errs := run(t, "migrate", "--campaign", campaignFile(t, map[string]string{name: value}).Campaign,
			"--database-url", "postgres://127.0.0.1:1/none", "--encryption-keys", "/nowhere")
		want := fmt.Sprintf("thresholds.%s is %s: write a number of", name, value)
		if code != exitFailed || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, want) {
			t.Errorf("%s: exit %d, %q", name, code, errs)
		}
	}
}

// TestThresholdsOfTheCampaignsFileHold: each that a person can meet is set low in
// the file, and met.
func TestThresholdsOfTheCampaignsFileHold(t *testing.T) {
	t.Parallel()
	file, err := campaignFile(t, map[string]string{
		"link_per_hour": "2", "assisted_per_hour": "2", "assisted_per_day": "3", "family_per_chat": "1", "messages": "12",
		"unknown_codes": "2", "refused_numbers": "1", "per_mobile": "7", "unclaimed": "8", "call_back_one_in": "9", "review_days": "5",
	}).campaign()
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, rigOptions{quiet: true, campaign: func(c *party.Campaign) { *c = file }})
	chief, _ := r.appointed(t, party.Chief, party.Area{AC: 55}, "Ramesh Gurjar")
	chief.say("/language")
	chief.tap("English")
	r.program.behind.Flush(t.Context())

	t.Run("newcomers by a link", func(t *testing.T) {
		screens := map[string]bool{}
		for i := range 4 {
			c := r.person(party.English)
			number := c.enrol("Kamla Devi", madeUpEPIC(int64(i+1)))
			said := c.Messages()
			screens[strings.ReplaceAll(said[len(said)-2].Text+said[len(said)-1].Text, party.Number(number).Display(), "N")] = true
			want := "confirmed"
			if i >= 2 {
				want = "review"
			}
			if got := r.rows()[number][9]; got != want || number == "" {
				t.Errorf("newcomer %d: %q is %s, want %s", i+1, number, got, want)
			}
		}
		if len(screens) != 1 {
			t.Errorf("the screen tells: %v", screens)
		}
		before := len(chief.fromBot())
		if _, err := r.stores.postgres.TellDoubtful(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.sayDue(t)
		if told := chief.fromBot(); len(told) != before+1 || !strings.Contains(told[before].Text, "2") {
			t.Errorf("the chief is told %+v", told[before:])
		}
	})
	t.Run("newcomers in an enroller's chat", func(t *testing.T) {
		sunita := &chatter{r: r, Person: r.telegram.Person(personWithID(enrollerID))}
		sunita.say("/enrol")
		for i, want := range []string{"confirmed", "confirmed", "review"} {
			sunita.say(fmt.Sprint("Geeta Devi ", madeUpEPIC(int64(i+11)), " ", 9829012345+i))
			number := numberIn(sunita.tap("✅ The person says yes"))
			if number == "" || r.rows()[number][9] != want {
				t.Errorf("%d: %q is %v, want %s", i+1, number, r.rows()[number], want)
			}
		}
	})
	t.Run("messages of one person", func(t *testing.T) {
		c := r.person(party.English)
		for range 20 {
			c.Send("hello")
		}
		c.settle()
		if n := count(c.fromBot(), "A little slower"); n != 1 || len(c.fromBot()) != 13 {
			t.Errorf("%d answers, told %d times to go slower", len(c.fromBot()), n)
		}
	})
	t.Run("unknown codes of one person", func(t *testing.T) {
		c := r.person(party.English)
		for i := range uint64(2) {
			c.say("/start " + string(party.NewCode(i+1)))
		}
		if said := c.say("/start " + string(r.code)); count(said, "सुनीता मीणा") != 0 {
			t.Error("a third code is looked up")
		}
	})
	t.Run("refused numbers", func(t *testing.T) {
		c := r.person(party.English)
		for _, step := range []string{"/start", "[English", "[✅ I am 18+ and I agree", "Kamla Devi", "ABC103456"} {
			c.does(step)
		}
		if said := c.say("ABC10345"); count(said, "not right several times") != 1 {
			t.Errorf("%+v", said)
		}
		sunita := &chatter{r: r, Person: r.telegram.Person(personWithID(enrollerID))}
		sunita.say("/enrol")
		sunita.say("Ram Lal ABC103456")
		if said := sunita.say("ABC10345"); count(said, "not right several times") != 1 {
			t.Errorf("at /enrol: %+v", said)
		}
	})
	t.Run("the rest reaches the store", func(t *testing.T) {
		want := postgres.AssistedLimits{PerHour: 2, PerDay: 3, PerMobile: 7, Unclaimed: 8, CallBackOneIn: 9}
		if o := r.stores.postgresOptions(); o.Assisted != want || o.FamilyPerChat != 1 || o.LinkPerHour != 2 || o.ReviewDays != 5 {
			t.Errorf("%+v", o)
		}
	})
	if flows.CoolOff.Minutes() != 15 {
		t.Error("docs/campaign.yaml tells of 15 minutes")
	}
}
