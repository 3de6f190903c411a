package bot

import (
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
	until  time.Time
}

func (f *flooders) slot(person int64) *atomic.Pointer[flooder] {
	return &f.slots[uint64(person)%uint64(len(f.slots))]
}

// note keeps that a person floods now.
func (f *flooders) note(person int64, now time.Time) {
	f.slot(person).Store(&flooder{person, now.Add(floodHold)})
}

// has tells whether a person flooded a moment ago.
func (f *flooders) has(person int64, now time.Time) bool {
	kept := f.slot(person).Load()
	return kept != nil && kept.person == person && now.Before(kept.until)
}
