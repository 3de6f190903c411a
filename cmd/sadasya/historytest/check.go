package historytest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"sadasya/party"
)

// Bounds of the search for an order, and of the searches for the shortest.
const (
	patience      = 10 * time.Second
	shortPatience = 20 * time.Second
)

// Explain gives nil where the model can explain a history; an error otherwise, with
// what contradicts itself: the history up to the first answer that cannot be
// explained, and of the answers before it only those without which it could be.
// valid are the codes that bring a referrer.
func Explain(h History, valid ...party.Code) error {
	w := newModel(h, valid)
	switch w.explains(h) {
	case porcupine.Ok:
		return nil
	case porcupine.Unknown:
		return fmt.Errorf("no order was found in %v, and not that there is none:\n%s", patience, h)
	}
	short, culprit := w.shortest(h)
	var b strings.Builder
	fmt.Fprintf(&b, "this cannot be explained:\n  %s\nby what came before, where the answers that do not matter are left out:\n", culprit)
	told := map[int]bool{}
	for _, o := range short {
		if o == culprit || isUpdate(o) && o.Saw.Kind == Nothing && told[o.Update] {
			continue
		}
		fmt.Fprintf(&b, "  %s\n", o)
		if isUpdate(o) {
			told[o.Update] = true
		}
	}
	return &Unexplained{short, culprit, b.String()}
}

// Unexplained is a history that the model does not accept, with as few answers in
// it as that takes.
type Unexplained struct {
	Short   History
	Culprit Op // the first answer that is one too many
	text    string
}

func (u *Unexplained) Error() string { return u.text }

func newModel(h History, valid []party.Code) model {
	w := model{valid: map[party.Code]bool{}, pasts: pasts{}}
	for _, c := range valid {
		w.valid[c] = true
	}
	w.keeps = slices.ContainsFunc(h, func(o Op) bool { return o.Act == Lapse })
	return w
}

// explains looks for an order.
func (w model) explains(h History) porcupine.CheckResult {
	operations := make([]porcupine.Operation, len(h))
	for i, o := range h {
		if o.Update >= room {
			panic(fmt.Sprintf("historytest: more than %d updates of one citizen", room))
		}
		operations[i] = porcupine.Operation{Input: o, Call: int64(o.Began), Return: int64(o.Ended)}
	}
	machine := porcupine.NondeterministicModel{
		Init: func() []any { return []any{mind{}} },
		Step: func(state, input, _ any) (next []any) {
			for _, m := range w.step(state.(mind), input.(Op)) {
				next = append(next, m)
			}
			return next
		},
	}
	return porcupine.CheckOperationsTimeout(machine.ToModel(), operations, patience)
}

func (w model) accepts(h History) bool { return w.explains(h) != porcupine.Illegal }

// shortest finds the first moment up to which a history cannot be explained, and
// forgets what the citizen saw where it still cannot. To forget an answer only
// ever allows more, so what is left contradicts itself and not our forgetting.
func (w model) shortest(h History) (short History, culprit Op) {
	ends := slices.Clone(h)
	slices.SortStableFunc(ends, func(a, b Op) int { return int(min(a.Ended, forever) - min(b.Ended, forever)) })
	at, _ := slices.BinarySearchFunc(ends, true, func(o Op, _ bool) int {
		if w.accepts(until(h, o.Ended)) {
			return -1
		}
		return 1
	})
	culprit = ends[min(at, len(ends)-1)]
	short = until(h, culprit.Ended)
	for i, began := len(short)-1, time.Now(); i >= 0 && time.Since(began) < shortPatience; i-- {
		if short[i] == culprit || short[i].Act == Forget || short[i].Act == Lapse {
			continue
		}
		if less, ok := w.without(short, i); ok {
			short = less
		}
	}
	return short, culprit
}

// without is a history without what the ith operation saw, where it still cannot be
// explained. What was sent stays.
func (w model) without(h History, i int) (History, bool) {
	less := slices.Clone(h)
	switch {
	case !isUpdate(h[i]):
		less = slices.Delete(less, i, i+1)
	case h[i].Saw.Kind == Nothing:
		return h, false
	default:
		less[i].Saw = Screen{}
	}
	return less, !w.accepts(less)
}

func isUpdate(o Op) bool { return o.Act == Start || o.Act == Say || o.Act == Tap }

// until is what was known of a history at a time: what had not ended may have
// come to nothing.
func until(h History, at time.Duration) (part History) {
	for _, o := range h {
		switch {
		case o.Began > at:
			continue
		case o.Ended > at && !isUpdate(o) && o.Act != Forget && o.Act != Lapse:
			continue
		case o.Ended > at && isUpdate(o):
			o.Lost, o.Saw, o.Ended = true, Screen{}, forever
		}
		part = append(part, o)
	}
	return part
}
