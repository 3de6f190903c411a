package bot

import (
	"context"
	"sync"
)

// lanes lets updates of one person wait for each other within this process.
// Across processes the session's compare-and-set decides. The zero value is
// ready to use.
type lanes struct {
	mu    sync.Mutex
	held  map[int64]*lane
	spare []*lane // to be used again
}

// lane is one person's: whoever holds the token goes; it is held while anyone
// has or awaits it.
type lane struct {
	token chan struct{}
	users int
}

// spareLanes bounds how many are kept to be used again.
const spareLanes = 256

// enter waits for the person's lane and returns how to leave it.
func (l *lanes) enter(ctx context.Context, person int64) (leave func(), err error) {
	x := l.join(person)
	select {
	case x.token <- struct{}{}:
		return func() { <-x.token; l.drop(person, x) }, nil
	case <-ctx.Done():
		l.drop(person, x)
		return nil, ctx.Err()
	}
}

func (l *lanes) join(person int64) *lane {
	l.mu.Lock()
	defer l.mu.Unlock()
	x := l.held[person]
	switch last := len(l.spare) - 1; {
	case x != nil:
	case last >= 0:
		x, l.spare = l.spare[last], l.spare[:last]
	default:
		x = &lane{token: make(chan struct{}, 1)}
	}
	if l.held == nil {
		l.held = map[int64]*lane{}
	}
	l.held[person] = x
	x.users++
	return x
}

func (l *lanes) drop(person int64, x *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if x.users--; x.users > 0 {
		return
	}
	delete(l.held, person)
	if len(l.spare) < spareLanes {
		l.spare = append(l.spare, x)
	}
}
