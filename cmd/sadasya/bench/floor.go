package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"sadasya/bot/telegramtest"
	"sadasya/party"
)

// Screen is one answer: its HTML and its buttons.
type Screen struct {
	HTML    string
	Buttons [][]telegramtest.Button
}

// Conversation is what one citizen was shown, step by step, and what in it is
// theirs.
type Conversation struct {
	Name, VoterID, Number string
	Screens               []Screen
}

// Screens are those that the bot showed, for the floor to show.
type Screens map[party.Language]Conversation

// FloorOptions are the settings of serve that the floor needs too.
type FloorOptions struct {
	APIURL, Token, WebhookURL, ListenAddr, DatabaseURL, RedisURL string
	Screens                                                      Screens
	Ops                                                          http.Handler
	Log                                                          *slog.Logger
}

// floor does what a bot cannot do without, by the same libraries: it decodes
// the fields it needs, one GET, one SET, the screen in the webhook's response,
// one answerCallbackQuery a tap, one INSERT at the end. It checks nothing, seals
// nothing and guarantees nothing.
type floor struct {
	o      FloorOptions
	redis  *redis.Client
	pool   *pgxpool.Pool
	client *http.Client
	shown  map[party.Language][]*shown
}

// shown is a screen made ready.
type shown struct {
	html   string
	markup json.RawMessage
}

// ServeFloor runs the floor until ctx ends.
func ServeFloor(ctx context.Context, o FloorOptions) error {
	f := &floor{o: o, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}, shown: map[party.Language][]*shown{}}
	for l, c := range o.Screens {
		for _, s := range c.Screens {
			markup, err := json.Marshal(map[string]any{"inline_keyboard": s.Buttons})
			if err != nil {
				return err
			}
			f.shown[l] = append(f.shown[l], &shown{html: s.HTML, markup: markup})
		}
	}
	options, err := redis.ParseURL(o.RedisURL)
	if err != nil {
		return fmt.Errorf("REDIS_URL: %w", err)
	}
	f.redis = redis.NewClient(options)
	defer func() { _ = f.redis.Close() }()
	if f.pool, err = pgxpool.New(ctx, o.DatabaseURL); err != nil {
		return fmt.Errorf("DATABASE_URL: %w", err)
	}
	defer f.pool.Close()
	if _, err := f.pool.Exec(ctx, `CREATE TABLE IF NOT EXISTS floor_members (number bigint PRIMARY KEY, telegram_id bigint NOT NULL,
		name text NOT NULL, voter_id text NOT NULL, booth text NOT NULL, code text NOT NULL, joined timestamptz NOT NULL DEFAULT now())`); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", o.ListenAddr)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", o.Ops)
	mux.HandleFunc("POST /telegram", f.webhook)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	f.call(ctx, "setWebhook", map[string]any{"url": o.WebhookURL})
	o.Log.Info("ready")
	select {
	case <-ctx.Done():
		return server.Shutdown(context.WithoutCancel(ctx))
	case err := <-failed:
		return err
	}
}

type floorUpdate struct {
	Message *struct {
		Text string
		Chat struct{ ID int64 }
	}
	CallbackQuery *struct {
		ID   string
		Data string
		From struct{ ID int64 }
	} `json:"callback_query"`
}

type floorSession struct {
	Step              int
	Language          party.Language
	Code, Name, Voter string
	Booth             string
}

func (f *floor) webhook(w http.ResponseWriter, req *http.Request) {
	raw, err := io.ReadAll(req.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var u floorUpdate
	if err := json.Unmarshal(raw, &u); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	answer, err := f.handle(req.Context(), u)
	if err != nil {
		f.o.Log.Error("failed", "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(answer)
}

func (f *floor) handle(ctx context.Context, u floorUpdate) ([]byte, error) {
	var chat int64
	text, data := "", ""
	switch {
	case u.CallbackQuery != nil:
		chat, data = u.CallbackQuery.From.ID, u.CallbackQuery.Data
		go f.call(context.WithoutCancel(ctx), "answerCallbackQuery", map[string]any{"callback_query_id": u.CallbackQuery.ID})
	case u.Message != nil:
		chat, text = u.Message.Chat.ID, u.Message.Text
	default:
		return nil, nil
	}
	key := fmt.Sprintf("floor:%d", chat)
	var s floorSession
	stored, err := f.redis.Get(ctx, key).Bytes()
	if err == nil {
		err = json.Unmarshal(stored, &s)
	}
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	number, err := f.step(ctx, &s, chat, text, data)
	if err != nil {
		return nil, err
	}
	stored, err = json.Marshal(s)
	if err != nil {
		return nil, err
	}
	if err := f.redis.Set(ctx, key, stored, 30*24*time.Hour).Err(); err != nil {
		return nil, err
	}
	c, screen := f.o.Screens[s.Language], f.shown[s.Language][s.Step]
	html := strings.NewReplacer(c.Name, s.Name, c.VoterID, s.Voter, c.Number, number).Replace(screen.html)
	return json.Marshal(struct {
		Method    string          `json:"method"`
		ChatID    int64           `json:"chat_id"`
		Text      string          `json:"text"`
		ParseMode string          `json:"parse_mode"`
		Markup    json.RawMessage `json:"reply_markup"`
	}{"sendMessage", chat, html, "HTML", screen.markup})
}

// step takes an answer into the session. The number is the member's, once there
// is one.
func (f *floor) step(ctx context.Context, s *floorSession, chat int64, text, data string) (number string, err error) {
	if code, ok := strings.CutPrefix(text, "/start "); ok {
		*s = floorSession{Language: party.Hindi, Code: code}
		return "", nil
	}
	s.Step = min(s.Step+1, len(f.shown[s.Language])-1)
	switch s.Step {
	case 1:
		s.Language = party.English
		if hindi := f.o.Screens[party.Hindi].Screens[0].Buttons; len(hindi) > 0 && data == hindi[0][0].Data {
			s.Language = party.Hindi
		}
	case 3:
		s.Name = text
	case 4:
		s.Voter = text
	case afterBooth:
		s.Booth = "55/12"
	case afterConfirm:
		n := rand.Int64N(9_000_000_000) + 1_000_000_000
		_, err = f.pool.Exec(ctx, `INSERT INTO floor_members (number, telegram_id, name, voter_id, booth, code) VALUES ($1, $2, $3, $4, $5, $6)`,
			n, chat, s.Name, s.Voter, s.Booth, s.Code)
		number = fmt.Sprintf("%03d %04d %03d0", n/10_000_000, n/1000%10_000, n%1000)
	}
	return number, err
}

func (f *floor) call(ctx context.Context, method string, params map[string]any) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	body, err := json.Marshal(params)
	if err != nil {
		return
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.o.APIURL+"/bot"+f.o.Token+"/"+method, bytes.NewReader(body))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := f.client.Do(req)
	if err != nil {
		f.o.Log.Warn("a call failed", "method", method)
		return
	}
	_, _ = io.Copy(io.Discard, res.Body)
	res.Body.Close()
}
