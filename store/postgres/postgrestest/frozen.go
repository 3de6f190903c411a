package postgrestest

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// statements writes down every statement that goes through the stores of tests,
// once, into the file that SADASYA_FREEZE names: what a program of this version
// asks of the database.
type statements struct {
	mu    sync.Mutex
	known map[string]bool
}

var sent statements

// Freezing gives what is to trace a store's statements; nil where none are frozen.
func Freezing() pgx.QueryTracer {
	if os.Getenv("SADASYA_FREEZE") == "" {
		return nil
	}
	return &sent
}

// TraceQueryStart implements pgx.QueryTracer.
func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	verb, _, _ := strings.Cut(strings.TrimSpace(data.SQL), " ")
	if !slices.Contains([]string{"select", "insert", "update", "delete", "with"}, strings.ToLower(strings.TrimSpace(verb))) || strings.Contains(data.SQL, ";") { // several at once are a test's own
		return ctx
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[data.SQL] {
		return ctx
	}
	if s.known == nil {
		s.known = map[string]bool{}
	}
	s.known[data.SQL] = true
	file, err := os.OpenFile(os.Getenv("SADASYA_FREEZE"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	if _, err := file.WriteString(strconv.Quote(data.SQL) + "\n"); err != nil {
		panic(err)
	}
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (*statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// Unquoted gives a line of such a file.
func Unquoted(line string) string {
	if plain, err := strconv.Unquote(line); err == nil {
		return plain
	}
	return line
}
