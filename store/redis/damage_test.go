package redis_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/redis"
)

// TestDamageCountsAsNoneAndIsWrittenOver holds whatever may lie under a
// person's key: they begin again and are not locked out.
func TestDamageCountsAsNoneAndIsWrittenOver(t *testing.T) {
	flip := func(at int) func([]byte) []byte {
		return func(good []byte) []byte {
			bad := bytes.Clone(good)
			bad[(at+len(bad))%len(bad)] ^= 0x40
			return bad
		}
	}
	as := func(value string) func([]byte) []byte { return func([]byte) []byte { return []byte(value) } }
	damages := []struct {
		name   string
		damage func(good []byte) []byte
	}{
		{"empty", as("")},
		{"short", as("\x01abc")},
		{"one byte short of a header", func(good []byte) []byte { return good[:17] }},
		{"a header alone", func(good []byte) []byte { return good[:18] }},
		{"cut within the ids", func(good []byte) []byte { return good[:20] }},
		{"cut within the seal", func(good []byte) []byte { return good[:len(good)-1] }},
		{"longer", func(good []byte) []byte { return append(bytes.Clone(good), 'x') }},
		{"words", as("this is not a session, however long it may be")},
		{"zeroes", as(string(make([]byte, 64)))},
		{"another format", flip(0)},
		{"more ids than there can be", flip(17)},
		{"the seal", flip(-1)},
		{"the key's id", flip(18 + 8 + 2)},
	}
	each(t, redis.Options{}, func(t *testing.T, s house) {
		var session flows.Session
		key := sessionKey(t, s, func() { session = swapped(t, s, 1, flows.Session{Language: party.Hindi}) })
		good, err := s.Client().Get(t.Context(), key).Bytes()
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range damages {
			if err := s.Client().Set(t.Context(), key, d.damage(good), 0).Err(); err != nil {
				t.Fatal(err)
			}
			got := loadedAsIs(t, s, 2)
			want := flows.Session{V: got.V} // the version alone may be of use
			if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(flows.Conversation{})); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", d.name, diff)
			}
			if _, err := s.Swap(t.Context(), person, 2, got.See(2)); err != nil {
				t.Errorf("%s: cannot be written over: %v", d.name, err)
			}
		}
		if loadedAsIs(t, s, 3).V == session.V {
			t.Error("nothing was written")
		}
	})
}

// TestDamageIsToldWithoutItsContent: once a load, to the log that was given.
func TestDamageIsToldWithoutItsContent(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	s := open(t, embeddedtest.Redis(t), redis.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	key := sessionKey(t, s, func() { swapped(t, s, 1, flows.Session{Language: party.Hindi}) })
	if err := s.Client().Set(t.Context(), key, strings.Repeat("canary ", 9), 0).Err(); err != nil {
		t.Fatal(err)
	}
	loadedAsIs(t, s, 2)
	if strings.Count(log.String(), "level=WARN") != 1 {
		t.Errorf("told %q", log.String())
	}
	for _, secret := range []string{"canary", fmt.Sprint(int64(person)), strings.Trim(key, "s:{}")} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

// TestASessionOpensForItsPersonAlone moves one to another's key.
func TestASessionOpensForItsPersonAlone(t *testing.T) {
	each(t, redis.Options{}, func(t *testing.T, s house) {
		mine := sessionKey(t, s, func() { swapped(t, s, 1, flows.Session{Language: party.Hindi}) })
		theirs := sessionKey(t, s, func() {
			if _, err := s.Swap(t.Context(), person+1, 1, flows.Session{Seen: []int64{1}}); err != nil {
				t.Fatal(err)
			}
		})
		value, err := s.Client().Get(t.Context(), mine).Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Client().Set(t.Context(), theirs, value, 0).Err(); err != nil {
			t.Fatal(err)
		}
		got, _, err := s.Load(t.Context(), person+1, 2)
		if err != nil || got.Language != "" {
			t.Errorf("another's session was opened: %v, %v", got, err)
		}
	})
}
