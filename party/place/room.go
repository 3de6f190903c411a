package place

import (
	"slices"
	"strings"
)

// markRooms marks the tokens that say the room.
func markRooms(tokens []token) {
	means := func(i int) meaning {
		if i < 0 || i >= len(tokens) {
			return name
		}
		return tokens[i].means
	}
	for i := range tokens {
		t := &tokens[i]
		switch m := t.means; {
		case m == roomWord, m == hall, m >= left && m <= south:
			t.room = true
		case m == number:
			t.room = i > 0 && tokens[i-1].room
		case m == part:
			t.room = i > 0 && tokens[i-1].room || bare(tokens, i+1)
		case m == middle:
			t.room = means(i+1) == part || means(i+1) == roomWord
		case m == new_ || m == old:
			t.room = means(i+1) == building
		case m == building:
			t.room = i > 0 && tokens[i-1].room && (means(i-1) == new_ || means(i-1) == old)
		case bare(tokens, i): // a number or a letter, after "room no" or "part"
			t.room = i > 0 && tokens[i-1].room && (means(i-1) == roomWord || means(i-1) == number || means(i-1) == part || means(i-1) == hall)
		}
	}
}

// bare tells whether the token at i is a number, Roman ones too, or a letter alone.
func bare(tokens []token, i int) bool {
	if i >= len(tokens) || tokens[i].means != name {
		return false
	}
	p := tokens[i].plain
	return p != "" && (p[0] >= '0' && p[0] <= '9' || len(p) == 1 || p == "ii" || p == "iii" || p == "iv")
}

// roomOf gathers what the marked tokens say.
func roomOf(tokens []token) (r Room) {
	for i, t := range tokens {
		switch {
		case !t.room:
		case bare(tokens, i):
			if r.Number == "" {
				r.Number = strings.ToUpper(strings.TrimLeft(t.plain, "0"))
			}
		default:
			if side := t.means.side(); side != "" && !slices.Contains(r.Sides, side) {
				r.Sides = append(r.Sides, side)
			}
		}
	}
	return r
}

func (m meaning) side() string {
	switch m {
	case left:
		return "left"
	case right:
		return "right"
	case east:
		return "east"
	case west:
		return "west"
	case north:
		return "north"
	case south:
		return "south"
	case middle:
		return "middle"
	case hall:
		return "hall"
	case new_:
		return "new"
	case old:
		return "old"
	}
	return ""
}
