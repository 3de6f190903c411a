package main

import (
	"errors"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sadasya/bot/telegramtest"
	"sadasya/party"
	"sadasya/store/embedded"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/embedded/faultstest"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
	"sadasya/store/seal"
)

// What befalls an operator: stores that are away, a schema or keys that are not
// this program's, lists with mistakes, a full disk.

func troubles() []incoming {
	return []incoming{
		{what: "a database that is down at the start", by: "TestServeWithoutADatabaseIsOneLine"},
		{what: "a database that is down at the start, with --wait", by: "TestServeWaitsForADatabase"},
		{what: "a schema that no longer serves a program this old", by: "TestServeRefusesWhatIsNotItsOwn"},
		{what: "a key file that is not there, unreadable, or open to others", by: "TestServeRefusesWhatIsNotItsOwn"},
		{what: "another key file", by: "TestServeRefusesWhatIsNotItsOwn"},
		{what: "a CSV with a broken row", by: "TestBoothsImportIsAllOrNothing"},
		{what: "a CSV with more broken rows than fit a line", by: "TestAThousandBrokenRowsAreToldByNumber"},
		{what: "a full disk", by: "TestAFullDiskLosesNothing"},
		{what: "a store that is killed", by: "TestAStoreThatIsAwayLosesNothing"},
	}
}

// serving is the command line of a serve on these stores.
func serving(tg *telegramtest.Server, address, database, redis, keys string, more ...string) []string {
	return append([]string{
		"serve", "--telegram-bot-token", tg.Token(), "--telegram-api-url", tg.URL(), "--listen-addr", address,
		"--database-url", database, "--redis-url", redis, "--encryption-keys", keys,
	}, more...)
}

func TestServeWithoutADatabaseIsOneLine(t *testing.T) {
	t.Parallel()
	tg := telegramtest.NewServer(telegramtest.Options{})
	t.Cleanup(tg.Close)
	keys := keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	nowhere := "postgres://someone:canary@127.0.0.1:1/x"
	database := embeddedtest.Database(t, postgrestest.Template(t))
	for _, c := range []struct {
		name, setting string
		args          []string
	}{
		{"Postgres", "DATABASE_URL", serving(tg, faultstest.FreeAddress(t), nowhere, embeddedtest.Redis(t), keys)},
		{"Postgres past a pooler", "DATABASE_DIRECT_URL", serving(tg, faultstest.FreeAddress(t), database, embeddedtest.Redis(t), keys, "--database-direct-url", nowhere)},
		{"Redis", "REDIS_URL", serving(tg, faultstest.FreeAddress(t), database, "redis://:canary@127.0.0.1:1", keys)},
		{"a wait too long", "DATABASE_URL", serving(tg, faultstest.FreeAddress(t), nowhere, embeddedtest.Redis(t), keys, "--wait", "1ns")},
		{"Redis, to a replay", "REDIS_URL", append([]string{"setaside", "replay"}, serving(tg, faultstest.FreeAddress(t), database, "redis://:canary@127.0.0.1:1", keys)[1:]...)},
	} {
		code, out, errs := run(t, c.args...)
		if code != exitFailed || out != "" || strings.Count(errs, "\n") != 1 || strings.Contains(errs, "canary") || strings.Contains(errs, "127.0.0.1") {
			t.Errorf("%s: exit %d, %q, %q", c.name, code, out, errs)
		}
		if !strings.Contains(errs, "does "+c.setting+" lead to it?") {
			t.Errorf("%s: %q does not say what to look at", c.name, errs)
		}
	}
}

// TestServeNamesTheAddressThatIsTaken: whoever has both looks at the right one.
func TestServeNamesTheAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	tg := telegramtest.NewServer(telegramtest.Options{})
	t.Cleanup(tg.Close)
	keys := keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	database := embeddedtest.Database(t, postgrestest.Template(t))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := l.Addr().String()
	for setting, args := range map[string][]string{
		"LISTEN_ADDR": serving(tg, taken, database, embeddedtest.Redis(t), keys, "--webhook-url", "http://127.0.0.1:1/telegram", "--ops-addr", faultstest.FreeAddress(t)),
		"OPS_ADDR":    serving(tg, faultstest.FreeAddress(t), database, embeddedtest.Redis(t), keys, "--webhook-url", "http://127.0.0.1:1/telegram", "--ops-addr", taken),
	} {
		code, out, errs := run(t, args...)
		lines := strings.Split(strings.TrimSpace(errs), "\n")
		last := lines[len(lines)-1]
		if code != exitFailed || out != "" || !strings.HasPrefix(last, "sadasya: "+setting+": ") || !strings.Contains(last, taken) || !strings.Contains(last, "set it to a free address") {
			t.Errorf("exit %d, %q, %q", code, out, last)
		}
	}
}

func TestServeWaitsForADatabase(t *testing.T) {
	t.Parallel()
	tg := telegramtest.NewServer(telegramtest.Options{})
	t.Cleanup(tg.Close)
	keys := keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	database := newGate(t, embeddedtest.Database(t, postgrestest.Template(t)))
	late := newReplica(t, tg, "", database.url(), embeddedtest.Redis(t), keys)
	late.args = append(late.args, "--wait", patience.String())
	late.onLine = func(line string) {
		if strings.Contains(line, "waiting for the stores") {
			late.onLine = nil
			database.open()
		}
	}
	late.start()
	if log := late.log.String(); !strings.Contains(log, "waiting for the stores") || !strings.Contains(log, "msg=ready") {
		t.Errorf("it did not wait:\n%s", log)
	}
	late.end()
}

// TestServeRefusesWhatIsNotItsOwn: one line, exit 1, and not a row is touched,
// nor the schema, which wants the newest migration.
func TestServeRefusesWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	tg := telegramtest.NewServer(telegramtest.Options{})
	t.Cleanup(tg.Close)
	o := newOffice(t)
	r := &rig{t: t, database: o.args[1]}
	ok(t)(o.run("appoint", "--office", "enroller", "--booth", "55/12", "--name", "Sunita Meena", "--telegram-id", "900"))
	undoNewestMigration(t, r)
	file := func(mode os.FileMode, raw []byte) string {
		path := filepath.Join(t.TempDir(), "keys.json")
		if err := os.WriteFile(path, raw, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	right, err := os.ReadFile(o.keys)
	if err != nil {
		t.Fatal(err)
	}
	other := keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", other))
	for name, c := range map[string]struct{ keys, oldest, says string }{
		"an older program":       {o.keys, "1000", postgres.ErrTooOld.Error()},
		"no key file":            {filepath.Join(t.TempDir(), "none.json"), "1", "sadasya keys new"},
		"a folder":               {t.TempDir(), "1", seal.ErrUnreadable.Error()},
		"half a key file":        {file(0o600, right[:len(right)/2]), "1", seal.ErrUnreadable.Error()},
		"an empty key file":      {file(0o600, nil), "1", seal.ErrUnreadable.Error()},
		"one that all can read":  {file(0o644, right), "1", "chmod 600"},
		"the keys of another":    {other, "1", postgres.ErrKeys.Error()},
		"both, which is no hint": {other, "1000", postgres.ErrTooOld.Error()},
	} {
		r.exec(t, `INSERT INTO facts VALUES ('oldest_program', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, c.oldest)
		before := r.digests(t)
		maps.Copy(before, facts(t, r))
		for _, args := range [][]string{
			serving(tg, faultstest.FreeAddress(t), o.args[1], embeddedtest.Redis(t), c.keys),
			{"migrate", "--database-url", o.args[1], "--encryption-keys", c.keys},
			{"appoint", "--office", "admin", "--database-url", o.args[1], "--encryption-keys", c.keys},
		} {
			code, out, errs := run(t, args...)
			if code != exitFailed || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, c.says) {
				t.Errorf("%s, %s: exit %d, %q, %q", name, args[0], code, out, errs)
			}
		}
		after := r.digests(t)
		maps.Copy(after, facts(t, r))
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%s: the database was written to (-was +is):\n%s", name, diff)
		}
	}
}

// undoNewestMigration leaves a database as the program before that migration did.
func undoNewestMigration(t *testing.T, r *rig) {
	t.Helper()
	files, err := filepath.Glob("../../store/postgres/migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	raw, err := os.ReadFile(slices.Max(files))
	if err != nil {
		t.Fatal(err)
	}
	_, down, ok := strings.Cut(string(raw), "-- +goose Down")
	if !ok {
		t.Fatalf("%s cannot be undone", slices.Max(files))
	}
	r.exec(t, down)
	r.exec(t, `DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`)
}

// facts are those that a start writes.
func facts(t *testing.T, r *rig) map[string]string {
	t.Helper()
	return map[string]string{
		"facts":      readOne[string](t, r, `SELECT coalesce(string_agg(concat_ws('=', name, value), ';' ORDER BY name), '') FROM facts`),
		"migrations": readOne[string](t, r, `SELECT concat(count(*), ' to ', max(version_id)) FROM goose_db_version`),
	}
}

// halt is a person at the check card when a store goes away: everything they send
// gets 503 and comes again, and afterwards they have one row with what the card
// showed. What fits may be taken all the same: a row into a page that is there.
func halt(t *testing.T, r *rig, away, back func(), fits ...string) {
	t.Helper()
	c, newcomer := r.person(party.English), r.person(party.English)
	for _, step := range append(toBooth[:5:5], "[✅ Yes, here") {
		c.does(strings.ReplaceAll(step, "CODE", string(r.code)))
	}
	x, y := &trial{T: t, rig: r, chatter: c}, &trial{T: t, rig: r, chatter: newcomer}
	confirm := c.data("✅ All is right")
	away()
	for what, status := range map[string]int{
		"the confirm": x.tapped(confirm, nil).status, "the confirm again": x.tapped(confirm, nil).status, "words": x.types("hello").status,
		"a newcomer": y.types("/start " + string(r.code)).status,
	} {
		taken := status == http.StatusOK && slices.Contains(fits, what)
		if status != http.StatusServiceUnavailable && !taken {
			t.Errorf("%s is answered %d while a store is away", what, status)
		}
	}
	// What comes by itself comes again until it is taken.
	c.Send("hello")
	newcomer.Send("/start " + string(r.code))
	back()
	c.settle()
	newcomer.settle()
	if n := count(newcomer.fromBot(), "सुनीता मीणा"); n == 0 {
		t.Errorf("the newcomer reads %+v", newcomer.fromBot())
	}
	if _, err := c.Tap("✅ All is right"); err == nil { // where the save had begun, hello finished it
		c.settle()
	}
	number := numberIn(c.fromBot())
	rows := r.rows()
	if row := rows[number]; len(rows) != 1 || row == nil || row[1] != "Kamla Devi" || row[2] != "ABC1034560" || row[5] != string(r.code) {
		t.Errorf("shown %q, on record %q", number, rows)
	}
	if n := r.number(t, `SELECT count(*) FROM set_aside`); n != 0 {
		t.Errorf("%d updates are set aside", n)
	}
}

func TestAStoreThatIsAwayLosesNothing(t *testing.T) {
	t.Parallel()
	t.Run("Postgres", func(t *testing.T) {
		t.Parallel()
		direct := embeddedtest.Database(t, postgrestest.Template(t))
		g := newGate(t, direct).open()
		r := newRig(t, rigOptions{quiet: true, database: g.url()})
		r.database = direct
		halt(t, r, g.shut, func() { g.open() })
	})
	t.Run("Redis", func(t *testing.T) {
		t.Parallel()
		redis := embeddedtest.StartRedis(t)
		if redis == nil {
			t.Skip("no redis-server; CI has one")
		}
		r := newRig(t, rigOptions{quiet: true, redis: redis.URL()})
		c := r.person(party.English)
		c.say("/start " + string(r.code))
		x := &trial{T: t, rig: r, chatter: c}
		redis.Kill()
		if a := x.types("hello"); a.status != http.StatusServiceUnavailable {
			t.Errorf("answered %d without Redis", a.status)
		}
		c.Send("hello")
		redis.Start() // empty: who had answered nothing has lost nothing
		c.settle()
		if said := c.enrol("Kamla Devi", "ABC1034560"); said == "" {
			t.Error("no number")
		}
	})
}

func TestAFullDiskLosesNothing(t *testing.T) {
	t.Parallel()
	t.Run("as Postgres says it", func(t *testing.T) {
		t.Parallel()
		direct := embeddedtest.Database(t, postgrestest.Template(t))
		g := newGate(t, direct).open()
		r := newRig(t, rigOptions{quiet: true, database: g.url()})
		r.database = direct
		halt(t, r, func() { g.fill(true) }, func() { g.fill(false) })
	})
	t.Run("a disk that is full", func(t *testing.T) {
		t.Parallel()
		dir, err := smallDisk(t)
		if errors.Is(err, syscall.EPERM) && os.Getenv(inNamespace) == "" {
			asRootOfItsOwn(t)
			return
		}
		if err != nil {
			t.Fatalf("%v: %v", errNotMounted, err)
		}
		pg, err := embedded.OpenPostgres(t.Context(), embedded.PostgresOptions{Dir: dir, Fast: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := pg.Close(); err != nil {
				t.Error(err)
			}
		})
		file := keyPath(t)
		ok(t)(run(t, "keys", "new", "--out", file))
		openShared(t, pg.URL(), file)
		keys, err := seal.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		r := newRig(t, rigOptions{quiet: true, database: pg.URL(), keys: keys})
		ballast := filepath.Join(dir, "ballast")
		halt(t, r, func() { fillUp(t, ballast) }, func() {
			if err := os.Remove(ballast); err != nil {
				t.Error(err)
			}
		}, "a newcomer")
	})
}

// inNamespace is set in a process that asRootOfItsOwn has started.
const inNamespace = "SADASYA_TEST_NAMESPACE"

// asRootOfItsOwn plays this test in a process that is root of a namespace, where
// we are not root, or may not mount. A system that forbids namespaces too cannot
// have a small disk: that alone is skipped, and as Postgres says it is tested.
func asRootOfItsOwn(t *testing.T) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+strings.ReplaceAll(t.Name(), "/", "$/^")+"$", "-test.v")
	cmd.Env = append(os.Environ(), inNamespace+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	switch {
	case errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.ENOSYS):
		t.Skipf("%v, and this system gives no namespace in which it could: %v", errNotMounted, err)
	case err != nil:
		t.Fatalf("in a namespace: %v\n%s", err, out)
	case !strings.Contains(string(out), "--- PASS: "+t.Name()):
		t.Fatalf("in a namespace nothing was tested:\n%s", out)
	}
}

// smallDisk mounts one, which root alone may do.
func smallDisk(t *testing.T) (string, error) {
	t.Helper()
	dir, err := os.MkdirTemp("", "sadasya-disk-") // short: a socket lies in it
	if err != nil {
		return "", err
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=400m,mode=0755"); err != nil {
		_ = os.Remove(dir)
		return "", err
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("the small disk stays: %v", err)
		}
		_ = os.Remove(dir)
	})
	return dir, nil
}

// fillUp writes until nothing more fits.
func fillUp(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 1<<20); len(block) > 0; {
		if _, err := f.Write(block); err != nil {
			block = block[:len(block)/2]
		}
	}
}
