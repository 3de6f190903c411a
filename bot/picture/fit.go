package picture

import "math"

// How far type may shrink, as parts of its size.
const (
	oneLine = 0.9  // so far to stay on one line rather than to take a second
	whole   = 0.6  // so far to keep a long word whole
	least   = 0.4  // beyond this nobody reads it
	smaller = 0.95 // one step
)

// blank is the width of the space between words, in ems: that of Noto Sans.
const blank = 0.26

// line is a line of type, set. Its measures are in pixels from the left end of
// the baseline.
type line struct {
	style  style
	words  []word
	width  float64
	starts []float64 // where each word begins
}

// fit sets a text in at most so many lines of a width. It becomes smaller first,
// then takes more lines; a word that is too long by itself is broken; what finds
// no room at the least size is cut, and an ellipsis says so.
func (p *pen) fit(text string, st style, width float64, lines int) []line {
	words := p.words(text, st.weight)
	if len(words) == 0 {
		return nil
	}
	if size := math.Min(st.size, width/widthOf(words)); lines == 1 && size >= st.size*whole || size >= st.size*oneLine {
		return []line{set(words, style{st.weight, size})}
	}
	for size := st.size; size >= st.size*least; size *= smaller {
		breaking := size < st.size*whole
		rows := p.pack(words, width/size, breaking)
		if len(rows) > 0 && len(rows) <= lines {
			return setAll(p.even(words, rows, width/size, breaking), style{st.weight, size})
		}
	}
	size := st.size * least
	rows := p.pack(words, width/size, true)
	if len(rows) > lines {
		rows = rows[:lines]
		rows[lines-1] = p.shorten(rows[lines-1], width/size)
	}
	return setAll(rows, style{st.weight, size})
}

// pack breaks words into rows of a width in ems. It gives none where a word is
// wider than a row and must not be broken.
func (p *pen) pack(words []word, width float64, breaking bool) [][]word {
	var rows [][]word
	var row []word
	at := 0.0 // the width of row
	for _, w := range words {
		for {
			if len(row) > 0 && at+blank+w.width <= width {
				row, at = append(row, w), at+blank+w.width
				break
			}
			if len(row) > 0 {
				rows, row = append(rows, row), nil
			}
			if w.width <= width {
				row, at = []word{w}, w.width
				break
			}
			first, rest, ok := p.split(w, width)
			if !breaking || !ok {
				return nil
			}
			rows, w = append(rows, []word{first}), rest
		}
	}
	if len(row) > 0 {
		rows = append(rows, row)
	}
	return rows
}

// even makes rows about equally long, so that no single word is left below.
func (p *pen) even(words []word, rows [][]word, width float64, breaking bool) [][]word {
	if len(rows) < 2 {
		return rows
	}
	for part := widthOf(words) / float64(len(rows)); part < width; part *= 1.03 {
		if narrow := p.pack(words, part, breaking); len(narrow) > 0 && len(narrow) <= len(rows) {
			return narrow
		}
	}
	return rows
}

// shorten makes room for an ellipsis at the end of a row.
func (p *pen) shorten(row []word, width float64) []word {
	last := row[len(row)-1]
	sign := p.word([]rune(ellipsis), last.weight)
	for len(row) > 0 {
		last, row = row[len(row)-1], row[:len(row)-1:len(row)-1]
		room := width - sign.width
		if len(row) > 0 {
			room -= widthOf(row) + blank
		}
		for cut := len(last.runes); cut > 0; cut = last.before(cut) {
			if short := p.word(append(last.runes[:cut:cut], '…'), last.weight); short.width <= room+sign.width {
				return append(row, short)
			}
		}
	}
	return []word{sign}
}

// widthOf gives the width of words beside each other, in ems.
func widthOf(words []word) float64 {
	width := blank * float64(max(len(words)-1, 0))
	for _, w := range words {
		width += w.width
	}
	return width
}

func set(words []word, st style) line {
	l := line{style: st, words: words, width: widthOf(words) * st.size}
	x := 0.0
	for _, w := range words {
		l.starts = append(l.starts, x)
		x += (w.width + blank) * st.size
	}
	return l
}

func setAll(rows [][]word, st style) []line {
	list := make([]line, len(rows))
	for i, row := range rows {
		list[i] = set(row, st)
	}
	return list
}

// ink gives the box of what is painted. Up is positive.
func (l line) ink() (left, right, top, bottom float64) {
	left, right, top, bottom = math.Inf(1), math.Inf(-1), math.Inf(-1), math.Inf(1)
	for i, w := range l.words {
		for _, g := range w.glyphs {
			if g.left == g.right {
				continue
			}
			left = math.Min(left, l.starts[i]+g.left*l.style.size)
			right = math.Max(right, l.starts[i]+g.right*l.style.size)
			top = math.Max(top, g.top*l.style.size)
			bottom = math.Min(bottom, g.bottom*l.style.size)
		}
	}
	return left, right, top, bottom
}

// Where a line stands: Devanagari has signs above and below.
const (
	leadingEms  = 1.45 // between two baselines
	baselineEms = 1.08 // below the top of the line
)

// leading is the height of a line in whole pixels.
func leading(st style) float64 { return math.Round(st.size * leadingEms) }
