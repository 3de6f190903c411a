package place

import "strings"

// Sound folds a word in Latin letters or digits to how it sounds, so that
// spellings of one place meet: aspirates without h, e as i, o as u, y as i, v
// and w as b, f as p, z as j, sh as s, m before p and b as n, doubled letters
// as one. It is in the spirit of data on Indian spellings (Keshopura, Kesopura,
// Kaishopura), not of a language.
func Sound(word string) string {
	var buf [48]byte
	out := buf[:0]
	for i := 0; i < len(word); i++ {
		c := word[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		switch c {
		case 'h':
			if i > 0 && strings.IndexByte("kgcjtdpbsrl", lower(word[i-1])) >= 0 {
				continue
			}
		case 'e', 'y':
			if c == 'e' && i > 2 && i+1 == len(word) && lower(word[i-1]) == 'r' {
				continue // Ahore, Jalore
			}
			c = 'i'
		case 'o':
			c = 'u'
			if i > 0 && lower(word[i-1]) == 'e' {
				c = 'b' // Deoli, Devli
			}
		case 'v', 'w':
			c = 'b'
		case 'f':
			c = 'p'
		case 'z':
			c = 'j'
		case 'q':
			c = 'k'
		case 'c':
			switch {
			case i+1 < len(word) && strings.IndexByte("eiy", lower(word[i+1])) >= 0:
				c = 's'
			case i+1 == len(word) || lower(word[i+1]) != 'h':
				c = 'k'
			}
		case 'x':
			out = push(out, 'k')
			c = 's'
		case '\'', '`':
			continue
		}
		out = push(out, c)
	}
	return string(out)
}

// push adds one letter of a sound.
func push(out []byte, c byte) []byte {
	n := len(out)
	if n > 0 {
		switch last := out[n-1]; {
		case last == c && (c < '0' || c > '9'):
			return out
		case last == 'm' && (c == 'p' || c == 'b'):
			out[n-1] = 'n'
		case last == 'a' && (c == 'i' || c == 'u'): // ai as e, au as o
			if n > 1 {
				out[n-1] = c
				if out[n-2] == c {
					out = out[:n-1]
				}
				return out
			}
		}
	}
	return append(out, c)
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// Bones is what stays of a sound when the letters that people leave out or mix
// up are taken away: every a but the first letter, and d within a word, which
// ड़ makes an r. It is what the index holds, to find; Sound is what decides.
func Bones(sound string) string {
	var buf [48]byte
	out := buf[:0]
	for i := 0; i < len(sound); i++ {
		c := sound[i]
		if c == 'a' && i > 0 {
			continue
		}
		if c == 'd' && i > 0 {
			c = 'r'
		}
		if n := len(out); n > 0 && out[n-1] == c && (c < '0' || c > '9') {
			continue
		}
		out = append(out, c)
	}
	return string(out)
}

// Alike tells how alike two sounds are, from 0 to 1: one less the edits between
// them by the longer one's length. Neighbours changed over are one edit; what
// ears mix up (vowels, d and r, b and u) is less than one.
func Alike(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) > longest {
		a = a[:longest]
	}
	if len(b) > longest {
		b = b[:longest]
	}
	if a == "" || b == "" || digits(a) || digits(b) {
		return 0 // 11 is not nearly 12
	}
	if min(len(a), len(b)) > 3 && !shareTwo(a, b) {
		return 0 // as nearly all pairs are: the rest need not be reckoned
	}
	limit := int32(float64(10*max(len(a), len(b))) * (1 - likeEnough)) // beyond it nothing is alike
	var rows [3][longest + 1]int32                                     // tenths of an edit
	for j := range len(b) + 1 {
		rows[0][j] = int32(10 * j)
	}
	for i := 1; i <= len(a); i++ {
		now, last, before := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		now[0] = int32(10 * i)
		least := now[0]
		for j := 1; j <= len(b); j++ {
			x, y := a[i-1], b[j-1]
			now[j] = min(last[j-1]+swap(x, y), last[j]+drop(x), now[j-1]+drop(y))
			if i > 1 && j > 1 && x == b[j-2] && y == a[i-2] {
				now[j] = min(now[j], before[j-2]+7)
			}
			least = min(least, now[j])
		}
		if least > limit+10 { // a change of neighbours looks one row back
			return 0
		}
	}
	return max(0, 1-float64(rows[len(a)%3][len(b)])/float64(10*max(len(a), len(b))))
}

const longest = 40

func digits(s string) bool { return s[0] >= '0' && s[0] <= '9' }

// shareTwo tells whether two letters in a row of a stand so in b.
func shareTwo(a, b string) bool {
	for i := 1; i < len(a); i++ {
		x, y := a[i-1], a[i]
		for j := 1; j < len(b); j++ {
			if b[j-1] == x && b[j] == y {
				return true
			}
		}
	}
	return false
}

// drop and swap are what an edit costs, in tenths.
func drop(c byte) int32 {
	if c == 'a' || c == 'h' {
		return 4
	}
	return 10
}

func swap(x, y byte) int32 {
	switch {
	case x == y:
		return 0
	case vowelLetter(x) && vowelLetter(y):
		return 5
	case x == 'd' && y == 'r' || x == 'r' && y == 'd':
		return 3
	case x == 'b' && y == 'u' || x == 'u' && y == 'b', x == 'n' && y == 'm' || x == 'm' && y == 'n':
		return 5
	}
	return 10
}

func vowelLetter(c byte) bool { return c == 'a' || c == 'i' || c == 'u' }
