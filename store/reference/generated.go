package reference

import (
	"fmt"
	"iter"

	"sadasya/party"
)

// GeneratedVersion names a list of n booths that Generated made.
func GeneratedVersion(n int) string { return fmt.Sprintf("generated %d", n) }

// Generated gives n booths, the same each time: the bundled ones, as many as
// asked for, and after them made-up ones about their places, by turns a further
// room of a school and a school of a hamlet near it. It is for measuring at the
// size of a state, never for a drive.
func (r *Reference) Generated(n int) iter.Seq[party.Station] {
	return func(yield func(party.Station) bool) {
		var known []party.Station
		last := map[int]int{} // highest part by constituency
		for st := range r.SampleBooths() {
			if len(known) == n {
				break
			}
			st.Version = GeneratedVersion(n)
			known = append(known, st)
			last[st.Booth.AC] = max(last[st.Booth.AC], st.Booth.Part)
			if !yield(st) {
				return
			}
		}
		for made := 0; len(known)+made < n; made++ {
			st := known[made*stride%len(known)]
			ac := st.Booth.AC
			last[ac]++
			st.Booth = party.Booth{AC: ac, Part: last[ac]}
			if made%2 == 0 {
				st.NameEN += fmt.Sprintf(" Room No %d", 2+made%5)
			} else {
				st.NameEN = fmt.Sprintf("%s Dhani %d", st.NameEN, last[ac])
				st.NameHI = ""
				st.Lat, st.Lon = st.Lat+0.01, st.Lon-0.01
			}
			if !yield(st) {
				return
			}
		}
	}
}

// stride spreads the made-up booths over the state; it is prime.
const stride = 7919
