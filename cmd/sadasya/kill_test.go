package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"sadasya/bot/telegramtest"
	"sadasya/cmd/sadasya/historytest"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
	"sadasya/store/reference"
	"sadasya/store/seal"
)

var (
	kills = flag.Int("kills", 200, "how often TestKilledReplicas kills")
	crowd = flag.Int("crowd", 300, "how many people enrol in TestKilledReplicas")
	seed  = flag.Uint64("seed", 1, "of what TestKilledReplicas and the first schedule of TestFaults draw")
)

// TestKilledReplicas: two replicas behind one webhook, killed with -9 again and
// again while people enrol, with updates repeated, answers lost, buttons tapped
// twice and changes of mind that race with the confirm. Then everyone who was
// shown a number has one row, with what their last check card showed, and
// nobody had to write more than once to get on.
func TestKilledReplicas(t *testing.T) {
	t.Parallel()
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
		if (historytest.Card{Name: row[1], VoterID: row[2], Booth: row[4]}) != c.card || row[3] != "55" || row[5] != string(code) || row[6] != fmt.Sprint(c.ID) {
			t.Errorf("person %d saw %+v on the check card; the row is %q\n%s", c.ID, c.card, row, c.tail())
		}
		mostWrites = max(mostWrites, c.stuck)
	}
	t.Logf("%d people through; most often stuck in a row: %d", len(e.all), mostWrites)
	if mostWrites > 1 {
		t.Errorf("somebody had to write %d times in a row to get on", mostWrites)
	}
}
