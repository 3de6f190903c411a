package postgres

import (
	"context"
	"runtime"
	"sync"

	"github.com/jackc/pgx/v5"
)

// openBatch is how many rows go to a processor at a time; some ten batches are
// in memory at once, however many rows there are.
const openBatch = 256

// batch is rows on their way: read, opened, given on.
type batch[R any] struct {
	rows   []R
	opened chan struct{}
	err    error
}

// inOrder reads rows, opens what is sealed in them on all processors, and gives
// them on in the order of reading, in constant memory: one connection brings more
// than one processor unseals.
func inOrder[R any](ctx context.Context, rows pgx.Rows, scan func(*R) error, open func(*R) error, yield func(*R) error) error {
	defer rows.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := runtime.GOMAXPROCS(0)
	todo, queue := make(chan *batch[R], workers), make(chan *batch[R], 4*workers)
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel() // before the wait: whoever still reads or opens is told to end
	for range workers {
		work.Go(func() {
			for b := range todo {
				b.err = b.open(open)
				close(b.opened)
			}
		})
	}
	var readErr error
	work.Go(func() {
		defer close(queue)
		defer close(todo)
		readErr = readBatches(ctx, rows, scan, todo, queue)
	})
	for b := range queue {
		<-b.opened
		if b.err != nil {
			return b.err
		}
		for i := range b.rows {
			if err := yield(&b.rows[i]); err != nil {
				return err
			}
		}
	}
	return readErr // written before queue was closed
}

// readBatches reads until the rows or ctx end.
func readBatches[R any](ctx context.Context, rows pgx.Rows, scan func(*R) error, todo, queue chan<- *batch[R]) error {
	for more := true; more; {
		b := &batch[R]{rows: make([]R, 0, openBatch), opened: make(chan struct{})}
		for len(b.rows) < openBatch {
			if more = rows.Next(); !more {
				break
			}
			b.rows = b.rows[:len(b.rows)+1]
			if err := scan(&b.rows[len(b.rows)-1]); err != nil {
				return err
			}
		}
		for _, to := range []chan<- *batch[R]{todo, queue} {
			select {
			case to <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return rows.Err()
}

func (b *batch[R]) open(open func(*R) error) error {
	for i := range b.rows {
		if err := open(&b.rows[i]); err != nil {
			return err
		}
	}
	return nil
}
