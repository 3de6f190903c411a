package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"sadasya/party"
)

func TestWhatAnErrorIsTakenFor(t *testing.T) {
	t.Parallel()
	state := func(code string) error { return &pgconn.PgError{Code: code} }
	ours := errors.New("ours")
	for _, c := range []struct {
		err  error
		want error // nil: none of the two
	}{
		{pgx.ErrNoRows, party.ErrNotFound},
		{state("08006"), party.ErrUnavailable},
		{state("53100"), party.ErrUnavailable}, // a full disk
		{state("53300"), party.ErrUnavailable}, // too many connections
		{state("57P01"), party.ErrUnavailable},
		{state("57014"), party.ErrUnavailable}, // the server's statement time-out
		{state("40001"), party.ErrUnavailable},
		{state("40P01"), party.ErrUnavailable},
		{state("25006"), party.ErrUnavailable}, // a standby
		{state("23505"), nil},
		{state("42601"), nil},
		{state("28P01"), nil},
		{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), party.ErrUnavailable},
		{context.DeadlineExceeded, party.ErrUnavailable},
		{errors.New("closed pool"), party.ErrUnavailable},
		{ours, ours},
	} {
		got := wrap("try", c.err)
		for _, e := range []error{party.ErrNotFound, party.ErrUnavailable, ours} {
			if errors.Is(got, e) != errors.Is(c.want, e) {
				t.Errorf("%v became %v", c.err, got)
			}
		}
	}
	if wrap("try", nil) != nil {
		t.Error("nothing became an error")
	}
}

// Nothing that a person wrote is told by an error.
func TestAnErrorTellsNoValues(t *testing.T) {
	t.Parallel()
	const canary = "ABC1034560"
	for _, err := range []error{
		&pgconn.PgError{Code: "23505", Message: canary, Detail: canary, Where: canary, Hint: canary, InternalQuery: canary},
		fmt.Errorf("failed to encode args[3]: unable to encode %#v into text format", canary),
		pgx.ScanArgError{Err: errors.New(canary)},
	} {
		if got := wrap("try", err); strings.Contains(got.Error(), canary) {
			t.Errorf("%v", got)
		}
	}
}
