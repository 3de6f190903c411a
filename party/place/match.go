package place

import (
	"cmp"
	"math"
	"slices"
)

// Match tells how well a place fits what a person typed, from 0 to about 1.2: 1
// is every word found, and more is a fitting kind of school. around are the
// sounds of what lies about the place, its constituency and district, which
// people add to say which Rampura they mean.
//
// Each word of the query counts by its length, less where it is a common one
// (nagar, dhani); it gets the likeness of the place's word that is most alike,
// or of two that were typed as one. Words of the place that nobody asked for
// count a little against it.
func (r Reading) Match(place Reading, around []string) float64 {
	return r.match(place, around, likeness{})
}

func (r Reading) match(place Reading, around []string, likes likeness) float64 {
	var got, all float64
	own := false
	used := make([]bool, len(place.Words))
	for i := 0; i < len(r.Words); i++ {
		w, weight := r.Words[i], weightOf(r.Words[i])
		best, at, words := place.best(w, likes)
		if i+1 < len(r.Words) { // "ram pura", and it is Rampura
			if both, there, n := place.best(w+r.Words[i+1], likes); both > best && both > 0.8 {
				best, at, words = both, there, n
				weight += weightOf(r.Words[i+1])
				i++
			}
		}
		if about := 0.95 * near(around, w, likes); about > best {
			best = about
		} else if best > 0 {
			own = true
			for j := at; j < at+words; j++ {
				used[j] = true
			}
		}
		got += weight * best
		all += weight
	}
	if all == 0 {
		return 0
	}
	score := got / all
	if !own {
		score *= 0.6 // the constituency alone was meant by many
	}
	var unasked, words float64
	for i, w := range place.Words {
		words += weightOf(w)
		if !used[i] {
			unasked += weightOf(w)
		}
	}
	if words > 0 {
		score -= 0.1 * unasked / words
	}
	return score + r.school(place)
}

// likeEnough is the likeness below which two words have nothing in common.
const likeEnough = 0.55

// best finds the word of the place, or two in a row, most alike to w: how much,
// where, and how many words.
func (r Reading) best(w string, likes likeness) (best float64, at, words int) {
	for j, own := range r.Words {
		if a := likes.of(w, own); a > best {
			best, at, words = a, j, 1
		}
		if j+1 < len(r.Words) && own[0] == w[0] && abs(len(own)+len(r.Words[j+1])-len(w)) <= 2 {
			if a := Alike(w, own+r.Words[j+1]); a > best {
				best, at, words = a, j, 2
			}
		}
	}
	if best < likeEnough {
		return 0, 0, 0
	}
	return best, at, words
}

func abs(n int) int { return max(n, -n) }

// likeness remembers how alike a word is to another, by the word typed: the
// places of one constituency share many.
type likeness map[string]map[string]float64

func (l likeness) of(typed, own string) float64 {
	known := l[typed]
	if known == nil {
		known = map[string]float64{}
		l[typed] = known
	}
	alike, ok := known[own]
	if !ok {
		alike = Alike(typed, own)
		known[own] = alike
	}
	return alike
}

func near(around []string, w string, likes likeness) float64 {
	best := 0.0
	for _, a := range around {
		best = math.Max(best, likes.of(w, a))
	}
	if best < 0.75 {
		return 0
	}
	return best
}

// school compares the kinds of school: a little for what fits, a little less
// against what does not.
func (r Reading) school(place Reading) float64 {
	score := 0.0
	if r.Level != 0 && place.Level != 0 {
		score += 0.06
		if r.Level != place.Level {
			score -= 0.1
		}
	}
	if r.Girls != place.Girls && (r.Girls || r.Level != 0) {
		score -= 0.05
	}
	return score
}

// Telling gives the bones of the n words that tell most, for the index: with
// each its place among them, which a word that a blank may have parted shares
// with its two halves joined. Common words are left out where there are others.
func (r Reading) Telling(n int) (bones []string, nth []int) {
	var order []int
	for i, w := range r.Words {
		if !common(w) {
			order = append(order, i)
		}
	}
	if len(order) == 0 {
		for i := range r.Words {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(weightOf(r.Words[b]), weightOf(r.Words[a])) })
	for k, i := range order[:min(n, len(order))] {
		bones, nth = append(bones, Bones(r.Words[i])), append(nth, k)
		if i+1 < len(r.Words) && min(len(r.Words[i]), len(r.Words[i+1])) <= shortest {
			bones, nth = append(bones, Bones(r.Words[i]+r.Words[i+1])), append(nth, k)
		}
	}
	return bones, nth
}

// shortest is how long a word may be, in letters of its sound, to be half of one
// that was typed with a blank in it.
const shortest = 4

// weightOf says how much a word tells: long ones more, those of every second
// village less.
func weightOf(sound string) float64 {
	w := math.Sqrt(float64(len(sound)))
	if common(sound) {
		w *= 0.5
	}
	return w
}

func common(sound string) bool {
	switch sound {
	case "nagar", "dani", "kuluni", "basti", "bas", "rud", "ganu", "gun", "kurd", "kalan", "kala", "kida", "kira",
		"mandir", "adars", "bal", "bidia", "nikitan", "public", "sri", "gram", "pancait", "mula", "muhala", "pas", "nir", "bard":
		return true
	}
	return false
}
