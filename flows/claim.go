package flows

import "sadasya/party"

// What an assisted person does by the link on the slip: take the membership that
// an enroller recorded for their own, correct it, stop it, erase it. To open the
// link changes nothing. What each state says is in claim_ask.go.

const claimName = "claim"

const (
	slipOpening   State = "opening"
	slipFinding   State = "finding"
	slipOffered   State = "offered"
	slipConsent   State = "consent"
	slipHeard     State = "heard"
	slipNotice    State = "notice"
	slipClaiming  State = "claiming"
	slipClaimed   State = "claimed"
	slipCorrect   State = "correct"
	slipSure      State = "sure"
	slipStopping  State = "stopping"
	slipStopped   State = "stopped"
	slipEraseSure State = "erasesure"
	slipErasing   State = "erasing"
	slipErased    State = "erased"
	slipDouble    State = "double"
	slipMerging   State = "merging"
	slipMerged    State = "merged"
	slipUsed      State = "used"
	slipDisputing State = "disputing"
	slipDisputed  State = "disputed"
	slipUnknown   State = "unknown"
	slipRecorder  State = "recorder"

	isOpen     Event = "is open"
	isTheirs   Event = "is theirs"
	isHalted   Event = "is stopped"
	isDouble   Event = "is double"
	isUsed     Event = "is used"
	isUnknown  Event = "is unknown"
	isRecorded Event = "is the enroller's"
	isDisputed Event = "is disputed"
	wants      Event = "wants it"
	complains  Event = "complains"
	erases     Event = "erases"
	merges     Event = "merges"
	disputes   Event = "disputes"
	goesOn     Event = "goes on to correct"
	finds      Event = "finds what was stopped"
)

// Claiming is the draft of who holds a slip.
type Claiming struct {
	Token   party.SlipToken `json:"t"`
	By      party.Name      `json:"by,omitempty"` // who recorded it; empty: the party
	Name    party.Name      `json:"n,omitempty"`  // as recorded
	Station *party.Station  `json:"b,omitempty"`
	Number  party.Number    `json:"m,omitempty"` // once it is theirs; their own where they are a member already
	Correct bool            `json:"x,omitempty"` // to be corrected once it is claimed
	Fresh   bool            `json:"f,omitempty"` // claimed just now
}

type claimTaps = map[string]func(Claiming, string) (Claiming, Event, *Problem)

func claim() *Table[Claiming] {
	works := []State{slipOpening, slipClaiming, slipStopping, slipErasing, slipMerging, slipDisputing}
	agree := claimTaps{"agree": slipTo(agreed), "listen": slipTo(listened), "notice": slipTo(asked), "no": slipTo(changed)}
	return &Table[Claiming]{
		Name: claimName, Version: 1, First: slipOpening, Entries: []State{slipFinding}, Back: claimBack,
		Moves: []Move{
			{isOpen, works, slipOffered},
			{isTheirs, works, slipClaimed},
			{isHalted, works, slipStopped},
			{isDouble, works, slipDouble},
			{isUsed, works, slipUsed},
			{isUnknown, works, slipUnknown},
			{isRecorded, works, slipRecorder},
			{isDisputed, works, slipDisputed},

			{wants, []State{slipOffered}, slipConsent},
			{listened, []State{slipConsent, slipHeard}, slipHeard},
			{asked, []State{slipConsent, slipHeard}, slipNotice},
			{agreed, []State{slipConsent, slipHeard, slipNotice}, slipClaiming},
			{changed, []State{slipConsent, slipHeard, slipNotice}, slipOffered},
			{goesOn, []State{slipClaiming}, slipCorrect},

			{complains, []State{slipOffered, slipClaimed, slipDouble}, slipSure},
			{sure, []State{slipSure}, slipStopping},
			{erases, []State{slipOffered, slipClaimed, slipDouble, slipStopped}, slipEraseSure},
			{sure, []State{slipEraseSure}, slipErasing},
			{finds, []State{slipFinding}, slipEraseSure},
			{gone, []State{slipErasing, slipFinding}, slipErased},
			{changed, []State{slipSure, slipEraseSure}, slipOpening},
			{merges, []State{slipDouble}, slipMerging},
			{gone, []State{slipMerging}, slipMerged},
			{disputes, []State{slipUsed}, slipDisputing},

			{back, []State{slipConsent, slipHeard}, slipOffered},
			{back, []State{slipNotice}, slipConsent},
			{back, []State{slipSure, slipEraseSure}, slipOpening},
		},
		Steps: map[State]Step[Claiming]{
			slipOpening:   {Run: runSlip, Done: doneSlip},
			slipFinding:   {Run: runStopped, Done: doneStopped},
			slipOffered:   {Ask: askSlip, Taps: claimTaps{"yes": tapWants(false), "correct": tapWants(true), "unasked": slipTo(complains), "erase": slipTo(erases)}},
			slipConsent:   {Ask: askSlipConsent, Taps: agree},
			slipHeard:     {Ask: askSlipHeard, Taps: agree},
			slipNotice:    {Ask: askSlipNotice, Taps: claimTaps{"agree": slipTo(agreed), "no": slipTo(changed)}},
			slipClaiming:  {Run: runUse(SlipClaim), Done: doneClaim},
			slipClaimed:   {Ask: askClaimed, Rests: true, Taps: claimTaps{"unasked": slipTo(complains), "erase": slipTo(erases)}},
			slipCorrect:   {Leads: leadToCorrect},
			slipSure:      {Ask: askSlipSure, Taps: claimTaps{"yes": slipTo(sure), "no": slipTo(changed)}},
			slipStopping:  {Run: runUse(SlipStop), Done: doneUse},
			slipStopped:   {Ask: askStopped, Rests: true, Taps: claimTaps{"erase": slipTo(erases)}},
			slipEraseSure: {Ask: askEraseSure, Taps: claimTaps{"yes": slipTo(sure), "no": slipTo(changed)}},
			slipErasing:   {Run: runUse(SlipErase), Done: doneErase},
			slipErased:    {Ask: askErased, Rests: true},
			slipDouble:    {Ask: askDouble, Taps: claimTaps{"yes": slipTo(merges), "unasked": slipTo(complains), "erase": slipTo(erases)}},
			slipMerging:   {Run: runUse(SlipMerge), Done: doneMerge},
			slipMerged:    {Ask: askMerged, Rests: true},
			slipUsed:      {Ask: askUsed, Rests: true, Taps: claimTaps{"dispute": slipTo(disputes)}},
			slipDisputing: {Run: runUse(SlipDispute), Done: doneUse},
			slipDisputed:  {Ask: askDisputed, Rests: true},
			slipUnknown:   {Ask: askUnknownSlip, Rests: true},
			slipRecorder:  {Ask: askRecorder, Rests: true},
		},
	}
}

// openSlip begins with the link of a slip.
func openSlip(e *Engine, t Turn, in Input, token party.SlipToken) (Turn, error) {
	t = t.leaveSlip()
	t.command = nil
	return e.start(t, in, claimName, "", Claiming{Token: token})
}

// leaveSlip lets an open slip give way to another link: to open it began nothing.
func (t Turn) leaveSlip() Turn {
	s := &t.Session
	if s.Suspended != nil && s.Suspended.Flow == claimName {
		s.Suspended, t.Changed = nil, true
	}
	if s.Active != nil && s.Active.Flow == claimName {
		s.Active, s.Suspended, t.Changed = s.Suspended, nil, true
	}
	return t
}

// slipTo is a button that only moves.
func slipTo(ev Event) func(Claiming, string) (Claiming, Event, *Problem) {
	return func(d Claiming, _ string) (Claiming, Event, *Problem) { return d, ev, nil }
}

func claimBack(_ Claiming, _ State) Event { return back }

// eraseStopped asks who complained and has no slip at hand whether to erase all.
func eraseStopped(e *Engine, t Turn, in Input) (Turn, error) {
	t = t.leaveSlip()
	return e.start(t, in, claimName, slipFinding, Claiming{})
}

func runStopped(Claiming, Nonce) Effect { return FindStopped{} }

// doneStopped goes on as with the slip in hand; where nothing is left, all is erased.
func doneStopped(d Claiming, r Result) (Claiming, Event, *Problem) {
	if found, _ := r.(StoppedFound); found.Token != "" {
		return Claiming{Token: found.Token}, finds, nil
	}
	return d, gone, nil
}

func runSlip(d Claiming, _ Nonce) Effect { return OpenSlip{Token: d.Token} }

func doneSlip(d Claiming, r Result) (Claiming, Event, *Problem) {
	o, _ := r.(SlipOpened)
	d = Claiming{Token: d.Token, By: o.By, Name: o.Name, Station: bare(o.Station), Number: o.Number}
	return d, standingOf(o.Standing), nil
}

// standingOf is the event by which a record is met as it stands.
func standingOf(s SlipStanding) Event {
	switch s {
	case SlipOpen:
		return isOpen
	case SlipOwn:
		return isTheirs
	case SlipStopped:
		return isHalted
	case SlipDouble:
		return isDouble
	case SlipUsed:
		return isUsed
	case SlipRecorder:
		return isRecorded
	}
	return isUnknown
}

func tapWants(correct bool) func(Claiming, string) (Claiming, Event, *Problem) {
	return func(d Claiming, _ string) (Claiming, Event, *Problem) {
		d.Correct = correct
		return d, wants, nil
	}
}

func runUse(use SlipUse) func(Claiming, Nonce) Effect {
	return func(d Claiming, _ Nonce) Effect { return UseSlip{Token: d.Token, Use: use} }
}

// doneUse meets the record as it stands after it; whose try became a case is
// told so.
func doneUse(d Claiming, r Result) (Claiming, Event, *Problem) {
	used, _ := r.(SlipDone)
	if used.Number != "" {
		d.Number = used.Number
	}
	if used.Case {
		return d, isDisputed, nil
	}
	return d, standingOf(used.Standing), nil
}

func doneClaim(d Claiming, r Result) (Claiming, Event, *Problem) {
	used, _ := r.(SlipDone)
	next, ev, p := doneUse(d, r)
	if !used.Done {
		return next, ev, p
	}
	if next.Fresh = true; next.Correct {
		return next, goesOn, nil
	}
	return next, ev, p
}

// doneErase forgets with the record what is known of it here.
func doneErase(d Claiming, r Result) (Claiming, Event, *Problem) {
	if used, _ := r.(SlipDone); used.Done {
		return Claiming{Token: d.Token}, gone, nil
	}
	return doneUse(d, r)
}

func doneMerge(d Claiming, r Result) (Claiming, Event, *Problem) {
	next, ev, p := doneUse(d, r)
	if used, _ := r.(SlipDone); used.Done {
		return next, gone, nil
	}
	return next, ev, p
}

func leadToCorrect(d Claiming) Lead {
	return Lead{Flow: enrollName, At: which, Draft: Enrolment{Correct: true, Number: d.Number}}
}
