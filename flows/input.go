package flows

import "time"

// Kind says what a person did.
type Kind int

// The kinds of input.
const (
	Text     Kind = iota // typed words
	Tap                  // a button under one of our messages
	Command              // "/name argument"
	Contact              // a phone number shared by the phone's button
	Location             // a place shared by the phone's button
	Media                // anything else: photo, voice, sticker, poll …
)

// Flaw is a reason not to take an input as it stands, although it is answered.
type Flaw string

// The flaws.
const (
	Sound     Flaw = ""
	Edited    Flaw = "edited"    // an old message was changed
	Forwarded Flaw = "forwarded" // somebody else's words
	ViaBot    Flaw = "viabot"    // written by another bot

	// Where no command is taken; no Input that is answered has these.
	InGroup   Flaw = "group"
	InChannel Flaw = "channel"
)

// Input is what a person did, free of any chat channel. The clock and the
// randomness that a step may need come with it.
type Input struct {
	Kind   Kind
	Text   string // Text: the words; Command: the argument; Media: the kind of media
	Name   string // Command: its name, without the slash
	Data   string // Tap: the button's data, as rendered
	Flaw   Flaw
	File   string    // Media: a photo's id, by which the channel sends it again
	Album  string    // media of one album share this, else empty
	Lat    float64   // Location, degrees
	Lon    float64   // Location, degrees
	Phone  string    // Contact, as the channel gives it
	Own    bool      // Contact: the person's own
	At     time.Time // when it was received
	Nonce  Nonce     // fresh randomness, for a conversation that begins here
	Tongue string    // the language the person's app runs in, BCP 47, may be empty

	Refusals int // how many Voter IDs may be refused for one record before a pause
}
