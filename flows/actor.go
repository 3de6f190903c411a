package flows

import "sadasya/party"

// Actor is who an effect is done for: a person and the update that asked for
// it. Writes are unique under it, so running an effect again gives the first
// result.
type Actor struct {
	Person   int64 // Telegram id
	Update   int64
	Language party.Language
}

// Progress is where a person stands, for reminders and the funnel.
type Progress struct {
	Person   int64
	Language party.Language
	Step     string // the flow and its state: "enroll/name"
}
