package bot

import (
	"slices"
	"sync/atomic"
	"time"
)

// floodHold is how long what a flooding person sends is dropped without asking
// the store again. It ends at most so long after the store's window does.
const floodHold = time.Second

// flooders remembers who floods, so that a flood costs next to nothing and takes
// nobody else's time. It is bounded: whoever shares a slot takes the other's
// place, who then is looked up in the store again. The zero value is ready.
type flooders struct {
	slots [1024]atomic.Pointer[flooder]
}

type flooder struct {
	person int64
	seen   []int64 // what was handled of them: it may come again for its answer
	until  time.Time
}

func (f *flooders) slot(person int64) *atomic.Pointer[flooder] {
	return &f.slots[uint64(person)%uint64(len(f.slots))]
}

// note keeps that a person floods now, of whom these updates were handled.
func (f *flooders) note(person int64, seen []int64, now time.Time) {
	f.slot(person).Store(&flooder{person, seen, now.Add(floodHold)})
}

// drops tells whether an update is of a person who flooded a moment ago. One that
// was handled before comes again because its answer did not arrive, or because a
// save that it began is not finished: that is none of the flood.
func (f *flooders) drops(u Update, now time.Time) bool {
	kept := f.slot(u.Person).Load()
	return kept != nil && kept.person == u.Person && now.Before(kept.until) && !slices.Contains(kept.seen, u.ID)
}
