package main

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// settings are the names of all environment variables.
func settings() (list []string) {
	for i, c := 0, reflect.TypeFor[Config](); i < c.NumField(); i++ {
		list = append(list, c.Field(i).Tag.Get("env"))
	}
	return list
}

// TestComposeSaysWhatTheProgramKnows: compose.yaml is sound YAML, names settings
// that there are, secrets and volumes that it defines, and publishes nothing but
// the proxy.
func TestComposeSaysWhatTheProgramKnows(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("..", "..", "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]struct {
			Environment map[string]string
			Secrets     []string
			Ports       []string
			Volumes     []string
			DependsOn   []string `yaml:"depends_on"`
		}
		Secrets map[string]struct{ File string }
		Volumes map[string]any
	}
	if err := yaml.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	replicas := 0
	for name, s := range file.Services {
		for _, secret := range s.Secrets {
			if file.Secrets[secret].File == "" {
				t.Errorf("%s has the secret %s, which is no file", name, secret)
			}
		}
		for _, other := range s.DependsOn {
			if _, ok := file.Services[other]; !ok {
				t.Errorf("%s waits for %s, which there is not", name, other)
			}
		}
		if len(s.Ports) > 0 && name != "proxy" {
			t.Errorf("%s publishes %v", name, s.Ports)
		}
		if !strings.HasPrefix(name, "sadasya-") {
			continue
		}
		replicas++
		for setting, value := range s.Environment {
			plain, fromFile := strings.CutSuffix(setting, "_FILE")
			if !slices.Contains(settings(), plain) || fromFile && !slices.Contains(secrets, plain) {
				t.Errorf("%s is no setting", setting)
			}
			if held, ok := strings.CutPrefix(value, "/run/secrets/"); ok && !slices.Contains(s.Secrets, held) {
				t.Errorf("%s: %s is not among its secrets", setting, held)
			}
		}
	}
	if replicas != 2 {
		t.Errorf("%d replicas", replicas)
	}
	proxied := regexp.MustCompile(`server (\S+):(\d+) max_fails`).FindAllStringSubmatch(operations(t, "nginx.conf"), -1)
	for _, p := range proxied {
		if _, ok := file.Services[p[1]]; !ok || p[2] != "8080" {
			t.Errorf("nginx leads to %s:%s", p[1], p[2])
		}
	}
	if len(proxied) != replicas {
		t.Errorf("nginx leads to %d of %d replicas", len(proxied), replicas)
	}
}

// TestSettingsOfTheRunbooksTakeEffect: Postgres takes what ALTER SYSTEM says once it
// reads its configuration again; what is restored or promoted does not wait for a
// standby that is gone; and nginx asks a resolver only for names that say so.
func TestSettingsOfTheRunbooksTakeEffect(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"backup.md", "runbooks.md", "scale.md"} {
		for _, said := range regexp.MustCompile("`ALTER SYSTEM [^`]*`").FindAllString(operations(t, name), -1) {
			if !strings.Contains(said, "pg_reload_conf()") {
				t.Errorf("%s: %s changes nothing yet", name, said)
			}
		}
	}
	_, moment, _ := strings.Cut(operations(t, "backup.md"), "recovery_target_time")
	if settings, _, ended := strings.Cut(moment, "\nEND\n"); !ended || !strings.Contains(settings, "synchronous_standby_names = ''") {
		t.Error("what is restored waits for a standby")
	}
	if conf := operations(t, "nginx.conf"); strings.Contains(conf, "resolver ") != strings.Contains(conf, " resolve ") {
		t.Error("nginx has a resolver that no name asks for, or the other way round")
	}
}

func TestSecretsComeFromFiles(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "token")
	if err := os.WriteFile(file, []byte("1:canary\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DATA_DIR", "")
	t.Setenv("TELEGRAM_BOT_TOKEN_FILE", file)
	t.Setenv("REDIS_URL_FILE", file)
	// The token is read, so that what is missing next is told; of Redis too.
	if code, _, errs := run(t, "serve"); code != exitWrong || !strings.Contains(errs, "set DATABASE_URL:") {
		t.Errorf("exit %d, %q", code, errs)
	}
	t.Setenv("TELEGRAM_BOT_TOKEN_FILE", filepath.Join(dir, "nothing"))
	if code, _, errs := run(t, "serve"); code != exitWrong || !strings.Contains(errs, "TELEGRAM_BOT_TOKEN_FILE") || strings.Contains(errs, "canary") {
		t.Errorf("exit %d, %q", code, errs)
	}
	t.Setenv("TELEGRAM_BOT_TOKEN", "2:given")
	if code, _, errs := run(t, "serve"); code != exitWrong || !strings.Contains(errs, "set DATABASE_URL:") {
		t.Errorf("what is given itself does not outrank a file: exit %d, %q", code, errs)
	}
}
