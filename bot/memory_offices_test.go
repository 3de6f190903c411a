package bot_test

import (
	"context"

	"sadasya/flows"
	"sadasya/party"
)

// What office-holders ask of the world of the transcripts.

func (m *memory) Assist(context.Context, flows.Actor) (flows.Assist, error) {
	return ask[flows.Assist](m, flows.LoadAssist{})
}

func (m *memory) KeepDraft(_ context.Context, _ flows.Actor, e flows.KeepDraft) (flows.DraftKept, error) {
	return ask[flows.DraftKept](m, e)
}

func (m *memory) Drafts(_ context.Context, _ flows.Actor, page int) (flows.Drafts, error) {
	return ask[flows.Drafts](m, flows.LoadDrafts{Page: page})
}

func (m *memory) Draft(_ context.Context, _ flows.Actor, id int64) (flows.DraftLoaded, error) {
	return ask[flows.DraftLoaded](m, flows.LoadDraft{ID: id})
}

func (m *memory) DropDraft(_ context.Context, _ flows.Actor, id int64) error {
	return m.do(flows.DropDraft{ID: id})
}

func (m *memory) OpenSlip(_ context.Context, _ flows.Actor, t party.SlipToken) (flows.SlipOpened, error) {
	return ask[flows.SlipOpened](m, flows.OpenSlip{Token: t})
}

func (m *memory) UseSlip(_ context.Context, _ flows.Actor, e flows.UseSlip) (flows.SlipDone, error) {
	return ask[flows.SlipDone](m, e)
}

func (m *memory) Stopped(context.Context, flows.Actor) (flows.StoppedFound, error) {
	return ask[flows.StoppedFound](m, flows.FindStopped{})
}

func (m *memory) Cases(_ context.Context, _ flows.Actor, at int) (flows.Cases, error) {
	return ask[flows.Cases](m, flows.LoadCases{At: at})
}

func (m *memory) DecideCase(_ context.Context, _ flows.Actor, e flows.DecideCase) (flows.CaseDecided, error) {
	return ask[flows.CaseDecided](m, e)
}

func (m *memory) ReviewDesk(context.Context, flows.Actor) (flows.ReviewDesk, error) {
	return ask[flows.ReviewDesk](m, flows.LoadReview{})
}

func (m *memory) Doubtful(_ context.Context, _ flows.Actor, e flows.LoadDoubtful) (flows.Doubtful, error) {
	return ask[flows.Doubtful](m, e)
}

func (m *memory) ShowVoterID(_ context.Context, _ flows.Actor, id int64) (flows.Doubtful, error) {
	return ask[flows.Doubtful](m, flows.ShowVoterID{ID: id})
}

func (m *memory) JudgeEntry(_ context.Context, _ flows.Actor, e flows.JudgeEntry) (flows.Judged, error) {
	return ask[flows.Judged](m, e)
}

func (m *memory) MendEntry(_ context.Context, _ flows.Actor, e flows.MendEntry) (flows.Judged, error) {
	return ask[flows.Judged](m, e)
}

func (m *memory) CallDue(_ context.Context, _ flows.Actor, after int64) (flows.CallDue, error) {
	return ask[flows.CallDue](m, flows.LoadCall{After: after})
}

func (m *memory) ShowMobile(_ context.Context, _ flows.Actor, id int64) (flows.CallDue, error) {
	return ask[flows.CallDue](m, flows.ShowMobile{ID: id})
}

func (m *memory) RecordCall(_ context.Context, _ flows.Actor, e flows.RecordCall) (flows.CallRecorded, error) {
	return ask[flows.CallRecorded](m, e)
}

func (m *memory) CountAudience(_ context.Context, _ flows.Actor, e flows.CountAudience) (flows.AudienceCounted, error) {
	return ask[flows.AudienceCounted](m, e)
}

func (m *memory) ComposeBroadcast(_ context.Context, _ flows.Actor, e flows.ComposeBroadcast) (flows.BroadcastComposed, error) {
	return ask[flows.BroadcastComposed](m, e)
}

func (m *memory) Broadcasts(context.Context, flows.Actor) (flows.Broadcasts, error) {
	return ask[flows.Broadcasts](m, flows.LoadBroadcasts{})
}

func (m *memory) Broadcast(_ context.Context, _ flows.Actor, id int) (flows.BroadcastLoaded, error) {
	return ask[flows.BroadcastLoaded](m, flows.LoadBroadcast{ID: id})
}

func (m *memory) SteerBroadcast(_ context.Context, _ flows.Actor, e flows.SteerBroadcast) (flows.BroadcastSteered, error) {
	return ask[flows.BroadcastSteered](m, e)
}

func (m *memory) Team(_ context.Context, _ flows.Actor, e flows.LoadTeam) (flows.Team, error) {
	return ask[flows.Team](m, e)
}

func (m *memory) Holder(_ context.Context, _ flows.Actor, office int64) (flows.Holder, error) {
	return ask[flows.Holder](m, flows.LoadHolder{ID: office})
}

func (m *memory) OwnOffices(context.Context, flows.Actor) (flows.OwnOffices, error) {
	return ask[flows.OwnOffices](m, flows.LoadOwn{})
}

func (m *memory) ChangeOffice(_ context.Context, _ flows.Actor, e flows.ChangeOffice) (flows.OfficeChanged, error) {
	return ask[flows.OfficeChanged](m, e)
}

func (m *memory) SendLetter(_ context.Context, _ flows.Actor, e flows.SendLetter) (flows.LetterSent, error) {
	return ask[flows.LetterSent](m, e)
}

func (m *memory) Enter(_ context.Context, _ flows.Actor, e flows.Enter) (flows.Entered, error) {
	return ask[flows.Entered](m, e)
}

func (m *memory) NoteRefusal(_ context.Context, _ flows.Actor, e flows.NoteRefusal) error {
	return m.do(e)
}

func (m *memory) FindMembers(_ context.Context, _ flows.Actor, e flows.FindMembers) (flows.MembersFound, error) {
	return ask[flows.MembersFound](m, e)
}

func (m *memory) LoadTrail(_ context.Context, _ flows.Actor, e flows.LoadTrail) (flows.Trail, error) {
	return ask[flows.Trail](m, e)
}

func (m *memory) Stats(context.Context, flows.Actor) (flows.Stats, error) {
	return ask[flows.Stats](m, flows.LoadStats{})
}

func (m *memory) FindOffices(_ context.Context, _ flows.Actor, e flows.FindOffices) (flows.OfficesFound, error) {
	return ask[flows.OfficesFound](m, e)
}

func (m *memory) RevokeOffice(_ context.Context, _ flows.Actor, e flows.RevokeOffice) (flows.OfficeRevoked, error) {
	return ask[flows.OfficeRevoked](m, e)
}

func (m *memory) DecideRequest(_ context.Context, _ flows.Actor, e flows.DecideRequest) (flows.RequestDecided, error) {
	return ask[flows.RequestDecided](m, e)
}

func (m *memory) Coverage(_ context.Context, _ flows.Actor, area party.Area, _ party.Date, _ int) (flows.Coverage, error) {
	return ask[flows.Coverage](m, flows.LoadCoverage{Area: area})
}

func (m *memory) AskSheet(_ context.Context, _ flows.Actor, e flows.AskSheet) (flows.SheetAsked, error) {
	return ask[flows.SheetAsked](m, e)
}

func (m *memory) AskExport(_ context.Context, _ flows.Actor, e flows.AskExport) (flows.ExportAsked, error) {
	return ask[flows.ExportAsked](m, e)
}

func (m *memory) LoadSwitches(_ context.Context, _ flows.Actor, e flows.LoadSwitches) (flows.Switches, error) {
	return ask[flows.Switches](m, e)
}

func (m *memory) TurnSwitch(_ context.Context, _ flows.Actor, e flows.TurnSwitch) (flows.Switches, error) {
	return ask[flows.Switches](m, e)
}

func (m *memory) LoadComposing(context.Context, flows.Actor) (flows.ComposingLoaded, error) {
	r, err := ask[flows.ComposingLoaded](m, flows.LoadComposing{})
	r.Draft = m.composes
	return r, err
}

func (m *memory) KeepComposing(_ context.Context, _ int64, d flows.ComposeDraft) error {
	m.composes = &d
	return nil
}

func (m *memory) DropComposing(context.Context, int64) error {
	m.composes = nil
	return nil
}

func (m *memory) LoadTopics(context.Context, flows.Actor) (flows.Topics, error) {
	return ask[flows.Topics](m, flows.LoadTopics{})
}

func (m *memory) SetTopic(_ context.Context, _ flows.Actor, e flows.SetTopic) (flows.Topics, error) {
	return ask[flows.Topics](m, e)
}

func (m *memory) Watch(context.Context, flows.Watched) error { return nil }

func (m *memory) Failures(_ context.Context, _ flows.Actor, e flows.LoadFailures) (flows.Failures, error) {
	return ask[flows.Failures](m, e)
}
