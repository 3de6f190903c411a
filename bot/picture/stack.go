package picture

// align says where lines stand between the edges of a stack.
type align int

const (
	toLeft align = iota
	toMiddle
	toRight
)

// stack is texts below each other in a column: measured first, then painted.
type stack struct {
	pen    *pen
	width  float64
	items  []item
	height float64
}

type item struct {
	lines []line
	ink   ink
	gap   float64 // above
}

// column begins an empty stack of a width.
func (p *pen) column(width float64) *stack { return &stack{pen: p, width: width} }

// add sets a text in at most so many lines below the others, with a gap above
// where it is not the first. An empty text takes no room.
func (s *stack) add(text string, st style, lines int, in ink, gap float64) *stack {
	fitted := s.pen.fit(text, st, s.width, lines)
	if len(fitted) == 0 {
		return s
	}
	if len(s.items) == 0 {
		gap = 0
	}
	s.items = append(s.items, item{lines: fitted, ink: in, gap: gap})
	s.height += gap
	for _, l := range fitted {
		s.height += leading(l.style)
	}
	return s
}

// paint draws the stack with its left edge and top at x, y.
func (s *stack) paint(c *canvas, x, y float64, how align) {
	for _, it := range s.items {
		y += it.gap
		for _, l := range it.lines {
			at := x
			switch how {
			case toMiddle:
				at += (s.width - l.width) / 2
			case toRight:
				at += s.width - l.width
			}
			c.paint(l, at, y+l.style.size*baselineEms, it.ink)
			y += leading(l.style)
		}
	}
}

// center draws the stack in the middle between two heights.
func (s *stack) center(c *canvas, x, top, bottom float64, how align) {
	s.paint(c, x, top+(bottom-top-s.height)/2, how)
}
