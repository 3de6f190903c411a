package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// TestPingTellsOfAPostgresThatTakesNoWrites: such a one answers reads, while every
// update is answered 503.
func TestPingTellsOfAPostgresThatTakesNoWrites(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		if err := h.Ping(t.Context()); err != nil {
			t.Errorf("before: %v", err)
		}
		name := pgx.Identifier{one[string](t, h, `SELECT current_database()`)}.Sanitize()
		h.exec(t, `ALTER DATABASE `+name+` SET default_transaction_read_only = on`)
		s, err := postgres.Open(t.Context(), h.url, h.keys, postgres.Options{}) // whose connections are new
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if _, err := s.Arrive(t.Context(), actor(1, 1), flows.Arrive{}); !errors.Is(err, party.ErrUnavailable) {
			t.Errorf("an update is taken: %v", err)
		}
		err = s.Ping(t.Context())
		if !errors.Is(err, party.ErrUnavailable) || !strings.Contains(err.Error(), "it takes no writes: ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("read-only: %v", err)
		}
	})
}
