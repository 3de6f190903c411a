package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
)

func TestADatabaseThatIsDownIsSaidSoAtOnce(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	for _, url := range []string{
		"postgres://u:secret@" + closed.Addr().String() + "/sadasya",
		"postgres:///sadasya?user=u&host=" + url.QueryEscape(t.TempDir()),
	} {
		began := time.Now()
		_, err := postgres.Open(t.Context(), url, postgrestest.Keys(t), postgres.Options{})
		if !errors.Is(err, party.ErrUnavailable) || bytes.Contains([]byte(err.Error()), []byte("secret")) {
			t.Errorf("open: %v", err)
		}
		if err := postgres.Migrate(t.Context(), url, postgrestest.Keys(t), places(t)); !errors.Is(err, party.ErrUnavailable) {
			t.Errorf("migrate: %v", err)
		}
		if took := time.Since(began); took > 4*time.Second {
			t.Errorf("it took %v", took)
		}
	}
	_, err = postgres.Open(t.Context(), "postgres://u:secret@:x/y", postgrestest.Keys(t), postgres.Options{})
	if err == nil || errors.Is(err, party.ErrUnavailable) || bytes.Contains([]byte(err.Error()), []byte("secret")) {
		t.Errorf("a URL that is none: %v", err)
	}
}

func TestConnectionsThatWereCutComeBack(t *testing.T) {
	eachHouse(t, postgres.Options{PoolSize: 2}, func(t *testing.T, h house) {
		e := member(1, "ABC1034560")
		first := save(t, h.Store, actor(1, 1), e)
		h.exec(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		for range 5 { // each connection may fail once
			saved, err := h.SaveMember(t.Context(), actor(1, 1), e)
			if err == nil {
				if saved.Record.Number != first.Record.Number || !saved.Fresh {
					t.Errorf("%+v", saved)
				}
				return
			}
			if !errors.Is(err, party.ErrUnavailable) {
				t.Fatal(err)
			}
		}
		t.Error("they do not come back")
	})
}

func TestACancelledCallerLosesNothing(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if saved, err := h.SaveMember(ctx, actor(1, 1), member(1, "ABC1034560")); err != nil || !saved.Fresh {
			t.Errorf("%+v, %v", saved, err)
		}
		if _, err := h.Records(ctx, actor(1, 2)); !errors.Is(err, party.ErrUnavailable) {
			t.Errorf("a read: %v", err)
		}
	})
}

func TestAPlanThatAMigrationMadeStaleIsMadeAnew(t *testing.T) {
	eachHouse(t, postgres.Options{PoolSize: 1}, func(t *testing.T, h house) {
		arrive(t, h, actor(1, 1), "")
		save(t, h.Store, actor(1, 2), member(1, "ABC1034560"))
		h.exec(t, `ALTER TABLE people ALTER COLUMN language TYPE varchar(2)`)
		h.exec(t, `ALTER TABLE members ALTER COLUMN number TYPE varchar(11)`)
		arrive(t, h, actor(1, 3), "")
		save(t, h.Store, actor(2, 1), member(2, "ZZZ1234566"))
	})
}

// The commit came through and its answer did not: the same again gives the row.
func TestACommitWhoseAnswerWasLostIsRunAgain(t *testing.T) {
	t.Parallel()
	direct := embeddedtest.Database(t, postgrestest.Template(t))
	url, deaf := deafTo(t, direct)
	s, _ := postgrestest.OpenAt(t, url, postgres.Options{PoolSize: 1})
	save(t, s, actor(9, 1), member(9, "ZZZ1234566")) // the statement is prepared
	deaf.Store(true)
	e := member(1, "ABC1034560")
	if _, err := s.SaveMember(t.Context(), actor(1, 1), e); !errors.Is(err, party.ErrUnavailable) {
		t.Fatalf("%v", err)
	}
	h := house{db: connect(t, direct)}
	number := one[string](t, h, `SELECT number FROM members WHERE telegram_id = 1`)
	saved, err := s.SaveMember(t.Context(), actor(1, 1), e)
	if err != nil || !saved.Fresh || string(saved.Record.Number) != number {
		t.Errorf("%+v, %v", saved, err)
	}
	if n := one[int](t, h, `SELECT count(*) FROM events JOIN members m ON m.id = member_id WHERE telegram_id = 1`); n != 1 {
		t.Errorf("%d events", n)
	}
}

// deafTo is a way to a database on which the server's next answer, once the
// switch is set, is thrown away and the connection cut.
func deafTo(t *testing.T, database string) (throughURL string, deaf *atomic.Bool) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	socket := filepath.Join(query.Get("host"), ".s.PGSQL.5432")
	dir, err := os.MkdirTemp("", "deaf") // short, as a socket's path must be
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	deaf = &atomic.Bool{}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("unix", socket)
			if err != nil {
				_ = client.Close()
				return
			}
			wg.Go(func() { _, _ = io.Copy(server, client); _ = server.Close() })
			wg.Go(func() { answers(client, server, deaf) })
		}
	})
	t.Cleanup(func() { // runs after the store was closed
		_ = listener.Close()
		wg.Wait()
		_ = os.RemoveAll(dir)
	})
	query.Set("host", dir)
	u.RawQuery = query.Encode()
	return u.String(), deaf
}

// answers hands on what the server says until the switch is set.
func answers(client, server net.Conn, deaf *atomic.Bool) {
	defer func() { _ = errors.Join(client.Close(), server.Close()) }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := server.Read(buffer)
		if err != nil || deaf.CompareAndSwap(true, false) {
			return
		}
		if _, err := client.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func TestOneHoldsALockByName(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		release, err := h.Lock(t.Context(), "polling")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Lock(t.Context(), "polling"); !errors.Is(err, postgres.ErrLocked) {
			t.Errorf("a second one: %v", err)
		}
		other, err := h.Lock(t.Context(), "another")
		if err != nil {
			t.Fatal(err)
		}
		other()
		release()
		for range 20 { // given back, it is free at once
			again, err := h.Lock(t.Context(), "polling")
			if err != nil {
				t.Fatal(err)
			}
			again()
		}
	})
}

func TestAnUpdateIsSetAsideOnce(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		for _, id := range []int64{5, 5, 0, 0} { // 0 has no id to be known by
			if err := h.SetAside(t.Context(), id, "decoding", []byte("{")); err != nil {
				t.Fatal(err)
			}
		}
		list, err := asides(t.Context(), h, 10)
		if n, _ := h.CountSetAside(t.Context()); err != nil || n != 3 || len(list) != 3 || list[0].Reason != "decoding" || list[0].At.IsZero() {
			t.Fatalf("%d: %+v, %v", n, list, err)
		}
		for _, want := range []error{nil, party.ErrNotFound} {
			if err := h.DropSetAside(t.Context(), list[0].ID); !errors.Is(err, want) {
				t.Fatal(err)
			}
		}
		if n, _ := h.CountSetAside(t.Context()); n != 2 {
			t.Errorf("%d are left", n)
		}
	})
}

func TestWhatIsSetAsideIsTakenUpByOneAtATime(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		if err := h.SetAside(ctx, 5, "logic", []byte("raw")); err != nil {
			t.Fatal(err)
		}
		list, err := asides(ctx, h, 10)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		id, vain := list[0].ID, errors.New("in vain")
		err = h.TakeUp(ctx, id, func(_ context.Context, raw []byte) error {
			if string(raw) != "raw" {
				t.Errorf("it came as %q", raw)
			}
			if err := h.TakeUp(ctx, id, func(context.Context, []byte) error { t.Error("two at once"); return nil }); !errors.Is(err, postgres.ErrLocked) {
				t.Errorf("another meanwhile: %v", err)
			}
			return vain
		})
		if !errors.Is(err, vain) {
			t.Error(err)
		}
		if list, err = asides(ctx, h, 10); err != nil || len(list) != 1 || list[0].Tries != 1 {
			t.Errorf("%+v, %v", list, err)
		}
		for _, want := range []error{nil, party.ErrNotFound} {
			if err := h.TakeUp(ctx, id, func(context.Context, []byte) error { return nil }); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		if got := one[string](t, h, `SELECT string_agg(action || ' ' || object, ', ') FROM audit`); got != fmt.Sprintf("setaside-replayed setaside %d", id) {
			t.Errorf("the audit has %q", got)
		}
	})
}

// asides are the oldest that are set aside.
func asides(ctx context.Context, s interface {
	EachAside(ctx context.Context, after int64, limit int, yield func(postgres.Aside) error) error
}, limit int,
) (list []postgres.Aside, err error) {
	err = s.EachAside(ctx, 0, limit, func(a postgres.Aside) error {
		list = append(list, a)
		return nil
	})
	return list, err
}

// TestOneThatCannotBeOpenedHidesNoOther: it is listed without what it holds, and
// the others with it.
func TestOneThatCannotBeOpenedHidesNoOther(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		for id := range int64(3) {
			if err := h.SetAside(t.Context(), id+1, "logic", []byte("raw")); err != nil {
				t.Fatal(err)
			}
		}
		h.exec(t, `UPDATE set_aside SET raw = 'spoilt' WHERE update_id = 2`)
		list, err := asides(t.Context(), h, 10)
		if err != nil || len(list) != 3 {
			t.Fatalf("%+v, %v", list, err)
		}
		for i, a := range list {
			if a.Sealed != (i == 1) || (string(a.Raw) == "raw") == a.Sealed || a.Update != int64(i+1) {
				t.Errorf("%+v", a)
			}
		}
		for after, want := range map[int64][]int64{0: {list[0].ID, list[1].ID}, list[0].ID: {list[1].ID, list[2].ID}, list[1].ID: {list[2].ID}, list[2].ID: {}} {
			if ids, err := h.OldestAside(t.Context(), after, 2); err != nil || !slices.Equal(ids, want) {
				t.Errorf("after %d: %v, want %v, %v", after, ids, want, err)
			}
			var seen []int64
			if err := h.EachAside(t.Context(), after, 2, func(a postgres.Aside) error { seen = append(seen, a.ID); return nil }); err != nil || !slices.Equal(seen, want) {
				t.Errorf("each after %d: %v, want %v, %v", after, seen, want, err)
			}
		}
		if n, err := h.CountAsideAfter(t.Context(), list[0].ID); n != 2 || err != nil {
			t.Errorf("%d come after the first, %v", n, err)
		}
	})
}
