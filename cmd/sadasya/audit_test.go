package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"sadasya/store/postgres"
)

// TestABrokenAuditIsAnErrorAndNoFlood: it is told when it is found and once an
// hour, not every two seconds, and metrics have it until rows are linked again.
func TestABrokenAuditIsAnErrorAndNoFlood(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	said := func(words string) int { return strings.Count(out.String(), words) }
	var w chainWatch
	at := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	broken := fmt.Errorf("link the audit: %w", postgres.ErrAuditBroken)
	for range 45 * 30 { // three quarters of an hour
		w.hear(log, at, 0, broken)
		w.hear(log, at, 0, nil) // another replica holds the lock, or nothing is to be linked
		at = at.Add(linkEvery)
	}
	if n := said("level=ERROR"); n != 1 || w.value() != 1 {
		t.Errorf("%d errors, %v", n, w.value())
	}
	w.hear(log, at.Add(tellBreak), 0, broken)
	w.hear(log, at, 0, nil)
	if n := said("level=ERROR"); n != 2 {
		t.Errorf("%d errors an hour later", n)
	}
	for range 100 { // Postgres is away
		w.hear(log, at, 0, errors.New("no connection"))
	}
	if n := said("level=WARN"); n != 1 || w.value() != 1 {
		t.Errorf("%d warnings, %v", n, w.value())
	}
	if w.hear(log, at, 3, nil); w.value() != 0 || said("linked again") != 1 {
		t.Errorf("mended: %v\n%s", w.value(), &out)
	}
}
