package main

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/embedded/faultstest"
	"sadasya/store/postgres/postgrestest"
)

// poolSize is how many sessions the pooler has with Postgres.
const poolSize = 5

// startPooler starts a PgBouncer that gives connections by the transaction, or in
// the mode session, before the server of a database, and returns that database's
// address behind it.
func startPooler(t *testing.T, database, mode string) string {
	t.Helper()
	binary, err := exec.LookPath("pgbouncer")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("pgbouncer is not installed: CI must install it")
		}
		t.Skip("pgbouncer is not installed")
	}
	at, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	q := at.Query()
	host, port, user := q.Get("host"), q.Get("port"), q.Get("user")
	if host == "" {
		host, port, user = at.Hostname(), at.Port(), at.User.Username()
	}
	dir, err := os.MkdirTemp("", "sadasya-pooler-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	address := faultstest.FreeAddress(t)
	listen, listenPort, _ := net.SplitHostPort(address)
	file := filepath.Join(dir, "ini")
	ini := fmt.Sprintf("[databases]\n* = host=%s port=%s user=%s\n[pgbouncer]\nlisten_addr=%s\nlisten_port=%s\nunix_socket_dir=\nauth_type=any\npool_mode=%s\ndefault_pool_size=%d\nlogfile=%s\n",
		host, port, user, listen, listenPort, mode, poolSize, filepath.Join(dir, "log"))
	if err := os.WriteFile(file, []byte(ini), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "--quiet", file)
	if os.Geteuid() == 0 { // it refuses root, and inside is nobody: as store/embedded does with Postgres
		const nobody = 65534
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: nobody, HostID: 0, Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: nobody, HostID: 0, Size: 1}},
		}
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for began := time.Now(); ; {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			break
		}
		if time.Since(began) > patience {
			t.Fatal("pgbouncer does not listen")
		}
	}
	return fmt.Sprintf("postgres://%s@%s%s?sslmode=disable", user, address, at.Path)
}

// TestServeBehindAPooler: with PgBouncer, which gives a connection for one
// transaction alone, the settings of docs/operations/scale.md make everything
// work: two replicas, enrolments, jobs, commands, and the lock of whoever polls.
func TestServeBehindAPooler(t *testing.T) {
	database, keys := embeddedtest.Database(t, postgrestest.Template(t)), keyPath(t)
	pooled := startPooler(t, database, "transaction") + "&default_query_exec_mode=exec"
	ok(t)(run(t, "keys", "new", "--out", keys))
	tg := telegramtest.NewServer(telegramtest.Options{})
	t.Cleanup(tg.Close)
	redis := embeddedtest.Redis(t)
	var replicas []*replica
	for range 2 {
		serve := newReplica(t, tg, "http://127.0.0.1:1/telegram", pooled, redis, keys)
		serve.env = append(serve.env, "DATABASE_DIRECT_URL="+database)
		serve.start()
		replicas = append(replicas, serve)
	}
	tg.SetBackends("http://"+replicas[0].address, "http://"+replicas[1].address)
	beside := []string{"--database-url", pooled, "--database-direct-url", database, "--encryption-keys", keys}
	out := ok(t)(run(t, append([]string{"appoint", "--office", "enroller", "--booth", "55/12", "--name", "Sunita Meena", "--telegram-id", "900"}, beside...)...))
	r := &rig{t: t, telegram: tg, log: replicas[0].log, code: party.Code(strings.Fields(out)[0])}
	for n := range int64(6) {
		if r.person(party.English).enrol("Kamla Devi", madeUpEPIC(n+1)) == "" {
			t.Fatal("no number")
		}
	}
	if out := ok(t)(run(t, append([]string{"export", "members", "--out", "-"}, beside...)...)); strings.Count(out, "Kamla Devi") != 6 {
		t.Errorf("the list:\n%s", out)
	}
	for _, serve := range replicas {
		if log := serve.log.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "must come again") || strings.Contains(log, "SQLSTATE") {
			t.Errorf("not all went well:\n%s", lastLines(log, 40))
		}
		serve.end()
	}

	// One process polls: its lock holds as long as it does, past the pooler.
	first := newReplica(t, tg, "", pooled, redis, keys)
	first.env = append(first.env, "DATABASE_DIRECT_URL="+database)
	first.start()
	code, _, errs := run(t, append([]string{"serve", "--telegram-bot-token", tg.Token(), "--telegram-api-url", tg.URL(), "--listen-addr", faultstest.FreeAddress(t), "--redis-url", redis}, beside...)...)
	if code != exitFailed || !strings.Contains(errs, "another process polls already") {
		t.Errorf("exit %d, %q", code, errs)
	}
	first.end()
	nobodyListens(t, pooled)
	conn, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for began := time.Now(); ; { // its connection may take a moment to go
		var held int
		err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND d.datname = current_database()`).Scan(&held)
		if err != nil {
			t.Fatal(err)
		}
		if held == 0 {
			return
		}
		if time.Since(began) > 10*time.Second {
			t.Fatalf("%d locks are held by nobody: they were taken through the pooler", held)
		}
	}
}

// nobodyListens looks into every session behind a pooler: a LISTEN that was sent
// through it stays there, and what is told goes to whoever has that session.
func nobodyListens(t *testing.T, pooled string) {
	t.Helper()
	for range poolSize {
		conn, err := pgx.Connect(t.Context(), pooled)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(t.Context())
		tx, err := conn.Begin(t.Context()) // keeps the session from the next
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback(t.Context()) }()
		var channels int
		if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM pg_listening_channels()`).Scan(&channels); err != nil || channels != 0 {
			t.Errorf("a session of the pooler listens to %d channels, %v", channels, err)
		}
	}
}

// TestAPoolerWithoutAWayPastItIsOneLine: what starts behind PgBouncer without
// DATABASE_DIRECT_URL says what is wanting, and leaves no lock behind for which the
// next one would wait. A pooler that gives whole sessions stands in nobody's way.
func TestAPoolerWithoutAWayPastItIsOneLine(t *testing.T) {
	t.Parallel()
	tg := telegramtest.NewServer(telegramtest.Options{})
	t.Cleanup(tg.Close)
	database, keys := embeddedtest.Database(t, postgrestest.Template(t)), keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	pooled := startPooler(t, database, "transaction")
	locks := func() int64 {
		return (&rig{database: database}).number(t, `SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND d.datname = current_database()`)
	}
	for _, url := range []string{pooled, pooled + "&default_query_exec_mode=exec"} {
		for range 3 { // the sessions of the pooler are open by then
			for _, args := range [][]string{
				serving(tg, faultstest.FreeAddress(t), url, embeddedtest.Redis(t), keys),
				{"migrate", "--database-url", url, "--encryption-keys", keys},
				{"export", "members", "--out", "-", "--database-url", database, "--database-direct-url", url, "--encryption-keys", keys},
			} {
				code, out, errs := run(t, args...)
				if code != exitFailed || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "set DATABASE_DIRECT_URL to Postgres itself") {
					t.Errorf("%s: exit %d, %q, %q", args[0], code, out, errs)
				}
			}
		}
	}
	if n := locks(); n != 0 {
		t.Errorf("%d locks are held by nobody", n)
	}
	ok(t)(run(t, "migrate", "--database-url", startPooler(t, database, "session"), "--encryption-keys", keys))
}
