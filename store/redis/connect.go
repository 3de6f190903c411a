// The forms of REDIS_URL.

package redis

import (
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// errURL quotes nothing: an address may hold a password.
var errURL = errors.New("REDIS_URL: redis://host:6379/0, unix:///path, redis+cluster://host,host or redis+sentinel://host,host/master is wanted")

// lookAgain is how often it is asked which node of a cluster has what. By itself
// the library asks once a minute where a master is gone: it goes on trying it, and
// only a node that answers tells it of another.
const lookAgain = time.Second

// connect understands the forms of REDIS_URL. Commands are retried once: the
// scripts may be repeated. Dialling is not: whoever waits is told at once.
func connect(address string, o Options) (redis.UniversalClient, error) {
	scheme, rest, _ := strings.Cut(address, "://")
	switch scheme {
	case "redis+cluster":
		return several(rest, "6379", o, func(u *redis.UniversalOptions, _ string) bool {
			u.IsClusterMode = true
			return true
		})
	case "redis+sentinel":
		return several(rest, "26379", o, func(u *redis.UniversalOptions, path string) bool {
			u.MasterName = path
			return path != ""
		})
	}
	single, err := redis.ParseURL(address)
	if err != nil {
		return nil, errURL
	}
	single.MaxRetries, single.DialerRetries, single.PoolSize, single.ContextTimeoutEnabled = 1, 1, o.PoolSize, true
	single.DialTimeout, single.ReadTimeout, single.WriteTimeout, single.PoolTimeout = o.Timeout, o.Timeout, o.Timeout, o.Timeout
	return redis.NewClient(single), nil
}

// several connects to user:password@host,host:port/path, where a host without a
// port is at the usual one. As in other URLs, user and password may be escaped.
func several(rest, port string, o Options, as func(u *redis.UniversalOptions, path string) bool) (redis.UniversalClient, error) {
	u := &redis.UniversalOptions{
		MaxRetries: 1, DialerRetries: 1, PoolSize: o.PoolSize, ContextTimeoutEnabled: true,
		DialTimeout: o.Timeout, ReadTimeout: o.Timeout, WriteTimeout: o.Timeout, PoolTimeout: o.Timeout,
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, password, _ := strings.Cut(rest[:at], ":")
		var wrongUser, wrongPassword error
		u.Username, wrongUser = url.PathUnescape(user)
		u.Password, wrongPassword = url.PathUnescape(password)
		if wrongUser != nil || wrongPassword != nil {
			return nil, errURL
		}
		rest = rest[at+1:]
	}
	hosts, path, _ := strings.Cut(rest, "/")
	for host := range strings.SplitSeq(hosts, ",") {
		if _, _, err := net.SplitHostPort(host); err != nil {
			host += ":" + port
		}
		if name, _, err := net.SplitHostPort(host); err != nil || name == "" {
			return nil, errURL
		}
		u.Addrs = append(u.Addrs, host)
	}
	if !as(u, path) {
		return nil, errURL
	}
	if u.IsClusterMode {
		c := u.Cluster()
		c.ClusterStateReloadInterval = lookAgain
		return redis.NewClusterClient(c), nil
	}
	return redis.NewUniversalClient(u), nil
}
