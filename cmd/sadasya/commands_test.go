package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sadasya/bot/sheet"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/postgres/postgrestest"
	"sadasya/store/seal"
)

// office is a command line on a database and keys of its own.
type office struct {
	t    *testing.T
	args []string
	keys string
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, keys: keyPath(t)}
	ok(t)(run(t, "keys", "new", "--out", o.keys))
	o.args = []string{"--database-url", embeddedtest.Database(t, postgrestest.Template(t)), "--encryption-keys", o.keys}
	return o
}

func (o *office) run(args ...string) (int, string, string) {
	o.t.Helper()
	return run(o.t, append(args, o.args...)...)
}

func TestAppointPrintsAPayloadOrACode(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	at := ok(t)(o.run("appoint", "--office", "enroller", "--booth", "55/12", "--name", "Sunita Meena", "--telegram-id", "900"))
	code := strings.TrimSpace(at)
	if _, err := party.ParseCode(code); err != nil || strings.Contains(code, "\n") {
		t.Errorf("at once: %q", at)
	}
	again := ok(t)(o.run("appoint", "--office", "enroller", "--booth", "५५/१२", "--name", "Sunita Meena", "--telegram-id", "900", "--bot-username", "some_bot"))
	if again != code+"\nhttps://t.me/some_bot?start="+code+"\n" {
		t.Errorf("again: %q", again)
	}
	for _, c := range [][]string{
		{"--office", "admin"},
		{"--office", "chief", "--district", "Jaipur"},
		{"--office", "chief", "--ac", "55"},
		{"--office", "enroller", "--booth", "55/13"},
	} {
		link := strings.TrimSpace(ok(t)(o.run(append([]string{"appoint"}, c...)...)))
		if p := party.ParsePayload(link); p.Kind != party.PayloadLink || string(p.Link.Office()) != c[1] {
			t.Errorf("%v: %q", c, link)
		}
	}
	for _, c := range []struct{ args, says string }{
		{"--office king", "admin"},
		{"--office enroller", "--booth 55/12"},
		{"--office enroller --booth 55", "constituency/part"},
		{"--office enroller --booth 55/9999", "not in the list"},
		{"--office chief --district Atlantis", "none of the districts"},
		{"--office chief --ac 201", "1 to 200"},
		{"--office admin --booth 55/12", "no area"},
		{"--office enroller --booth 55/12 --telegram-id 5", "--name"},
		{"--office enroller --booth 55/12 --name 9829012345", "--name"},
		{"--office chief --booth 55/12", "not a booth"},
	} {
		code, out, errs := o.run(append([]string{"appoint"}, strings.Fields(c.args)...)...)
		if code != exitWrong || out != "" || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit %d, %q, %q", c.args, code, out, errs)
		}
	}
}

func TestExportIsSafeAndWhole(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	code := strings.TrimSpace(ok(t)(o.run("appoint", "--office", "enroller", "--booth", "55/12", "--name", "Sunita Meena", "--telegram-id", "900")))
	file := filepath.Join(t.TempDir(), "members.csv")
	ok(t)(o.run("export", "members", "--out", file))
	if raw, _ := os.ReadFile(file); string(raw) != "number,name,epic,ac_no,part_no,enroller_code,telegram_id,language,via,status,confirmed_at\n" {
		t.Errorf("%q", raw)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if out := ok(t)(o.run("export", "enrollers", "--out", "-")); !strings.Contains(out, code+",Sunita Meena,55,12,900,active,") {
		t.Errorf("%q", out)
	}
	if exit, _, errs := o.run("export", "members", "--out", "/nowhere/members.csv"); exit != exitFailed || strings.Count(errs, "\n") != 1 {
		t.Errorf("exit %d, %q", exit, errs)
	}
	for cell, want := range map[string]string{"=1+1": "'=1+1", "+91": "'+91", "-": "'-", "@x": "'@x", "\tx": "'\tx", "कमला": "कमला", "": "", "a=b": "a=b"} {
		if got := sheet.Inert(cell); got != want {
			t.Errorf("%q became %q", cell, got)
		}
	}
}

func TestBoothsImportIsAllOrNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	write := func(rows string) string {
		file := filepath.Join(t.TempDir(), "booths.csv")
		if err := os.WriteFile(file, []byte("ac_no,part_no,name_en,name_hi,lat,lon\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	code, _, errs := o.run("booths", "import", write("55,1,School,,,\n55,x,School,,,\n55,1,Again,,,\n"))
	if code != exitFailed || !strings.Contains(errs, "2 rows are broken") || !strings.Contains(errs, "row 3:") || !strings.Contains(errs, "row 4:") {
		t.Errorf("exit %d, %q", code, errs)
	}
	if out := ok(t)(o.run("migrate")); !strings.Contains(out, "sample 2014") {
		t.Errorf("%q", out)
	}
	ok(t)(o.run("booths", "import", write("55,1,School,स्कूल,26.8,75.7\n"), "--name", "roll of 2027"))
	if out := ok(t)(o.run("migrate")); !strings.Contains(out, "roll of 2027") {
		t.Errorf("%q", out)
	}
	if code, _, errs := o.run("appoint", "--office", "enroller", "--booth", "55/12"); code != exitWrong || !strings.Contains(errs, "not in the list") {
		t.Errorf("a booth of the older list: exit %d, %q", code, errs)
	}
}

func TestAnotherKeyFileIsRefusedAndRotationKeepsOn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ok(t)(o.run("appoint", "--office", "enroller", "--booth", "55/12", "--name", "Sunita Meena", "--telegram-id", "900"))
	before, err := seal.Open(o.keys)
	if err != nil {
		t.Fatal(err)
	}
	if out := ok(t)(o.run("keys", "rotate")); !strings.Contains(out, "1 records were sealed anew") {
		t.Errorf("%q", out)
	}
	if out := ok(t)(o.run("export", "enrollers", "--out", "-")); !strings.Contains(out, "Sunita Meena") {
		t.Errorf("after the rotation: %q", out)
	}
	if after, err := seal.Open(o.keys); err != nil || after.PrimaryID() == before.PrimaryID() {
		t.Errorf("the key did not change: %v", err)
	}
	other := keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", other))
	code, _, errs := run(t, "migrate", "--database-url", o.args[1], "--encryption-keys", other)
	if code != exitFailed || !strings.Contains(errs, "key file") {
		t.Errorf("another file: exit %d, %q", code, errs)
	}
	kept, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	want := "sadasya: new key file: " + other + ": file already exists, and is left as it is; choose another name\n"
	if code, _, errs := run(t, "keys", "new", "--out", other); code != exitFailed || errs != want {
		t.Errorf("a file that is there: exit %d, %q, want %q", code, errs, want)
	}
	if now, err := os.ReadFile(other); err != nil || !bytes.Equal(now, kept) {
		t.Errorf("a key file was written over, %v", err)
	}
	if code, _, errs := run(t, "keys", "new", "--out", "/nowhere/keys.json"); code != exitFailed || errs != "sadasya: key file: a file in /nowhere: no such file or directory\n" {
		t.Errorf("no folder: exit %d, %q", code, errs)
	}
}

func TestWrongUseIsOneLineAndExitTwo(t *testing.T) {
	t.Parallel()
	for args, says := range map[string]string{
		"serve": "TELEGRAM_BOT_TOKEN",
		"serve --telegram-bot-token x --webhook-url nowhere":               "WEBHOOK_URL",
		"serve --telegram-bot-token x --listen-addr 8080":                  "LISTEN_ADDR",
		"serve --telegram-bot-token x --telegram-api-url nohost":           "TELEGRAM_API_URL",
		"migrate --database-url postgres://127.0.0.1:1/x":                  "ENCRYPTION_KEYS",
		"serve --telegram-bot-token x --data-dir= --broadcast-rate 5000":   "BROADCAST_RATE is 5000: write a number of messages a second, more than 0 and at most 1000",
		"serve --telegram-bot-token x --data-dir= --broadcast-rate 1000.5": "at most 1000",
		"serve --telegram-bot-token x --data-dir= --broadcast-rate 0":      "at most 1000",
		"serve --telegram-bot-token x --data-dir= --broadcast-rate NaN":    "at most 1000",
		"appoint": "--office=admin|chief|enroller", "keys new": "--out=FILE", "export members": "--out=FILE",
		"dance": "dance", "export voters --out x": "members", "--log-level loud version": "log-level",
	} {
		code, out, errs := run(t, strings.Fields(args)...)
		if code != exitWrong || !strings.Contains(errs, says) || out != "" || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: exit %d, %q, %q", args, code, out, errs)
		}
	}
	if out := ok(t)(run(t, "version")); !regexp.MustCompile(`^sadasya \S+ go1\.`).MatchString(out) {
		t.Errorf("%q", out)
	}
}

func TestADatabaseThatIsDownIsOneLine(t *testing.T) {
	t.Parallel()
	keys := keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	code, _, errs := run(t, "migrate", "--database-url", "postgres://someone:canary@127.0.0.1:1/x", "--encryption-keys", keys)
	if code != exitFailed || strings.Count(errs, "\n") != 1 || strings.Contains(errs, "canary") {
		t.Errorf("exit %d, %q", code, errs)
	}
}

func TestCampaignFile(t *testing.T) {
	t.Parallel()
	write := func(text string) Config {
		file := filepath.Join(t.TempDir(), "campaign.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return Config{Campaign: file}
	}
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "campaign.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := write(string(raw)).campaign()
	if err != nil || c.Sample || c.Thresholds.FamilyPerChat != 6 {
		t.Errorf("the documented file: %+v, %v", c, err)
	}
	for _, text := range []string{"", "party: 5", "unknown: x", string(raw) + "\nfee: -1\n"} {
		if _, err := write(text).campaign(); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
	if c, err := (Config{}).campaign(); err != nil || !c.Sample {
		t.Errorf("without a file: %v", err)
	}
}

func TestWithoutAFolderTheStoresMustBeNamed(t *testing.T) {
	t.Setenv("DATA_DIR", "")
	t.Setenv("TELEGRAM_BOT_TOKEN", "1234567:made-up-token-for-a-bot-that-is-none")
	code, _, errs := run(t, "serve")
	if code != exitWrong || !strings.Contains(errs, "DATABASE_URL and REDIS_URL") {
		t.Errorf("exit %d: %s", code, errs)
	}
}
