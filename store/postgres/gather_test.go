package postgres

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"sadasya/party"
)

// What is asked while an answer is under way is answered together, each its own,
// and by a statement that begins afterwards.
func TestWhatIsAskedAtTheSameMomentIsAnsweredTogether(t *testing.T) {
	t.Parallel()
	began, goOn := make(chan struct{}), make(chan struct{})
	var sizes []int
	g := &gather[int, int]{most: 50, do: func(_ context.Context, batch []int) (answers []int, err error) {
		sizes = append(sizes, len(batch))
		if len(sizes) == 1 {
			close(began)
			<-goOn
		}
		for _, q := range batch {
			answers = append(answers, q*2)
		}
		return answers, nil
	}}
	var all sync.WaitGroup
	ask := func(q int) {
		if got, err := g.ask(t.Context(), q); got != q*2 || err != nil {
			t.Errorf("%d: %d, %v", q, got, err)
		}
	}
	all.Go(func() { ask(1) })
	<-began
	for q := range 70 {
		all.Go(func() { ask(q) })
	}
	for n := 0; n < 70; {
		g.mu.Lock()
		n = len(g.waiting)
		g.mu.Unlock()
	}
	close(goOn)
	all.Wait()
	if !slices.Equal(sizes, []int{1, 50, 20}) || g.busy {
		t.Errorf("batches of %v", sizes)
	}
	ask(9) // it is at rest, and starts again
}

// One that cannot be answered does not keep the others from it; where nothing
// answers, nobody is asked for twice.
func TestOneThatCannotBeAnsweredKeepsNobodyFromIt(t *testing.T) {
	t.Parallel()
	bad, calls := errors.New("bad"), 0
	var answer error
	g := &gather[int, int]{most: 50, do: func(_ context.Context, batch []int) ([]int, error) {
		calls++
		if slices.Contains(batch, 13) {
			return nil, answer
		}
		return batch, nil
	}}
	batch := func() (list []*asked[int, int]) {
		for _, q := range []int{12, 13, 14} {
			list = append(list, &asked[int, int]{question: q})
		}
		return list
	}
	answer = bad
	list := batch()
	g.answer(t.Context(), list)
	for _, one := range list {
		if failed := errors.Is(one.err, bad); failed != (one.question == 13) || !failed && one.answer != one.question {
			t.Errorf("%d: %d, %v", one.question, one.answer, one.err)
		}
	}
	answer, calls = party.ErrUnavailable, 0
	g.answer(t.Context(), batch())
	if calls != 1 {
		t.Errorf("asked %d times of a store that is away", calls)
	}
}
