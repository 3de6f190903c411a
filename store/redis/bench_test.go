package redis_test

import (
	"testing"

	"sadasya/flows"
	"sadasya/store/embedded/embeddedtest"
	"sadasya/store/redis"
)

// BenchmarkSession measures what one update costs here: sealing, opening and
// two round trips, against a server of its own.
func BenchmarkSession(b *testing.B) {
	for _, target := range embeddedtest.Redises(b) {
		s := open(b, target.URL, redis.Options{})
		session := atTheCheckCard(b)
		for update := range int64(12) {
			session = session.See(update)
		}
		session.V = flows.Version{}
		v, err := s.Swap(b.Context(), person, 11, session)
		if err != nil {
			b.Fatal(err)
		}
		session.V = v
		b.Run("Load/"+target.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := s.Load(b.Context(), person, 11); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("Swap/"+target.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if session.V, err = s.Swap(b.Context(), person, 11, session); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
