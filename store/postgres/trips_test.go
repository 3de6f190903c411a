package postgres_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
	"sadasya/store/postgres/postgrestest"
)

// tracer counts statements, which are round trips.
type tracer struct{ n atomic.Int64 }

func (c *tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n.Add(1)
	return ctx
}
func (c *tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func TestTheStraightWayIsOneRoundTripEach(t *testing.T) {
	t.Parallel()
	count := &tracer{}
	s := postgrestest.Open(t, postgres.Options{Tracer: count})
	trips := func(what string, do func() error) {
		t.Helper()
		before := count.n.Load()
		if err := do(); err != nil {
			t.Fatal(err)
		}
		if n := count.n.Load() - before; n != 1 {
			t.Errorf("%s takes %d round trips", what, n)
		}
	}
	trips("arriving", func() error {
		_, err := s.Arrive(t.Context(), actor(1, 1), flows.Arrive{Code: "482177361"})
		return err
	})
	trips("agreeing", func() error {
		return s.RecordConsent(t.Context(), actor(1, 2), flows.RecordConsent{Kind: party.Membership, Version: "x", Given: true, Via: party.Self})
	})
	trips("saving", func() error { _, err := s.SaveMember(t.Context(), actor(1, 3), member(1, "ABC1034560")); return err })
	trips("saving a taken number", func() error { _, err := s.SaveMember(t.Context(), actor(2, 3), member(2, "ABC1034560")); return err })
	if _, err := s.Appoint(t.Context(), postgres.Appointment{
		Office: party.Enroller, TelegramID: seatedID, Name: "सुनीता मीणा", Area: party.Area{Booth: party.Booth{AC: 55, Part: 12}},
	}); err != nil {
		t.Fatal(err)
	}
	trips("keeping a draft", func() error {
		_, err := s.KeepDraft(t.Context(), actor(seatedID, 1), flows.KeepDraft{Draft: taken("कमला देवी", "WKH1186253")})
		return err
	})
	e := member(5, "WKH1186253")
	e.Via = party.Assisted
	trips("saving in an enroller's chat", func() error { _, err := s.SaveMember(t.Context(), actor(seatedID, 2), e); return err })
	e = member(6, "ABC1034560")
	e.Via = party.Assisted
	trips("saving a taken number there", func() error { _, err := s.SaveMember(t.Context(), actor(seatedID, 3), e); return err })
}

func BenchmarkSaveMember(b *testing.B) {
	s := postgrestest.Open(b, postgres.Options{})
	e := member(1, "ABC1034560")
	i := 0
	for b.Loop() {
		i++
		e.Nonce = flows.Nonce{byte(i), byte(i >> 8), byte(i >> 16), 1}
		e.VoterID.Number = fmt.Sprintf("ABC%07d", i)
		if _, err := s.SaveMember(b.Context(), actor(int64(i), 1), e); err != nil {
			b.Fatal(err)
		}
	}
}
