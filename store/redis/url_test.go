package redis_test

import (
	"slices"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"sadasya/store/redis"
)

func TestEveryFormOfREDIS_URL(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]goredis.Options{
		"redis://localhost":                 {Network: "tcp", Addr: "localhost:6379"},
		"redis://10.0.0.7:6380/3":           {Network: "tcp", Addr: "10.0.0.7:6380", DB: 3},
		"redis://u:p%40ss@redis.example:1":  {Network: "tcp", Addr: "redis.example:1", Username: "u", Password: "p@ss"},
		"rediss://:secret@redis.example/0":  {Network: "tcp", Addr: "redis.example:6379", Password: "secret"},
		"unix:///run/redis/redis.sock?db=2": {Network: "unix", Addr: "/run/redis/redis.sock", DB: 2},
	} {
		client, ok := open(t, url, redis.Options{}).Client().(*goredis.Client)
		if !ok {
			t.Fatalf("%s: %T", url, client)
		}
		got := client.Options()
		if got.Network != want.Network || got.Addr != want.Addr || got.DB != want.DB || got.Username != want.Username || got.Password != want.Password {
			t.Errorf("%s: %s %s db %d user %q", url, got.Network, got.Addr, got.DB, got.Username)
		}
		if (got.TLSConfig != nil) != strings.HasPrefix(url, "rediss") {
			t.Errorf("%s: TLS %v", url, got.TLSConfig != nil)
		}
		if got.MaxRetries != 1 || !got.ContextTimeoutEnabled {
			t.Errorf("%s: retries %d, contexts %v", url, got.MaxRetries, got.ContextTimeoutEnabled)
		}
	}
}

func TestAClusterAndSentinelsByURL(t *testing.T) {
	t.Parallel()
	cluster, ok := open(t, "redis+cluster://u:secret@a:1,b:2", redis.Options{}).Client().(*goredis.ClusterClient)
	if !ok {
		t.Fatalf("%T", cluster)
	}
	if o := cluster.Options(); len(o.Addrs) != 2 || o.Addrs[1] != "b:2" || o.Username != "u" || o.Password != "secret" {
		t.Errorf("the cluster is at %v", o.Addrs)
	}
	bare, ok := open(t, "redis+cluster://u:p%40ss@a,b:7000,[::1]", redis.Options{}).Client().(*goredis.ClusterClient)
	if !ok {
		t.Fatalf("%T", bare)
	}
	if o := bare.Options(); !slices.Equal(o.Addrs, []string{"a:6379", "b:7000", "[::1]:6379"}) || o.Password != "p@ss" {
		t.Errorf("hosts without ports are at %v", o.Addrs)
	}
	single, ok := open(t, "redis+cluster://one:1", redis.Options{}).Client().(*goredis.ClusterClient)
	if !ok {
		t.Errorf("a cluster known by one host: %T", single)
	}
	if c, ok := open(t, "redis+sentinel://a:1,b:2/sadasya", redis.Options{}).Client().(*goredis.Client); !ok || c.Options().Addr != "FailoverClient" {
		t.Errorf("sentinels: %T", c)
	}
}

func TestABadURLIsRefusedUnquoted(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", "redis", "canary", "http://u:canary@host", "redis://u:canary@host/notanumber", "redis://u:canary@host:port:port/0",
		"redis://u:canary@host/0?no_such=option", "redis://u:can%zzary@host", "redis://u:canary\x00@host",
		"redis+cluster://", "redis+cluster://u:canary@", "redis+cluster:///0",
		"redis+sentinel://u:canary@host", "redis+sentinel://u:canary@host/", "redis+sentinel:///master", "redis+cluster://u:can%zzary@host", "redis+cluster://canary:1:2", "redis+cluster://:6379", "redis+cluster://u:canary@host,",
	} {
		s, err := redis.Open(t.Context(), url, nil, redis.Options{})
		switch {
		case err == nil:
			_ = s.Close()
			t.Errorf("%q was taken", url)
		case strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), "zzary"):
			t.Errorf("%q is quoted: %v", url, err)
		case !strings.HasPrefix(err.Error(), "REDIS_URL: "):
			t.Errorf("%q: %v does not name the setting", url, err)
		}
	}
}
