package main

import (
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
	"sadasya/store/reference"
	"sadasya/store/seal"
)

var (
	kills  = flag.Int("kills", 200, "how often TestKilledReplicas kills")
	crowd  = flag.Int("crowd", 300, "how many people enrol in TestKilledReplicas")
	seed   = flag.Uint64("seed", 1, "of what TestKilledReplicas draws")
	epicAt atomic.Int64 // of the last made-up Voter ID
)

// TestKilledReplicas: two replicas behind one webhook, killed with -9 again and
// again while people enrol, with updates repeated, answers lost, buttons tapped
// twice and changes of mind that race with the confirm. Then everyone who was
// shown a number has one row, with what their last check card showed, and
// nobody had to write more than once to get on.
func TestKilledReplicas(t *testing.T) {
	redis := embeddedtest.StartRedis(t)
	if redis == nil {
		t.Skip("no redis-server; CI has one")
	}
	database := embeddedtest.Database(t, postgrestest.Template(t))
	keys := keyPath(t)
	if err := seal.Generate(keys); err != nil {
		t.Fatal(err)
	}
	store := openShared(t, database, keys)
	code, err := store.Appoint(t.Context(), postgres.Appointment{
		Office: party.Enroller, TelegramID: enrollerID, Name: "सुनीता मीणा", Area: party.Area{Booth: party.Booth{AC: 55, Part: 12}},
	})
	if err != nil {
		t.Fatal(err)
	}
	tg := telegramtest.NewServer(telegramtest.Options{Backoff: 20 * time.Millisecond, Seed: *seed})
	t.Cleanup(tg.Close)
	tg.SetChaos(telegramtest.Chaos{Repeat: 0.1, Forget: 0.03})
	webhook := "http://127.0.0.1:1/telegram" // led to the replicas
	replicas := []*replica{
		newReplica(t, tg, webhook, database, redis.URL(), keys),
		newReplica(t, tg, webhook, database, redis.URL(), keys),
	}
	for _, r := range replicas {
		r.start()
	}
	tg.SetBackends("http://"+replicas[0].address, "http://"+replicas[1].address)

	killed := killAround(replicas)
	people := enrolCrowd(t, tg, code, killed)
	people.wait()
	<-killed.done
	if err := people.failure(); err != nil {
		t.Fatalf("%v\n%s", err, lastLines(replicas[0].log.String()+replicas[1].log.String(), 40))
	}
	people.check(t, rowsOf(t, store), code)
}

func openShared(t *testing.T, database, keyFile string) *postgres.Store {
	t.Helper()
	keys, err := seal.Open(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := reference.Load()
	if err != nil {
		t.Fatal(err)
	}
	if err := postgres.Migrate(t.Context(), database, keys, ref); err != nil {
		t.Fatal(err)
	}
	store, err := postgres.Open(t.Context(), database, keys, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// killing is a loop that kills; people come as it goes on, so that the kills
// meet them at every step.
type killing struct {
	mu    sync.Mutex
	more  sync.Cond
	count int
	done  chan struct{}
}

// killAround kills a replica drawn at random, at random moments, and starts it
// again.
func killAround(replicas []*replica) *killing {
	k := &killing{done: make(chan struct{})}
	k.more.L = &k.mu
	random := rand.New(rand.NewPCG(*seed, 2))
	go func() {
		defer close(k.done)
		for range *kills {
			<-time.After(time.Duration(random.Int64N(int64(30 * time.Millisecond))))
			r := replicas[random.IntN(len(replicas))]
			r.kill()
			k.mu.Lock()
			k.count++
			k.more.Broadcast()
			k.mu.Unlock()
			r.start()
		}
	}()
	return k
}

// await waits until so many kills were made.
func (k *killing) await(n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for k.count < n {
		k.more.Wait()
	}
}

// enrolling is a crowd of people, each in a goroutine.
type enrolling struct {
	all     []*citizen
	working sync.WaitGroup
}

func enrolCrowd(t *testing.T, tg *telegramtest.Server, code party.Code, killed *killing) *enrolling {
	t.Helper()
	names := peopleNames(t)
	e := &enrolling{}
	for i := range *crowd {
		l := party.Languages()[i%2]
		c := &citizen{
			Person: tg.Person(telegramtest.PersonOptions{Name: "Somebody", Language: string(l)}),
			code:   code, names: names, random: rand.New(rand.NewPCG(*seed, uint64(i)+10)),
		}
		e.all = append(e.all, c)
	}
	for i, c := range e.all {
		e.working.Go(func() {
			killed.await(i * *kills / *crowd)
			c.err = c.enrol(t.Context())
		})
	}
	return e
}

func (e *enrolling) wait() { e.working.Wait() }

func (e *enrolling) failure() error {
	for _, c := range e.all {
		if c.err != nil {
			return fmt.Errorf("person %d: %w\n%s", c.ID, c.err, c.tail())
		}
	}
	return nil
}

// check holds the rows against what people saw.
func (e *enrolling) check(t *testing.T, rows map[string][]string, code party.Code) {
	t.Helper()
	if len(rows) != len(e.all) {
		t.Errorf("%d rows for %d people", len(rows), len(e.all))
	}
	mostWrites := 0
	for _, c := range e.all {
		row := rows[c.number]
		if row == nil {
			t.Errorf("person %d was shown %q, which is no row", c.ID, c.number)
			continue
		}
		if row[1] != c.cardName || row[2] != c.cardEPIC || row[3]+"/"+row[4] != "55/12" || row[5] != string(code) || row[6] != fmt.Sprint(c.ID) {
			t.Errorf("person %d saw %s, %s on the check card; the row is %q\n%s", c.ID, c.cardName, c.cardEPIC, row, c.tail())
		}
		mostWrites = max(mostWrites, c.stuck)
	}
	t.Logf("%d people through; most often stuck in a row: %d", len(e.all), mostWrites)
	if mostWrites > 1 {
		t.Errorf("somebody had to write %d times in a row to get on", mostWrites)
	}
}

// citizen enrols as a person does: looks at the newest bubble and does what it
// asks, taps twice now and then, and changes their mind.
type citizen struct {
	*telegramtest.Person
	code   party.Code
	names  []string
	random *rand.Rand

	number, cardName, cardEPIC string
	stuck, wavered             int
	err                        error
}

var (
	cardNameShape = regexp.MustCompile(`(?m)^1 (?:नाम|Name): (.+)$`)
	cardEPICShape = regexp.MustCompile(`(?m)^2 (?:वोटर आईडी|Voter ID): ([A-Z]{3} \d{3} \d{4})`)
)

func (c *citizen) enrol(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	c.Start(string(c.code))
	silent, acted := 0, 0
	for range 200 {
		if err := c.Wait(ctx); err != nil {
			return fmt.Errorf("no answer: %w", err)
		}
		newest := c.newest()
		if newest.ID <= acted {
			if silent++; silent > 3 {
				return fmt.Errorf("nothing came after %d messages", silent)
			}
			c.stuck = max(c.stuck, silent)
			c.Send("?")
			continue
		}
		silent, acted = 0, newest.ID
		if c.number = c.shown(); c.number != "" {
			return nil
		}
		c.act(newest)
	}
	return fmt.Errorf("not through after 200 steps")
}

// newest is the last bubble of the bot.
func (c *citizen) newest() telegramtest.Message {
	messages := c.Messages()
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].FromBot {
			return messages[i]
		}
	}
	return telegramtest.Message{}
}

// shown finds the number, and before it the last check card.
func (c *citizen) shown() string {
	for _, m := range c.Messages() {
		if !m.FromBot {
			continue
		}
		if name := cardNameShape.FindStringSubmatch(m.Text); name != nil {
			if epic := cardEPICShape.FindStringSubmatch(m.Text); epic != nil {
				c.cardName, c.cardEPIC = name[1], strings.ReplaceAll(epic[1], " ", "")
			}
		}
		if n := numberShape.FindString(m.Text); n != "" {
			return strings.ReplaceAll(n, " ", "")
		}
	}
	return ""
}

// act does what a bubble asks.
func (c *citizen) act(m telegramtest.Message) {
	labels := map[string]bool{}
	for _, row := range m.Buttons {
		for _, b := range row {
			labels[b.Text] = true
		}
	}
	for _, label := range []string{"हिन्दी", "✅ उम्र 18+ है, सहमत हूँ", "✅ I am 18+ and I agree", "✅ हाँ, यहीं", "✅ Yes, here", "✅ सब सही है", "✅ All is right", "हाँ", "Yes", "आगे बढ़ें", "Go on"} {
		if !labels[label] {
			continue
		}
		_, _ = c.Tap(label) // the bubble has it
		if c.random.IntN(4) == 0 {
			_, _ = c.Tap(label) // twice
		}
		if strings.Contains(label, "सब सही") || strings.Contains(label, "All is") {
			c.waver()
		}
		return
	}
	if labels["कहाँ छपा है?"] || labels["Where is it printed?"] {
		c.Send(madeUpEPIC(epicAt.Add(1)))
		return
	}
	c.Send(c.names[c.random.IntN(len(c.names))])
}

// mostWavers keeps one person below the pace at which the bot says to slow down.
const mostWavers = 3

// waver changes the name while the confirm is on its way: whichever comes
// first, the row must be what the last card showed.
func (c *citizen) waver() {
	if c.wavered == mostWavers || c.random.IntN(2) == 0 {
		return
	}
	c.wavered++
	for _, label := range []string{"✏️ नाम", "✏️ Name"} {
		if _, err := c.Tap(label); err == nil {
			return
		}
	}
}

// tail is the end of the chat.
func (c *citizen) tail() string {
	var b strings.Builder
	messages := c.Messages()
	for _, m := range messages[max(0, len(messages)-8):] {
		who := ">"
		if m.FromBot {
			who = "<"
		}
		fmt.Fprintf(&b, "%s %s\n", who, strings.ReplaceAll(m.Text, "\n", " / "))
	}
	return b.String()
}

// peopleNames are names that a member may have.
func peopleNames(t testing.TB) []string {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "party", "testdata", "names.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, row := range rows[1:] {
		names = append(names, row[0], row[1])
	}
	return names
}
