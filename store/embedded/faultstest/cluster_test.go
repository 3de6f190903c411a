package faultstest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"sadasya/store/embedded/faultstest"
)

func TestAClusterLosesAMasterAndGoesOn(t *testing.T) {
	c := faultstest.StartCluster(t)
	if c == nil {
		t.Skip("no redis-server; CI has one")
	}
	addresses := strings.TrimPrefix(c.URL(), "redis+cluster://")
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: strings.Split(addresses, ","), ClusterStateReloadInterval: time.Second})
	t.Cleanup(func() { _ = client.Close() })
	for round := range 2 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		mend := c.LoseMaster(round)
		for i := range 30 {
			for client.Set(ctx, fmt.Sprint(i), "x", 0).Err() != nil { // until it has heard of the change
				if ctx.Err() != nil {
					t.Fatalf("round %d: %v", round, ctx.Err())
				}
			}
		}
		mend()
	}
}
