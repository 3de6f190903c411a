package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"gopkg.in/yaml.v3"

	"sadasya/bot/broadcast"
	"sadasya/party"
)

// Config is every setting. This file is the only reader of the environment.
type Config struct {
	TelegramBotToken string        `env:"TELEGRAM_BOT_TOKEN" help:"The bot's token, from @BotFather."`
	TelegramAPIURL   string        `name:"telegram-api-url" env:"TELEGRAM_API_URL" default:"https://api.telegram.org" help:"Base of the Bot API."`
	BotUsername      string        `env:"BOT_USERNAME" help:"The bot's name, for links made without the network. Default: what serve last learned."`
	WebhookURL       string        `name:"webhook-url" env:"WEBHOOK_URL" help:"Public address that Telegram posts to. Empty: long polling."`
	ListenAddr       string        `env:"LISTEN_ADDR" default:"127.0.0.1:8080" help:"Where the webhook listens."`
	OpsAddr          string        `env:"OPS_ADDR" help:"Health and readiness. Default: LISTEN_ADDR where that is loopback and there is no webhook, else 127.0.0.1:9090."`
	DatabaseURL      string        `name:"database-url" env:"DATABASE_URL" help:"Postgres. Empty: its own under DATA_DIR."`
	DirectURL        string        `name:"database-direct-url" env:"DATABASE_DIRECT_URL" help:"The same Postgres past a pooler, for what needs a session of its own: migrations, locks, jobs. Default: DATABASE_URL."`
	RedisURL         string        `name:"redis-url" env:"REDIS_URL" help:"Redis, also as a cluster or sentinels. Empty: an in-process one."`
	DataDir          string        `env:"DATA_DIR" default:"./data" help:"Embedded stores and generated keys. Set to nothing: there are none, and the URLs are required."`
	AdminIDs         []int64       `name:"admin-ids" env:"ADMIN_IDS" help:"Telegram ids of the first admins."`
	EncryptionKeys   string        `env:"ENCRYPTION_KEYS" help:"Key file for fields encrypted at rest. Required with DATABASE_URL; else made under DATA_DIR."`
	Campaign         string        `env:"CAMPAIGN" help:"Campaign file. Empty: the Rajasthan sample."`
	BroadcastRate    float64       `env:"BROADCAST_RATE" default:"28" help:"Messages a second of broadcasts, by all replicas. Above 28 only those go that pay Telegram in Stars; at most 1000."`
	BroadcastMost    float64       `env:"BROADCAST_MOST" default:"1000" hidden:"" help:"The most that BROADCAST_RATE may be, for measuring with a Telegram that is none."`
	BroadcastQuiet   string        `env:"BROADCAST_QUIET" default:"21-8" help:"Hours in Asia/Kolkata in which broadcasts hold, or none."`
	BroadcastLease   time.Duration `env:"BROADCAST_LEASE" default:"60s" hidden:"" help:"How long a replica that died keeps its recipients from the others."`
	ClockOffset      time.Duration `env:"CLOCK_OFFSET" default:"0s" hidden:"" help:"How far this process's clock is said to be wrong, for tests."`
	LogLevel         string        `env:"LOG_LEVEL" default:"info" enum:"debug,info,warn,error" help:"debug, info, warn or error."`
}

// secrets are settings that may come from a file, which NAME_FILE names: so they
// stand in no list of processes and in no file of settings.
var secrets = []string{"TELEGRAM_BOT_TOKEN", "DATABASE_URL", "DATABASE_DIRECT_URL", "REDIS_URL"}

// secretFiles reads a secret from its file, where it is not given itself.
func secretFiles(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		file := os.Getenv(name + "_FILE")
		if file == "" || os.Getenv(name) != "" || !slices.Contains(secrets, name) {
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("%s_FILE: %w", name, err)
		}
		return strings.TrimSpace(string(raw)), nil
	}
	return nil, nil //nolint:nilnil // so kong has it: nothing is known of this flag
}

// direct is the address of Postgres past a pooler.
func (c Config) direct(url string) string {
	if c.DirectURL != "" {
		return c.DirectURL
	}
	return url
}

// keyFile is where the keys are; made tells that they may be generated there.
func (c Config) keyFile() (path string, made bool, err error) {
	if c.EncryptionKeys != "" {
		return c.EncryptionKeys, false, nil
	}
	if c.DatabaseURL != "" {
		return "", false, misuse("with DATABASE_URL set, ENCRYPTION_KEYS must name the key file; sadasya keys new --out FILE makes one")
	}
	return filepath.Join(c.DataDir, "keys.json"), true, nil
}

// checkStores tells which addresses are missing where there may be no stores of
// its own, as in the image.
func (c Config) checkStores(withRedis bool) error {
	var missing []string
	if c.DatabaseURL == "" {
		missing = append(missing, "DATABASE_URL")
	}
	if withRedis && c.RedisURL == "" {
		missing = append(missing, "REDIS_URL")
	}
	if c.DataDir != "" || len(missing) == 0 {
		return nil
	}
	return misuse("set %s: there is no Postgres and no Redis in here (and DATA_DIR, where they would keep their data, is empty)", strings.Join(missing, " and "))
}

// opsAddr is where health and readiness are answered. Behind a webhook something
// passes requests on from outside, perhaps all of them: there it is an address of
// its own.
func (c Config) opsAddr() string {
	if c.OpsAddr != "" {
		return c.OpsAddr
	}
	if loopback(c.ListenAddr) && c.WebhookURL == "" {
		return c.ListenAddr
	}
	return "127.0.0.1:9090"
}

func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// check finds what serve cannot start with.
func (c Config) check() error {
	if c.TelegramBotToken == "" {
		return misuse("TELEGRAM_BOT_TOKEN is not set; @BotFather gives the token, and sadasya demo runs without one")
	}
	for _, id := range c.AdminIDs {
		if id <= 0 {
			return misuse("ADMIN_IDS: %d is no person's account; the numbers are Telegram ids, parted by commas", id)
		}
	}
	if err := webAddress(c.TelegramAPIURL); err != nil {
		return misuse("TELEGRAM_API_URL: %w", err)
	}
	if c.WebhookURL != "" {
		if err := webAddress(c.WebhookURL); err != nil {
			return misuse("WEBHOOK_URL: %w", err)
		}
	}
	if _, _, err := net.SplitHostPort(c.ListenAddr); err != nil {
		return misuse("LISTEN_ADDR is an address and a port, such as 127.0.0.1:8080")
	}
	if !(c.BroadcastRate > 0 && c.BroadcastRate <= c.BroadcastMost) { // nor is it NaN
		return misuse("BROADCAST_RATE is %v: write a number of messages a second, more than 0 and at most %v", c.BroadcastRate, c.BroadcastMost)
	}
	if c.BroadcastLease < time.Second {
		return misuse("BROADCAST_LEASE is 1s or more")
	}
	if _, err := broadcast.ParseHours(c.BroadcastQuiet, time.UTC); err != nil {
		return misuse("BROADCAST_QUIET: %w", err)
	}
	return nil
}

func webAddress(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("a web address is wanted, such as https://bot.example.org/telegram")
	}
	return nil
}

// campaign reads the campaign's file, or gives the sample.
func (c Config) campaign() (party.Campaign, error) {
	if c.Campaign == "" {
		return party.RajasthanSample(), nil
	}
	raw, err := os.ReadFile(c.Campaign)
	if err != nil {
		return party.Campaign{}, fmt.Errorf("CAMPAIGN: %w", err)
	}
	var file party.Campaign
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return file, fmt.Errorf("CAMPAIGN %s: %w", c.Campaign, err)
	}
	file = file.WithDefaults()
	if err := file.Validate(); err != nil {
		return file, fmt.Errorf("CAMPAIGN %s: %w", c.Campaign, err)
	}
	return file, nil
}

// tuneCollector lets the heap grow to five times what is alive before it is
// collected, instead of to twice: little is alive, some 10 MB, and a tenth of the
// time went into collecting. GOGC outranks it.
func tuneCollector() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// logger writes to the console's error stream.
func (c Config) logger(console *Console) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // kong has checked it
	return slog.New(slog.NewTextHandler(console.Err, &slog.HandlerOptions{Level: level}))
}
