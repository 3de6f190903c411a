package flows

import "sadasya/party"

// NoticeKind is what a notice is about.
type NoticeKind string

// The kinds of notice.
const (
	NoticeAccepted   NoticeKind = "accepted"   // to an appointer: is this the right person? ID is the office given
	NoticeApplied    NoticeKind = "applied"    // to a chief: Count people ask for a booth
	NoticeGiven      NoticeKind = "given"      // to an applicant: the office is theirs
	NoticeNotGiven   NoticeKind = "notgiven"   // to an applicant, or to who was not the right person
	NoticeMoved      NoticeKind = "moved"      // to an office-holder: to another booth
	NoticeSuspended  NoticeKind = "suspended"  // with Reason
	NoticeReinstated NoticeKind = "reinstated" // holds again
	NoticeLetter     NoticeKind = "letter"     // Words of the chief or admin who has Name
	NoticeJoined     NoticeKind = "joined"     // to an enroller: Count joined, Total so far; at most once a minute
	NoticeMilestone  NoticeKind = "milestone"  // to an enroller, who has Name at Station: Total confirmed, On a day
	NoticeReviewed   NoticeKind = "reviewed"   // to a member: the entry Number stands
	NoticeRefused    NoticeKind = "refused"    // to a member: it does not, for Reason
	NoticeDoubtful   NoticeKind = "doubtful"   // to a chief enroller, once a day: Count wait in review, Total past the promise
	NoticeDaily      NoticeKind = "daily"      // to an enroller, who has Name: the Daily figures On a morning
	NoticeShort      NoticeKind = "short"      // to an office: three days fell short of the pace
	NoticeCases      NoticeKind = "cases"      // to an admin outside the area: Count cases were brought
	NoticeDecided    NoticeKind = "decided"    // to who brought a case: Reason "stands" or "refused"
	NoticeDrafts     NoticeKind = "drafts"     // to an enroller: Count drafts will soon be gone
	NoticeBroadcast  NoticeKind = "broadcast"  // to an admin: the broadcast ID stands as Reason says
	NoticeMenu       NoticeKind = "menu"       // nothing is said; the menu of commands is shown anew
)

// The reasons of a notice about a broadcast; without one it waits for an admin.
const (
	BroadcastIsDone     = "done"     // Sent tells what became of it
	BroadcastIsApproved = "approved" // to who composed it: it goes At an hour, or at once
	BroadcastIsDeclined = "declined" // to who composed it
)

// Notice is what the bot says to a person unasked. Its JSON is kept, sealed,
// until it is said.
type Notice struct {
	Kind    NoticeKind     `json:"k"`
	ID      int64          `json:"i,omitempty"` // of the office that it is about
	Office  party.Office   `json:"o,omitempty"`
	Area    party.Area     `json:"a,omitzero"`
	Station *party.Station `json:"s,omitempty"` // of an enroller
	Name    party.Name     `json:"n,omitempty"`
	Code    party.Code     `json:"c,omitempty"`
	Number  party.Number   `json:"m,omitempty"`
	Reason  string         `json:"r,omitempty"` // a fixed word
	Words   string         `json:"w,omitempty"`
	Count   int            `json:"q,omitempty"`
	Total   int            `json:"t,omitempty"`
	On      party.Date     `json:"d,omitzero"`
	Daily   *Daily         `json:"y,omitempty"`
	Sent    *Broadcast     `json:"b,omitempty"`
	At      int64          `json:"h,omitempty"` // Unix seconds
}

// Due is a notice whose time has come, with whom it is for.
type Due struct {
	ID        int64
	Person    int64 // Telegram id
	Version   int   // changes with what is gathered in it
	Tries     int   // so far, this one included
	Language  party.Language
	Reachable bool // false: the person blocked the bot
	Late      bool // its time is over: it is not said any more
	Notice    Notice
}

// Say gives the screen of a notice; ok is false where there is nothing to say.
func (n Notice) Say() (s Screen, ok bool) {
	for _, say := range []func(Notice) (Screen, bool){
		appointNotice,
		enrollerNotice,
		assistNotice,
		claimNotice,
		teamNotice,
		reviewNotice,
		coverageNotice,
		sentNotice,
		adminNotice,
	} {
		if s, ok = say(n); ok {
			return s, true
		}
	}
	return Screen{}, false
}
