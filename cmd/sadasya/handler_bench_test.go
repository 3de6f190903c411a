package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"sadasya/bot/telegram"
	"sadasya/cmd/sadasya/bench"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres/postgrestest"
)

// BenchmarkHandler takes updates of whole enrolments by the webhook's handler, as
// serve has it, without net/http's server: one operation is one update of the
// eight. Redis and Postgres are real; Telegram answers without allocating, so
// what -benchmem tells is ours, and that of the drivers and the HTTP client.
func BenchmarkHandler(b *testing.B) {
	r := &rig{t: b}
	r.stores = openRigStores(b, rigOptions{database: embeddedtest.Database(b, postgrestest.Template(b)), redis: embeddedtest.StartRedis(b).URL()})
	code := r.sunita()
	config := Config{TelegramBotToken: "1:canned", TelegramAPIURL: "http://" + cannedTelegram(b), BroadcastRate: 28, BroadcastLease: time.Minute}
	p, err := newProgram(config, r.stores, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		b.Fatal(err)
	}
	defer p.jobs.Close()
	defer p.edge.Drain(context.Background())
	d := newDriver(p.edge.Webhook(telegram.Secret(config.TelegramBotToken)), telegram.Secret(config.TelegramBotToken))
	d.enrol(b, code, 8) // connections are made, statements prepared
	b.ReportAllocs()
	b.ResetTimer()
	for left := b.N; left > 0; left -= 8 {
		d.enrol(b, code, min(left, 8))
	}
}

// driver posts updates and keeps the answer, in memory that it uses again.
type driver struct {
	handler http.Handler
	request *http.Request
	body    bytes.Reader
	raw     []byte
	update  int64
	person  int64
	header  http.Header
	answer  []byte
}

func newDriver(h http.Handler, secret string) *driver {
	d := &driver{handler: h, person: 30_000_000_000, header: http.Header{}}
	d.request, _ = http.NewRequest(http.MethodPost, "http://bot/telegram", nil)
	d.request.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	d.request.Header.Set("Content-Type", "application/json")
	d.request.Body = io.NopCloser(&d.body)
	return d
}

func (d *driver) Header() http.Header { return d.header }

func (d *driver) WriteHeader(status int) {
	panic(fmt.Sprintf("status %d", status)) // a handler that answers 200 says nothing
}

func (d *driver) Write(p []byte) (int, error) {
	d.answer = append(d.answer, p...)
	return len(p), nil
}

// enrol plays the first updates of one enrolment.
func (d *driver) enrol(b *testing.B, code party.Code, updates int) {
	d.person++
	text, name, epic := "/start "+string(code), "Kamla Devi", bench.VoterID(uint64(d.person))
	for _, do := range []func(){
		func() { d.say(text) },
		func() { d.tap(b, "g.en") },
		func() { d.tap(b, ".agree") },
		func() { d.say(name) },
		func() { d.say(epic) },
		func() { d.tap(b, ".here") },
		func() { d.tap(b, ".confirm") },
		func() { d.tap(b, ".no") },
	}[:updates] {
		do()
	}
}

const wireFrom = `"from":{"id":%d,"is_bot":false,"first_name":"Kamla","username":"kamla","language_code":"en"}`

func (d *driver) say(text string) {
	d.begin()
	d.raw = fmt.Appendf(d.raw, `"message":{"message_id":%d,`+wireFrom+`,"chat":{"id":%d,"first_name":"Kamla","username":"kamla","type":"private"},"date":1764000000,"text":%q}}`,
		d.update, d.person, d.person, text)
	d.post()
}

func (d *driver) tap(b *testing.B, button string) {
	at := bytes.Index(d.answer, []byte(button+`"`))
	if at < 0 {
		b.Fatalf("no button %s in %s", button, d.answer)
	}
	from := bytes.LastIndexByte(d.answer[:at], '"') + 1
	data := string(d.answer[from : at+len(button)])
	d.begin()
	d.raw = fmt.Appendf(d.raw, `"callback_query":{"id":"4382bfdwdsb323b2d9",`+wireFrom+`,"message":{"message_id":%d,"from":{"id":1,"is_bot":true,"first_name":"Sadasya"},"chat":{"id":%d,"first_name":"Kamla","type":"private"},"date":1764000000,"text":"?"},"chat_instance":"1","data":%q}}`,
		d.person, d.update, d.person, data)
	d.post()
}

func (d *driver) begin() {
	d.update++
	d.raw = fmt.Appendf(d.raw[:0], `{"update_id":%d,`, d.update)
	d.answer = d.answer[:0]
}

func (d *driver) post() {
	d.body.Reset(d.raw)
	d.request.ContentLength = int64(len(d.raw))
	d.handler.ServeHTTP(d, d.request)
}

// cannedTelegram says to every call that it was done, and allocates nothing: the
// handler's allocations alone are counted.
func cannedTelegram(b *testing.B) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answerAll(conn)
		}
	}()
	return l.Addr().String()
}

// answerAll answers each request on a connection, told by the blank line after
// its header; a body of JSON has none.
func answerAll(conn net.Conn) {
	defer conn.Close()
	answer := []byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n" + `{"ok":true,"result":true}`)
	buffer := make([]byte, 64<<10)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			return
		}
		for range bytes.Count(buffer[:n], []byte("\r\n\r\n")) {
			if _, err := conn.Write(answer); err != nil {
				return
			}
		}
	}
}
