package bot

import (
	"context"
	"sync"
)

// lanes lets updates of one person wait for each other within this process.
// Across processes the session's compare-and-set decides. The zero value is
// ready to use.
type lanes struct {
	mu   sync.Mutex
	held map[int64]*lane
}

// lane is one person's: whoever holds the token goes; it lives while anyone
// holds or awaits it.
type lane struct {
	token chan struct{}
	users int
}

// enter waits for the person's lane and returns how to leave it.
func (l *lanes) enter(ctx context.Context, person int64) (leave func(), err error) {
	l.mu.Lock()
	if l.held == nil {
		l.held = map[int64]*lane{}
	}
	x := l.held[person]
	if x == nil {
		x = &lane{token: make(chan struct{}, 1)}
		l.held[person] = x
	}
	x.users++
	l.mu.Unlock()

	select {
	case x.token <- struct{}{}:
		return func() { <-x.token; l.drop(person, x) }, nil
	case <-ctx.Done():
		l.drop(person, x)
		return nil, ctx.Err()
	}
}

func (l *lanes) drop(person int64, x *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if x.users--; x.users == 0 {
		delete(l.held, person)
	}
}
