package postgres_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

func TestTheSameOfficeKeepsItsCode(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		first := appoint(t, h.Store, 900)
		if again := appoint(t, h.Store, 900); again != first {
			t.Errorf("%s, then %s", first, again)
		}
		if other := appoint(t, h.Store, 901); other == first {
			t.Error("two persons have one code")
		}
		if _, err := party.ParseCode(string(first)); err != nil {
			t.Error(err)
		}
	})
}

func TestAnOfficeNeedsABoothThatIsListed(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		nowhere := postgres.Appointment{Office: party.Enroller, TelegramID: 1, Name: "गीता", Area: party.Area{Booth: party.Booth{AC: 55, Part: 9000}}}
		if _, err := h.Appoint(t.Context(), nowhere); !errors.Is(err, party.ErrNotFound) {
			t.Errorf("appoint: %v", err)
		}
		if err := h.CreateLink(t.Context(), nowhere, "e_x"); !errors.Is(err, party.ErrNotFound) {
			t.Errorf("link: %v", err)
		}
		if _, err := h.Appoint(t.Context(), postgres.Appointment{Office: party.Admin}); err == nil {
			t.Error("nobody was appointed")
		}
	})
}

func TestALinkGivesItsOfficeOnce(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		ctx := t.Context()
		token := party.NewLinkToken(party.Enroller, [16]byte{7})
		place := party.Area{Booth: party.Booth{AC: 55, Part: 12}}
		if err := h.CreateLink(ctx, postgres.Appointment{Office: party.Enroller, Name: "गीता", Area: place, By: 5}, token); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.AcceptLink(ctx, actor(1, 1), flows.AcceptLink{Token: token + "x"}); !errors.Is(err, party.ErrNotFound) {
			t.Errorf("one that nobody made: %v", err)
		}
		var won atomic.Int64
		var codes sync.Map
		var wg sync.WaitGroup
		for person := range int64(10) {
			wg.Go(func() {
				office, code, err := h.AcceptLink(ctx, actor(person+1, 1), flows.AcceptLink{Token: token})
				switch {
				case err == nil && office == party.Enroller:
					won.Store(person + 1)
					codes.Store(code, true)
				case !errors.Is(err, party.ErrLinkSpent):
					t.Errorf("person %d: %s, %v", person, office, err)
				}
			})
		}
		wg.Wait()
		office, code, err := h.AcceptLink(ctx, actor(won.Load(), 2), flows.AcceptLink{Token: token})
		if _, same := codes.Load(code); err != nil || office != party.Enroller || !same {
			t.Errorf("again: %s, %s, %v", office, code, err)
		}
		if n := one[int](t, h, `SELECT count(*) FROM offices`); n != 1 {
			t.Errorf("%d offices", n)
		}
		if got := arrive(t, h, actor(50, 1), code); got.Inviter.Name != "गीता" || got.Inviter.Station == nil {
			t.Errorf("%+v", got)
		}
	})
}

func TestAnExpiredLinkGivesNothing(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		token := party.NewLinkToken(party.Chief, [16]byte{9})
		if err := h.CreateLink(t.Context(), postgres.Appointment{Office: party.Chief, Area: party.Area{District: "Jaipur"}}, token); err != nil {
			t.Fatal(err)
		}
		h.exec(t, `UPDATE office_links SET expires_at = now()`)
		if _, _, err := h.AcceptLink(t.Context(), actor(1, 1), flows.AcceptLink{Token: token, Name: "गीता"}); !errors.Is(err, party.ErrLinkSpent) {
			t.Errorf("%v", err)
		}
	})
}
