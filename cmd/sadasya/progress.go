package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress tells on a terminal how far long work has come, once it has taken
// two seconds.
type progress struct {
	out   io.Writer
	what  string
	began time.Time
	last  time.Time
	total int
	shown bool
}

func newProgress(out io.Writer, what string) *progress {
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
			out = io.Discard
		}
	}
	return &progress{out: out, what: what, began: time.Now()}
}

// add counts n more.
func (p *progress) add(n int) {
	p.total += n
	if p.out == io.Discard || n == 1 && p.total%64 != 0 { // the clock costs more than the rest
		return
	}
	if now := time.Now(); now.Sub(p.began) > 2*time.Second && now.Sub(p.last) > 200*time.Millisecond {
		p.last, p.shown = now, true
		fmt.Fprintf(p.out, "\r%d %s", p.total, p.what)
	}
}

// end leaves the line, with how many a second there were.
func (p *progress) end() {
	if p.shown {
		fmt.Fprintf(p.out, "\r%d %s, %d a second\n", p.total, p.what, int(float64(p.total)/time.Since(p.began).Seconds()))
	}
}
