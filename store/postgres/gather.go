package postgres

import (
	"context"
	"errors"
	"sync"

	"sadasya/party"
)

// gather answers in one go what several ask at the same moment: while one batch is
// under way the next comes together. Who asks alone waits for nobody, so it is as
// fast as before where there is little to do, and the busier the cheaper. Nothing
// is kept: each answer is of a statement that began after the question was asked.
type gather[A, R any] struct {
	do   func(ctx context.Context, batch []A) ([]R, error) // as many answers, in the same order
	most int                                               // in one batch

	mu      sync.Mutex
	busy    bool
	waiting []*asked[A, R]
}

// asked is a question under way. Who is woken has its answer, or is the one to ask
// for all who wait.
type asked[A, R any] struct {
	question A
	woken    chan struct{}
	answered bool
	answer   R
	err      error
}

// ask waits for the answer. The batch goes by the context of one of those who ask:
// do must not end with it.
func (g *gather[A, R]) ask(ctx context.Context, question A) (R, error) {
	me := &asked[A, R]{question: question, woken: make(chan struct{}, 1)}
	g.mu.Lock()
	g.waiting = append(g.waiting, me)
	if g.busy {
		g.mu.Unlock()
		<-me.woken
		if me.answered {
			return me.answer, me.err
		}
		g.mu.Lock()
	}
	g.busy = true
	n := min(len(g.waiting), g.most)
	batch := g.waiting[:n:n] // the first of it is me
	g.waiting = append([]*asked[A, R](nil), g.waiting[n:]...)
	g.mu.Unlock()

	g.answer(ctx, batch)
	for _, one := range batch[1:] {
		one.woken <- struct{}{}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.busy = len(g.waiting) > 0; g.busy {
		g.waiting[0].woken <- struct{}{}
	}
	return me.answer, me.err
}

// answer asks for a batch. One question that cannot be answered is no reason that
// the others are not: they are asked one by one then.
func (g *gather[A, R]) answer(ctx context.Context, batch []*asked[A, R]) {
	questions := make([]A, len(batch))
	for i, one := range batch {
		questions[i] = one.question
	}
	answers, err := g.do(ctx, questions)
	for i, one := range batch {
		one.answered, one.err = true, err
		switch {
		case err == nil:
			one.answer = answers[i]
		case len(batch) > 1 && !errors.Is(err, party.ErrUnavailable):
			g.answer(ctx, batch[i:i+1])
		}
	}
}
