package postgres_test

import (
	"testing"

	"sadasya/flows"
	"sadasya/party"
	"sadasya/store/postgres"
)

// TestAnAudienceIsWhoItSays: a small world, in which each filter leaves whom it
// should, alone and with others.
func TestAnAudienceIsWhoItSays(t *testing.T) {
	eachHouse(t, postgres.Options{}, func(t *testing.T, h house) {
		anAdmin(t, h, anil)
		code := appoint(t, h.Store, 900) // of booth 55/12
		if _, err := h.Appoint(t.Context(), postgres.Appointment{Office: party.Chief, TelegramID: 905, Name: "Ramesh Gurjar", Area: party.Area{AC: 55}}); err != nil {
			t.Fatal(err)
		}
		// 1 and 2 are members who want news, 1 speaks Hindi and 2 English; 3 took it
		// back; 4 cannot be reached; 5 stopped at the Voter ID; 6 agreed to nothing.
		for person := range int64(6) {
			arrive(t, h, actor(person+1, 1), code)
		}
		for person := range int64(5) {
			agree(t, h, actor(person+1, 2), party.Membership, party.CurrentConsent, true)
		}
		epics := []string{"ABC1034560", "ZZZ1234566", "QQQ5005004", "XYZ5005004"}
		for i, epic := range epics {
			e := member(byte(i+1), epic)
			e.Code, e.Booth = code, party.Booth{AC: 55, Part: 12}
			save(t, h.Store, actor(int64(i+1), 3), e)
			agree(t, h, actor(int64(i+1), 4), party.News, party.CurrentConsent, true)
		}
		agree(t, h, actor(3, 5), party.News, party.CurrentConsent, false)
		h.exec(t, `UPDATE people SET language = 'en' WHERE telegram_id = 2`)
		h.exec(t, `UPDATE people SET step = 'enroll/voterid' WHERE telegram_id IN (5, 6)`)
		h.exec(t, `UPDATE people SET reachable = false WHERE telegram_id = 4`)
		h.exec(t, `UPDATE members SET gender = 'woman' WHERE telegram_id = 1`)
		h.exec(t, `INSERT INTO people (telegram_id, language) VALUES (900, 'hi'), (905, 'hi')`) // they have written to the bot
		many := make([]int, 100)                                                                // counted in another way than a few
		for i := range many {
			many[i] = i + 1
		}
		for _, c := range []struct {
			name string
			a    party.Audience
			want int
		}{
			{"news", party.Audience{Group: party.Subscribers}, 2},
			{"in Hindi", party.Audience{Group: party.Subscribers, Language: party.Hindi}, 1},
			{"in English", party.Audience{Group: party.Subscribers, Language: party.English}, 1},
			{"women", party.Audience{Group: party.Subscribers, Gender: party.Woman}, 1},
			{"English women", party.Audience{Group: party.Subscribers, Gender: party.Woman, Language: party.English}, 0},
			{"of a constituency", party.Audience{Group: party.Subscribers, ACs: []int{54, 55}}, 2},
			{"of half the state", party.Audience{Group: party.Subscribers, ACs: many}, 2},
			{"of others", party.Audience{Group: party.Subscribers, ACs: []int{54, 56}}, 0},
			{"of a booth", party.Audience{Group: party.Subscribers, Booth: party.Booth{AC: 55, Part: 12}}, 2},
			{"of a district", party.Audience{Group: party.Subscribers, District: "Jaipur"}, 2},
			{"of another", party.Audience{Group: party.Subscribers, District: "Ajmer"}, 0},
			{"unfinished", party.Audience{Group: party.Unfinished}, 1},
			{"at the Voter ID", party.Audience{Group: party.Unfinished, Step: "voterid", ACs: []int{55}}, 1},
			{"at the name", party.Audience{Group: party.Unfinished, Step: "name"}, 0},
			{"enrollers", party.Audience{Group: party.Enrollers}, 1},
			{"with few members", party.Audience{Group: party.Enrollers, Below: 5}, 1},
			{"with fewer", party.Audience{Group: party.Enrollers, Below: 4}, 0},
			{"chiefs", party.Audience{Group: party.Chiefs, District: "Jaipur"}, 1},
			{"not an audience", party.Audience{Group: party.Chiefs, Step: "name"}, 0},
		} {
			got, err := h.CountAudience(t.Context(), actor(anil, 9), flows.CountAudience{Audience: c.a})
			if err != nil || got.Count != c.want {
				t.Errorf("%s: %d, want %d, %v", c.name, got.Count, c.want, err)
			}
		}
		agree(t, h, actor(900, 9), party.Duties, party.CurrentConsent, false)
		if got, err := h.CountAudience(t.Context(), actor(anil, 9), flows.CountAudience{Audience: party.Audience{Group: party.Enrollers}}); err != nil || got.Count != 0 {
			t.Errorf("an enroller who wants none: %d, %v", got.Count, err)
		}
		if got, err := h.CountAudience(t.Context(), actor(1, 9), flows.CountAudience{Audience: party.Audience{Group: party.Subscribers}}); err != nil || got.Count != 0 {
			t.Errorf("told to who is no admin: %d, %v", got.Count, err)
		}
	})
}
