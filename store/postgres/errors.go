package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"sadasya/party"
)

// Errors at the start.
var (
	ErrTooOld = errors.New("this program is older than the oldest that the database serves; start the newer one")
	ErrKeys   = errors.New("the key file is not the one that this database was written with; set ENCRYPTION_KEYS to that file")
	ErrLocale = errors.New("the database's LC_CTYPE is C, in which Hindi cannot be searched; create it with --locale=C.UTF-8")
	// ErrPooled says that the way to Postgres for locks and migrations is none.
	ErrPooled = errors.New("a pooler lies before Postgres that gives a connection for one transaction alone; set DATABASE_DIRECT_URL to Postgres itself (docs/operations/scale.md, PgBouncer)")

	errURL = errors.New("DATABASE_URL: postgres://user:password@host:5432/database is wanted") // what pgx says may quote a password
)

// Errors of what an operator asks for.
var (
	// ErrLocked says that another process holds a lock.
	ErrLocked = errors.New("another process holds it")
	// ErrLabelTaken says that a list of booths has this name already.
	ErrLabelTaken = errors.New("a list of booths of this name was imported before; choose another with --name")
)

// errValue stands for errors of pgx that quote the value they are about.
var errValue = errors.New("a value does not fit its column")

// wrap names what went wrong: party.ErrUnavailable where the same may be asked
// again, party.ErrNotFound for no row. Of Postgres's answer the SQLSTATE is
// said, never its details, which quote values.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	var answer *pgconn.PgError
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return fmt.Errorf("postgres: %s: %w", what, party.ErrNotFound)
	case errors.As(err, &answer):
		if passing(answer.Code) {
			return fmt.Errorf("postgres: %s: SQLSTATE %s: %w", what, answer.Code, party.ErrUnavailable)
		}
		return fmt.Errorf("postgres: %s: SQLSTATE %s%s", what, answer.Code, advice(answer.Code))
	case unreachable(err):
		return fmt.Errorf("postgres: %s: no connection or no answer in time: %w", what, party.ErrUnavailable)
	case quotesValue(err):
		return fmt.Errorf("postgres: %s: %w", what, errValue)
	}
	return fmt.Errorf("postgres: %s: %w", what, err)
}

// passing are states that go by: connection, resources (a full disk among
// them), shutdown and time-outs, a system error, conflicts of transactions, a
// standby, a lock.
// Source: PostgreSQL 15, Appendix A, Error Codes.
func passing(code string) bool {
	for _, class := range []string{"08", "53", "57", "58", "40", "25006", "55P03"} {
		if strings.HasPrefix(code, class) {
			return true
		}
	}
	return false
}

// advice says what to do about states that an operator meets at the start.
func advice(code string) string {
	switch code {
	case "28P01", "28000":
		return " (the user or the password is not accepted: mend DATABASE_URL)"
	case "3D000":
		return " (there is no such database: create it, or mend DATABASE_URL)"
	case "42501":
		return " (the user may not do this: let it own the database)"
	case "42P01":
		return " (a table is missing: run sadasya migrate)"
	}
	return ""
}

func unreachable(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.Timeout(err) || pgconn.SafeToRetry(err) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) ||
		errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		err.Error() == "closed pool" // the pool's error has no name that we may import
}

// quotesValue tells errors of pgx's encoding and scanning; the former has no type.
func quotesValue(err error) bool {
	var scan pgx.ScanArgError
	return errors.As(err, &scan) || strings.Contains(err.Error(), "failed to encode args")
}

// stalePlan tells that a migration changed what a statement returns since this
// connection planned it.
func stalePlan(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && answer.Code == "0A000" && answer.Routine == "RevalidateCachedQuery"
}

// raced tells that another transaction was first, and that the same may be tried
// again: a unique key, a serialization failure, a deadlock, an outranking in vain.
func raced(err error) bool {
	var answer *pgconn.PgError
	if !errors.As(err, &answer) {
		return false
	}
	switch answer.Code {
	case uniqueViolation, "40001", "40P01":
		return true
	case "23502": // an event without a member: see saveSQL
		return answer.TableName == "events"
	}
	return false
}
