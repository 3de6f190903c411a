package embedded

import (
	"os"
	"testing"
)

// The first of them makes the data while the others wait, and the last one out
// of many who leave at once stops the server.
func TestFourProcessesAtOnceShareOneStore(t *testing.T) {
	for _, store := range []string{"postgres", "redis"} {
		t.Run(store, func(t *testing.T) {
			dir, program := t.TempDir(), program(t)
			if _, err := findPostgres(t.Context(), dir); store == "postgres" && err != nil && os.Getenv("CI") != "true" {
				t.Skip(err)
			}
			children := make([]*child, 4)
			for i := range children {
				children[i] = begin(t, program, store, dir, nil)
			}
			for _, c := range children {
				if c.opened(); c.url != children[0].url {
					t.Errorf("%s and %s", children[0].url, c.url)
				}
			}
			for _, c := range children {
				c.input.Close() // all leave at once
			}
			for _, c := range children {
				c.leave()
			}
			if store == "postgres" {
				probe := start(t, PostgresOptions{Dir: dir, Fast: true})
				if !probe.Fresh() {
					t.Error("a server was left behind")
				}
				closed(t, probe)
			}
		})
	}
}
