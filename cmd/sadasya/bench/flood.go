package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"sadasya/bot/telegram"
	"sadasya/party"
)

// A flood: so many messages a second, by so few people, while others enrol at a
// person's pace.
const (
	floodRate   = 2000 // messages a second, of all flooders
	flooders    = 50
	floodOthers = 16                     // conversations at once beside it
	floodThink  = 100 * time.Millisecond // which a citizen takes for each step
	floodAhead  = time.Second            // the flood stands before others are measured
)

// floodRun is one measurement of the others.
type floodRun struct {
	answers []time.Duration
	cpu     float64 // of the bot, seconds
	took    time.Duration
	rate    float64 // messages a second that the flood reached
	refused int64   // of its messages, those that were not answered 200
}

// Flood measures what others wait for while a flood goes on, beside the same
// without it, in turn within one process; and what the flood leaves in Redis.
func Flood(ctx context.Context, o Options, w io.Writer) error {
	m := &measuring{o: o, people: &people{seed: o.Seed}}
	c, err := start(ctx, o, Bot, nil)
	if err != nil {
		return err
	}
	defer func() { _ = c.stop() }()
	redis, err := openMemory(o.RedisURL)
	if err != nil {
		return err
	}
	defer redis.close()
	if _, err := m.others(ctx, c, o.Citizens/4); err != nil { // pools fill, statements are prepared
		return err
	}
	runs := map[bool][]floodRun{}
	held := map[bool]int64{}
	for i := range o.Pairs {
		for _, flooded := range []bool{i%2 == 1, i%2 == 0} {
			fmt.Fprintf(o.Progress, "pair %d of %d: flood %v\n", i+1, o.Pairs, flooded)
			r, err := m.besideFlood(ctx, c, redis, flooded)
			if err != nil {
				return fmt.Errorf("%w\n%s", err, c.lastWords())
			}
			runs[flooded] = append(runs[flooded], r)
			held[flooded] = max(held[flooded], redis.most.Swap(0))
		}
	}
	writeFlood(w, o, runs, held)
	return nil
}

// besideFlood lets citizens enrol, with the flood or without it.
func (m *measuring) besideFlood(ctx context.Context, c *child, redis *redisMemory, flooded bool) (r floodRun, err error) {
	watch, stopWatch := context.WithCancel(ctx)
	var watched sync.WaitGroup
	watched.Go(func() { redis.watch(watch) })
	defer watched.Wait()
	defer stopWatch()
	f := &flood{rate: floodRate, people: flooders}
	if flooded {
		f.start(ctx, c, m.o.Codes[0])
		defer f.stop()
		select {
		case <-time.After(floodAhead):
		case <-ctx.Done():
			return r, ctx.Err()
		}
	}
	before, err := c.usage(ctx)
	if err != nil {
		return r, err
	}
	sent, began := f.sent.Load(), time.Now()
	if r.answers, err = m.others(ctx, c, m.o.Citizens); err != nil {
		return r, err
	}
	r.took = time.Since(began)
	after, err := c.usage(ctx)
	r.cpu = after.cpu - before.cpu
	r.rate = float64(f.sent.Load()-sent) / r.took.Seconds()
	r.refused = f.refused.Load()
	return r, err
}

// others lets citizens enrol at a person's pace and gives how long each answer
// took.
func (m *measuring) others(ctx context.Context, c *child, n int) (answers []time.Duration, err error) {
	next := make(chan *citizen)
	results := make(chan error, floodOthers)
	for range floodOthers {
		go func() {
			var failed error
			for p := range next {
				if failed == nil {
					failed = p.enrol(ctx)
				}
			}
			results <- failed
		}()
	}
	citizens := make([]*citizen, max(n, floodOthers))
	for i := range citizens {
		random := rand.New(rand.NewPCG(m.o.Seed, uint64(i)))
		citizens[i] = newCitizen(c.telegram, m.o.Codes[i%len(m.o.Codes)], party.Languages()[i%2], m.people.next(), random)
		citizens[i].think = floodThink
		next <- citizens[i]
	}
	close(next)
	for range floodOthers {
		err = errors.Join(err, <-results)
	}
	for _, p := range citizens {
		answers = append(answers, p.answers...)
	}
	return answers, err
}

// flood posts messages straight to the webhook, as Telegram does: those of one
// chat one after another.
type flood struct {
	rate, people  int
	sent, refused atomic.Int64
	all           sync.WaitGroup
	end           context.CancelFunc
}

func (f *flood) start(ctx context.Context, c *child, code party.Code) {
	ctx, f.end = context.WithCancel(ctx)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: f.people}, Timeout: 30 * time.Second}
	words := []string{"hello", aTap, "/start " + string(code), "कमला देवी", aTap, "ABC1034560", "/help", "54/123", aTap}
	every := time.Duration(f.people) * time.Second / time.Duration(f.rate)
	first := time.Now().UnixNano() // ids that nothing had before
	for i := range f.people {
		f.all.Go(func() {
			due := time.Now().Add(every * time.Duration(i) / time.Duration(f.people))
			for n := int64(0); ; n++ {
				select {
				case <-time.After(time.Until(due)):
				case <-ctx.Done():
					return
				}
				due = due.Add(every)
				id := first + n*int64(f.people) + int64(i)
				what := words[int(n)%len(words)]
				if !f.post(ctx, client, c, floodUpdate(id, int64(30_000_000_000+i), what)) && ctx.Err() == nil {
					f.refused.Add(1)
				}
				f.sent.Add(1)
			}
		})
	}
}

// aTap stands for a tap among the words.
const aTap = ""

func floodUpdate(id, person int64, text string) string {
	from := fmt.Sprintf(`"from":{"id":%d,"is_bot":false,"first_name":"x","language_code":"hi"}`, person)
	chat := fmt.Sprintf(`"date":%d,"chat":{"id":%d,"type":"private"}`, time.Now().Unix(), person)
	if text == aTap {
		return fmt.Sprintf(`{"update_id":%d,"callback_query":{"id":"%[1]d",%s,"message":{"message_id":1,%s},"data":"g.help"}}`, id, from, chat)
	}
	return fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%[1]d,%s,%s,"text":%q}}`, id, from, chat, text)
}

func (f *flood) post(ctx context.Context, client *http.Client, c *child, body string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+c.address+"/telegram", strings.NewReader(body))
	if err != nil {
		return false
	}
	req.Header.Set("X-Telegram-Bot-Api-Secret-Token", telegram.Secret(c.telegram.Token()))
	res, err := client.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode == http.StatusOK
}

// stop ends the flood and waits for it.
func (f *flood) stop() {
	if f.end != nil {
		f.end()
		f.all.Wait()
	}
}

// redisMemory is what Redis holds, as it says itself.
type redisMemory struct {
	client goredis.UniversalClient
	most   atomic.Int64 // bytes, since it was last taken
}

func openMemory(url string) (*redisMemory, error) {
	options, err := goredis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("the memory of one Redis is measured: %w", err)
	}
	return &redisMemory{client: goredis.NewClient(options)}, nil
}

func (m *redisMemory) close() { _ = m.client.Close() }

// watch notes the most until ctx ends.
func (m *redisMemory) watch(ctx context.Context) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		if used := m.used(ctx); used > m.most.Load() {
			m.most.Store(used)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// used is Redis's used_memory_dataset; 0 where it does not tell, as in-process.
func (m *redisMemory) used(ctx context.Context) int64 {
	info, err := m.client.Info(ctx, "memory").Result()
	if err != nil {
		return 0
	}
	for line := range strings.Lines(info) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "used_memory_dataset:"); ok {
			used, _ := strconv.ParseInt(value, 10, 64)
			return used
		}
	}
	return 0
}

// writeFlood prints the medians of the runs, and the aim.
func writeFlood(w io.Writer, o Options, runs map[bool][]floodRun, held map[bool]int64) {
	report := &Report{}
	for flooded, who := range map[bool]string{false: "idle", true: "flood"} {
		for _, r := range runs[flooded] {
			slices.Sort(r.answers)
			report.put("others' answer p50, ms", who, quantile(r.answers, 0.5))
			report.put("others' answer p99, ms", who, quantile(r.answers, 0.99))
			report.put("others' updates/s", who, float64(len(r.answers))/r.took.Seconds())
			report.put("bot's CPU, of one core", who, r.cpu/r.took.Seconds())
			report.put("flood, messages/s", who, r.rate)
			report.put("flood, not answered 200", who, float64(r.refused))
		}
		report.size("Redis holds at most, KiB", who, held[flooded]>>10)
	}
	fmt.Fprintf(w, "%s; a flood of %d messages/s by %d people; others: %d at once, %v to think\n", o.Stores, floodRate, flooders, floodOthers, floodThink)
	fmt.Fprintf(w, "%d pairs of %d citizens; medians, least to most in brackets\n\n%-28s %24s %24s %8s\n", o.Pairs, max(o.Citizens, floodOthers), "", "idle", "flood", "ratio")
	slices.Sort(report.order)
	for _, name := range report.order {
		ratio := ""
		if idle := report.Median(name, "idle"); idle > 0 {
			ratio = fmt.Sprintf("%.2f", report.Median(name, "flood")/idle)
		}
		fmt.Fprintf(w, "%-28s %24s %24s %8s\n", name, report.cell(name, "idle"), report.cell(name, "flood"), ratio)
	}
	const p99 = "others' answer p99, ms"
	idle, flood := report.Median(p99, "idle"), report.Median(p99, "flood")
	verdict := "reached"
	if flood > max(2*idle, 25) {
		verdict = "missed"
	}
	fmt.Fprintf(w, "\nthe aim, others' p99 within twice its idle value or 25 ms: %s (%s ms, of at most %s)\n", verdict, short(flood), short(max(2*idle, 25)))
}
