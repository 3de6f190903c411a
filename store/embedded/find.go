package embedded

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// versionFile lies in the data and names the Postgres that they are of.
const versionFile = "PG_VERSION"

// findPostgres finds the folder of postgres and initdb: for new data what PATH
// names, else the newest; for old data the version that made them. Errors:
// ErrNoPostgres, ErrOtherPostgres.
func findPostgres(ctx context.Context, data string) (string, error) {
	found := installed(ctx)
	if len(found) == 0 {
		return "", ErrNoPostgres
	}
	raw, err := os.ReadFile(filepath.Join(data, versionFile))
	if err != nil {
		return found[0].folder, nil
	}
	for _, i := range found {
		if strconv.Itoa(i.major) == strings.TrimSpace(string(raw)) {
			return i.folder, nil
		}
	}
	return "", fmt.Errorf("%w (%s, in %s)", ErrOtherPostgres, strings.TrimSpace(string(raw)), data)
}

// installation is a Postgres of this machine.
type installation struct {
	folder string
	major  int
}

// installed lists what PATH names first, then the newest first.
func installed(ctx context.Context) []installation {
	var found []installation
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*",
		"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin",
	} {
		folders, _ := filepath.Glob(pattern) // the patterns are well formed
		for _, folder := range folders {
			found = appendVersion(ctx, found, folder)
		}
	}
	slices.SortStableFunc(found, func(a, b installation) int { return b.major - a.major })
	if path, err := exec.LookPath("postgres"); err == nil {
		if whole, err := filepath.EvalSymlinks(path); err == nil {
			found = append(appendVersion(ctx, nil, filepath.Dir(whole)), found...)
		}
	}
	return found
}

func appendVersion(ctx context.Context, found []installation, folder string) []installation {
	if _, err := os.Stat(filepath.Join(folder, "initdb")); err != nil {
		return found
	}
	out, err := exec.CommandContext(ctx, filepath.Join(folder, "postgres"), "--version").Output()
	if err != nil {
		return found
	}
	var major int // of "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"
	if _, err := fmt.Sscanf(string(out), "postgres (PostgreSQL) %d", &major); err != nil {
		return found
	}
	return append(found, installation{folder: folder, major: major})
}
