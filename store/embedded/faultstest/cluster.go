package faultstest

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"sadasya/store/embedded/embeddedtest"
)

// masters of a cluster; each has a replica.
const masters = 3

// nodeTimeout is after how long a node counts as lost, in milliseconds.
const nodeTimeout = 500

// Cluster is a Redis Cluster of three masters with a replica each.
type Cluster struct {
	t     testing.TB
	nodes []*node
}

type node struct {
	*embeddedtest.RedisServer
	addr   string
	bus    string
	client *redis.Client
	down   bool
}

// StartCluster starts a cluster; nil where no redis-server is installed.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	c := &Cluster{t: t}
	for range 2 * masters {
		n := &node{addr: FreeAddress(t), bus: FreeAddress(t)}
		n.RedisServer = embeddedtest.StartRedis(t, "--bind", "127.0.0.1", "--port", port(n.addr), "--cluster-port", port(n.bus),
			"--cluster-enabled", "yes", "--cluster-node-timeout", fmt.Sprint(nodeTimeout), "--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0")
		if n.RedisServer == nil {
			return nil
		}
		n.client = redis.NewClient(&redis.Options{Addr: n.addr, MaxRetries: -1, DialerRetries: 1})
		t.Cleanup(func() { _ = n.client.Close() })
		c.nodes = append(c.nodes, n)
	}
	c.form()
	return c
}

// form makes one cluster of the nodes.
func (c *Cluster) form() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for i, n := range c.nodes {
		c.must(n.client.Do(ctx, "CLUSTER", "SET-CONFIG-EPOCH", i+1).Err())
		if i > 0 {
			first := c.nodes[0]
			c.must(n.client.Do(ctx, "CLUSTER", "MEET", "127.0.0.1", port(first.addr), port(first.bus)).Err())
		}
		if i < masters {
			c.must(n.client.ClusterAddSlotsRange(ctx, i*16384/masters, (i+1)*16384/masters-1).Err())
		}
	}
	for i, n := range c.nodes {
		c.await(ctx, "all know each other", func() bool { return c.has(ctx, n, "cluster_known_nodes:6") })
		if i >= masters {
			id, err := c.nodes[i-masters].client.ClusterMyID(ctx).Result()
			c.must(err)
			c.await(ctx, "a replica has its master", func() bool { return n.client.ClusterReplicate(ctx, id).Err() == nil })
		}
	}
	c.whole(ctx)
}

// URL is for REDIS_URL.
func (c *Cluster) URL() string {
	addresses := make([]string, len(c.nodes))
	for i, n := range c.nodes {
		addresses[i] = n.addr
	}
	return "redis+cluster://" + strings.Join(addresses, ",")
}

// LoseMaster kills one of the masters and waits until its replica stands in for it.
// The writes that it had not passed on are lost. mend starts it again, as a replica.
func (c *Cluster) LoseMaster(which int) (mend func()) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	lost := c.masters(ctx)[which%masters]
	lost.Kill()
	lost.down = true
	for _, n := range c.nodes {
		if !n.down {
			c.await(ctx, "another is master", func() bool {
				return c.has(ctx, n, "cluster_state:ok") && len(c.masters(ctx)) == masters && !c.serves(ctx, n, lost)
			})
		}
	}
	return func() {
		lost.Start()
		lost.down = false
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		c.whole(ctx)
	}
}

// Empty forgets all that the cluster holds.
func (c *Cluster) Empty() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, n := range c.masters(ctx) {
		c.must(n.client.FlushAll(ctx).Err())
	}
}

// masters are the nodes that answer and are one.
func (c *Cluster) masters(ctx context.Context) (list []*node) {
	for _, n := range c.nodes {
		if n.down {
			continue
		}
		if info, err := n.client.Info(ctx, "replication").Result(); err == nil && strings.Contains(info, "role:master") {
			list = append(list, n)
		}
	}
	return list
}

// serves tells whether a node knows another as the master of any slot. A line is
// an id, an address, flags, five words more and the slots. Source: the manual of
// CLUSTER NODES.
func (c *Cluster) serves(ctx context.Context, n, other *node) bool {
	nodes, err := n.client.ClusterNodes(ctx).Result()
	if err != nil {
		return true
	}
	for line := range strings.Lines(nodes) {
		if words := strings.Fields(line); len(words) > 8 && strings.HasPrefix(words[1], other.addr+"@") && strings.Contains(words[2], "master") {
			return true
		}
	}
	return false
}

// whole waits until every slot has a master and every master a replica that is up
// to date.
func (c *Cluster) whole(ctx context.Context) {
	c.t.Helper()
	c.await(ctx, "the cluster is whole", func() bool {
		with := 0
		for _, n := range c.nodes {
			info, err := n.client.Info(ctx, "replication").Result()
			if err != nil || !c.has(ctx, n, "cluster_state:ok") {
				return false
			}
			if strings.Contains(info, "role:master") && strings.Contains(info, "state=online") {
				with++
			}
		}
		return with == masters
	})
}

func (c *Cluster) has(ctx context.Context, n *node, word string) bool {
	return strings.Contains(n.client.ClusterInfo(ctx).Val(), word)
}

// await asks until it is so.
func (c *Cluster) await(ctx context.Context, what string, so func() bool) {
	c.t.Helper()
	for !so() {
		select {
		case <-ctx.Done():
			c.t.Fatalf("waited in vain until %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (c *Cluster) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func port(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}
