package flows

import (
	"fmt"
	"slices"
	"strings"

	"github.com/looplab/fsm"
)

//go:generate go run draw_main.go

// Diagram is a picture of one flow as Mermaid text.
type Diagram struct{ Flow, Mermaid string }

// Draw draws every flow, by name.
func Draw() ([]Diagram, error) {
	var all []Diagram
	for _, f := range New().flows {
		text, err := f.draw()
		if err != nil {
			return nil, fmt.Errorf("draw %s: %w", f.name(), err)
		}
		all = append(all, Diagram{Flow: f.name(), Mermaid: text})
	}
	slices.SortFunc(all, func(a, b Diagram) int { return strings.Compare(a.Flow, b.Flow) })
	return all, nil
}

func (t *Table[D]) draw() (string, error) {
	return fsm.VisualizeForMermaidWithGraphType(t.machine(), fsm.StateDiagram)
}

// DiagramPage is the page of a diagram: its flow's name and its Mermaid text.
const DiagramPage = "# The flow %s\n\nDrawn from the table in the package flows by `go generate ./flows`.\n\n```mermaid\n%s```\n"

// Arrow is one move of a flow: an event that leads from one state to another.
type Arrow struct {
	From State
	On   Event
	To   State
}

// Arrows gives where a flow begins and its moves, in the table's order; of an
// unknown flow nothing.
func (e *Engine) Arrows(flow string) (first State, list []Arrow) {
	f, ok := e.flows[flow]
	if !ok {
		return "", nil
	}
	return f.arrows()
}

func (t *Table[D]) arrows() (first State, list []Arrow) {
	for _, move := range t.Moves {
		for _, from := range move.From {
			list = append(list, Arrow{From: from, On: move.On, To: move.To})
		}
	}
	return t.First, list
}
