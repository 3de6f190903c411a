package bot_test

import (
	"context"
	"encoding/json"
	"time"

	"sadasya/bot"
	"sadasya/flows"
	"sadasya/flows/flowstest"
	"sadasya/party"
)

// memory is every port of the bot, of one person, in the world of the
// transcripts: each call is the effect that it carries out.
type memory struct {
	world    *flowstest.World
	language party.Language
	sessions *drawer
	composes *flows.ComposeDraft

	unmade
}

// unmade are the ports again, so that one which grows only fails here once it is
// asked what this world cannot do.
type unmade struct {
	bot.Assistants
	bot.Claims
	bot.Reviewers
	bot.Broadcasts
	bot.Teams
	bot.AdminLooks
	bot.AdminDeeds
	bot.Sheets
	bot.Clock
	bot.ComposeDrafts
}

// ask performs an effect; of another result the zero one is given.
func ask[R flows.Result](m *memory, e flows.Effect) (R, error) {
	r, _ := m.world.Perform(e, m.language).(R)
	return r, nil
}

func (m *memory) do(e flows.Effect) error { m.world.Perform(e, m.language); return nil }

func (m *memory) Arrive(_ context.Context, _ flows.Actor, e flows.Arrive) (flows.Arrived, error) {
	return ask[flows.Arrived](m, e)
}

func (m *memory) RecordConsent(_ context.Context, _ flows.Actor, e flows.RecordConsent) error {
	return m.do(e)
}
func (m *memory) SetReachable(context.Context, int64, bool) error           { return nil }
func (m *memory) WriteSteps(context.Context, []flows.Progress) error        { return nil }
func (m *memory) SetAside(context.Context, int64, string, []byte) error     { return nil }
func (m *memory) Count(context.Context, string, time.Duration) (int, error) { return 1, nil }
func (m *memory) RevokeLink(_ context.Context, _ flows.Actor, i int64) error {
	return m.do(flows.RevokeLink{ID: i})
}

func (m *memory) SaveMember(_ context.Context, _ flows.Actor, e flows.SaveMember) (flows.Saved, error) {
	return ask[flows.Saved](m, e)
}

func (m *memory) CorrectMember(_ context.Context, _ flows.Actor, e flows.CorrectMember) (flows.Saved, error) {
	return ask[flows.Saved](m, e)
}

func (m *memory) Records(context.Context, flows.Actor) (flows.Records, error) {
	return ask[flows.Records](m, flows.LoadRecords{})
}

func (m *memory) Withdraw(_ context.Context, _ flows.Actor, n party.Number) error {
	return m.do(flows.Withdraw{Number: n})
}

func (m *memory) RecordAbout(_ context.Context, _ flows.Actor, e flows.RecordAbout) error {
	return m.do(e)
}

func (m *memory) OpenLink(_ context.Context, _ flows.Actor, t party.LinkToken) (flows.LinkOpened, error) {
	return ask[flows.LinkOpened](m, flows.OpenLink{Token: t})
}

func (m *memory) AcceptLink(_ context.Context, _ flows.Actor, e flows.AcceptLink) (party.Office, party.Code, error) {
	r, err := ask[flows.LinkAccepted](m, e)
	if r.Code == "" && !r.Waits {
		err = party.ErrLinkSpent
	}
	return "", r.Code, err
}

func (m *memory) Apply(_ context.Context, _ flows.Actor, e flows.Apply) (flows.Applied, error) {
	return ask[flows.Applied](m, e)
}

func (m *memory) Desk(_ context.Context, _ flows.Actor, page int) (flows.Desk, error) {
	return ask[flows.Desk](m, flows.LoadDesk{Page: page})
}

func (m *memory) Ground(_ context.Context, _ flows.Actor, o party.Office) (flows.Ground, error) {
	return ask[flows.Ground](m, flows.LoadGround{Office: o})
}

func (m *memory) MakeLink(_ context.Context, _ flows.Actor, e flows.MakeLink) (flows.LinkMade, error) {
	return ask[flows.LinkMade](m, e)
}

func (m *memory) DecideApplicant(_ context.Context, _ flows.Actor, e flows.DecideApplicant) (flows.Decided, error) {
	return ask[flows.Decided](m, e)
}

func (m *memory) ConfirmAppointment(_ context.Context, _ flows.Actor, e flows.ConfirmAppointment) (flows.AppointmentConfirmed, error) {
	return ask[flows.AppointmentConfirmed](m, e)
}

func (m *memory) Enroller(context.Context, flows.Actor) (flows.Enroller, error) {
	return ask[flows.Enroller](m, flows.LoadEnroller{})
}

func (m *memory) EnrollerOf(_ context.Context, c party.Code) (flows.Enroller, error) {
	return ask[flows.Enroller](m, flows.CheckEnroller{Code: c})
}

func (m *memory) Joined(_ context.Context, _ flows.Actor, e flows.ListJoined) (flows.Joined, error) {
	return ask[flows.Joined](m, e)
}

func (m *memory) SetDaily(_ context.Context, _ flows.Actor, on bool) (flows.DailySet, error) {
	return ask[flows.DailySet](m, flows.SetDaily{On: on})
}

func (m *memory) CheckCard(_ context.Context, e flows.CheckCard) (flows.CardChecked, error) {
	return ask[flows.CardChecked](m, e)
}

func (m *memory) Station(_ context.Context, b party.Booth) (party.Station, error) {
	r, err := ask[flows.StationFound](m, flows.FindStation{Booth: b})
	if r.Station == nil {
		return party.Station{}, party.ErrNotFound
	}
	return *r.Station, err
}

func (m *memory) Stations(_ context.Context, ac, page int) ([]party.Station, bool, error) {
	r, err := ask[flows.Stations](m, flows.ListStations{AC: ac, Page: page})
	return r.List, r.More, err
}

func (m *memory) FindPlaces(_ context.Context, e flows.FindPlaces) (flows.Places, error) {
	return ask[flows.Places](m, e)
}

func (m *memory) Rooms(_ context.Context, place int64, page int) (flows.Rooms, error) {
	return ask[flows.Rooms](m, flows.ListRooms{Place: place, Page: page})
}

// drawer keeps one session, as a store does: through JSON, with versions and the
// ids that were seen.
type drawer struct {
	raw     []byte
	seen    []int64
	version byte
	recall  *flows.Session
	rival   int // so many writes find that another was first
}

func (d *drawer) Load(context.Context, int64, int64) (s flows.Session, rate int, err error) {
	if d.raw != nil {
		err = json.Unmarshal(d.raw, &s)
		s.Seen = d.seen
		s.V = flows.Version{d.version}
	}
	return s, 1, err
}

func (d *drawer) Recall(int64) (flows.Session, bool) {
	if d.recall == nil {
		return flows.Session{}, false
	}
	return *d.recall, true
}

func (d *drawer) Swap(_ context.Context, _, _ int64, s flows.Session) (flows.Version, error) {
	if d.rival > 0 {
		d.rival--
		d.version++
	}
	stored := flows.Version{}
	if d.raw != nil {
		stored = flows.Version{d.version}
	}
	if s.V != stored {
		d.recall = nil
		return s.V, flows.ErrConflict
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return s.V, err
	}
	if d.version++; d.version == 0 {
		d.version++
	}
	d.raw, d.seen = raw, s.Seen
	s.V = flows.Version{d.version}
	s.Pace = 0
	d.recall = &s
	return s.V, nil
}
