package bot

import (
	"context"
	"errors"

	"sadasya/flows"
)

// Update is one thing a person did in their own private chat, translated from
// the channel that brought it.
type Update struct {
	ID     int64
	Person int64
	Input  flows.Input
	// Late: it comes long after it was sent. Where the conversation has gone on
	// since, it is no answer to the present question. It is part of no flood: it
	// was written long ago, however many are taken up at once.
	Late bool
}

// Stray is a message in a group, or a command in a channel: nothing that is done
// there is taken, but who tries an office's command is written down.
type Stray struct {
	Update  int64
	Chat    int64
	Person  int64  // 0: in a channel, of which nobody knows who wrote
	Command string // as it was typed, without the slash; empty: none for this bot
	Tongue  string
}

// Reply is what to answer. An empty one answers nothing.
type Reply struct {
	Messages []Message // in order; at most two
	// Receipt: the first message must be known to have arrived before the
	// update counts as handled.
	Receipt bool
	// Sent is told the id of the first message, before the update counts as
	// handled; nil: nobody asks for it.
	Sent   func(ctx context.Context, message int) error
	Slowed bool // the update was not taken: the person sends too many
	Delete bool // remove the person's message from the chat, it holds what must not lie there
}

// Message is one bubble.
type Message struct {
	HTML    string     // Telegram's HTML, every argument escaped
	Buttons [][]Button // rows under it
	Voice   *Voice     // instead of text
	Picture *Picture   // with the text below
	File    *File      // with the text below
	Locate  string     // instead of buttons: the label of a key that shares the location
	NoKeys  bool       // instead of buttons: such a key goes away
}

// Voice is a spoken message. Name tells it from others for good.
type Voice struct {
	Name string
	Ogg  []byte
}

// Picture is a PNG, named without its ending. One to print is sent as a file, so
// that nothing makes it smaller. One that the channel has already is named by its
// id alone.
type Picture struct {
	Name  string
	Print bool
	PNG   []byte
	ID    string
}

// File is sent as it is, under its name.
type File struct {
	Name  string
	Bytes []byte
}

// Button is one button; Data, URL or Copy is set: what comes back, an address to
// open, words for the phone's clipboard.
type Button struct{ Label, Data, URL, Copy string }

// Handler handles updates. The channels and the program's tests see the bot so.
type Handler interface {
	// Handle answers one update. Errors: party.ErrUnavailable (a store is away,
	// come again), ErrBusy (others kept changing the session, come again);
	// anything else is an error of logic and counts against the update.
	Handle(ctx context.Context, u Update) (Reply, error)
	// Reachable notes that a person blocked the bot, or came back.
	Reachable(ctx context.Context, person int64, reachable bool) error
	// Stray answers what was said in a group: what to say there, or an empty reply
	// where it was said within the hour. To a channel nothing is said.
	Stray(ctx context.Context, s Stray) (Reply, error)
	// SetAside keeps an update that cannot be handled, for the operator.
	SetAside(ctx context.Context, update int64, reason string, raw []byte) error
	// Failed counts a failure of logic against an update and tells how many
	// there were.
	Failed(ctx context.Context, update int64) (int, error)
}

// ErrBusy says that a session changed under every attempt to write it.
var ErrBusy = errors.New("the session kept changing")
