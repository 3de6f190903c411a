package flows

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"sadasya/party"
)

// The numbers of the drive, for admins: by status today, this week and in all,
// against the target; by district; where people stand in their enrolment. The
// command only reads, so it has no state.

const statsName = "stats"

// LoadStats asks for the numbers. Its result is Stats.
type LoadStats struct{}

// Stats answers LoadStats; without a day the person is no admin.
type Stats struct {
	At        Moment     // when it was counted
	On        party.Date // the day that the pace is told for
	Today     Standing
	Week      Standing // from Monday
	All       Standing
	Districts []DistrictCount // by the districts' English names
	Pending   int             // added, whose booth is not known yet
	Steps     []StepCount
	Members   party.Course // Done counts those confirmed
	Said      Said         // what those added chose to say
}

// Standing counts members by how they stand, by the day on which they joined.
type Standing struct{ Added, Confirmed, Review, Frozen, Refused, Withdrawn int }

// DistrictCount is what came of a district.
type DistrictCount struct {
	District         District
	Booths           int
	Added, Confirmed int
	Today            int // of those added
	Target           int // its share of the drive's; 0: there is none
	Said             Said
}

// Percent is how much of its target is confirmed; without a target 0.
func (d DistrictCount) Percent() int {
	if d.Target == 0 {
		return 0
	}
	return d.Confirmed * 100 / d.Target
}

// StepCount is how many people stand in a state, in a language.
type StepCount struct {
	Step     string // as Session.Where names it
	Language party.Language
	People   int
}

func (LoadStats) effect() {}
func (Stats) result()     {}

// StatsPicture is the numbers on one picture.
type StatsPicture struct{ Stats }

func (StatsPicture) picture() {}

// Against sets the campaign's target beside what was counted, for each district
// by its share of the booths.
func (s Stats) Against(drive party.Campaign, on party.Date) Stats {
	s.On = on
	booths := 0
	for _, d := range s.Districts {
		booths += d.Booths
	}
	s.Members = s.Members.Towards(drive.MembersCourse(booths, booths))
	s.Districts = slices.Clone(s.Districts)
	for i, d := range s.Districts {
		s.Districts[i].Target = drive.MembersCourse(d.Booths, booths).Target
	}
	return s
}

// Behind lists the districts, the furthest behind their share first.
func (s Stats) Behind() []DistrictCount {
	list := slices.Clone(s.Districts)
	slices.SortStableFunc(list, func(a, b DistrictCount) int { return cmp.Compare(a.Percent(), b.Percent()) })
	return list
}

// What of the numbers is shown, as the argument of the command's button.
const (
	statsFunnel  = "steps"
	statsPicture = "picture"
	statsByPlace = "districts" // with a page behind
	statsWho     = "who"       // the same
)

// districtsAtOnce is how many districts one screen holds.
const (
	districtsAtOnce = 7
	sharesAtOnce    = 5 // each takes two lines on a phone
)

// statsCommand shows the numbers, or what of them a button names.
func statsCommand(_ *Engine, t Turn, in Input) (Turn, error) {
	t.Run = LoadStats{}
	t.command = &command{done: func(_ *Engine, t Turn, r Result) (Turn, error) { return statsShown(t, r, in) }}
	return t, nil
}

func statsShown(t Turn, r Result, in Input) (Turn, error) {
	s, ok := r.(Stats)
	if !ok {
		return t, errResult
	}
	if s.At.On.IsZero() {
		return t.say(ask(T("admin.none"), global("go", "button.goon"))), nil
	}
	what, page := "", 0
	if in.Kind == Tap {
		var arg string
		what, arg, _ = strings.Cut(in.Text, " ")
		page = pageOf(arg, 0)
	}
	switch what {
	case statsFunnel:
		return t.say(funnelScreen(s)), nil
	case statsPicture:
		b := bubble([]Line{T("stats.title", "at", s.At)}, global("stats", "button.stats"))
		b.Picture = StatsPicture{s}
		return t.say(Screen{Bubbles: []Bubble{b}}), nil
	case statsByPlace:
		return t.say(districtsScreen(s, page)), nil
	case statsWho:
		return t.say(whoScreen(s, page)), nil
	}
	return t.say(statsScreen(s)), nil
}

func statsScreen(s Stats) Screen {
	lines := []Line{T("stats.title", "at", s.At)}
	lines = append(lines, paceLines(T("pace.members"), s.Members.On(s.On))...)
	lines = append(lines,
		tallyLine(T("stats.today"), s.Today), tallyLine(T("stats.week"), s.Week), tallyLine(T("stats.all"), s.All),
		T("stats.ended", "frozen", s.All.Frozen, "refused", s.All.Refused, "withdrawn", s.All.Withdrawn),
		T("stats.said", "who", s.Said.words()))
	return Screen{Bubbles: []Bubble{bubble(lines,
		global("stats:"+statsByPlace, "button.districts"), global("stats:"+statsWho, "button.who"), global("stats:"+statsFunnel, "button.funnel"),
		global("stats:"+statsPicture, "button.aspicture"), global("go", "button.goon"))}}
}

func tallyLine(when Line, c Standing) Line {
	return T("stats.tally", "when", when, "added", c.Added, "confirmed", c.Confirmed, "review", c.Review)
}

func districtsScreen(s Stats, page int) Screen {
	list, page, more := paged(s.Behind(), page, districtsAtOnce)
	lines := []Line{T("stats.districts")}
	for _, d := range list {
		lines = append(lines, T("stats.district", "district", d.District, "confirmed", d.Confirmed, "percent", d.Percent(), "today", d.Today))
	}
	if !more && s.Pending > 0 {
		lines = append(lines, T("stats.pending", "count", s.Pending))
	}
	return statsPage(lines, statsByPlace, page, more)
}

// whoScreen tells who is with the drive, of those who chose to say, by district.
// Of a group that is too small to be told of, or whose rest is, nothing is told:
// party.LeastGroup.
func whoScreen(s Stats, page int) Screen {
	list, page, more := paged(s.Districts, page, sharesAtOnce)
	lines := []Line{T("stats.who", "who", s.Said.words())}
	for _, d := range list {
		lines = append(lines, T("stats.whothere", "district", d.District, "who", d.Said.words()))
	}
	return statsPage(append(lines, T("shares.why")), statsWho, page, more)
}

// paged cuts a page out of a list; one beyond the end is the last.
func paged[T any](list []T, page, size int) (part []T, at int, more bool) {
	at = max(0, min(page, (len(list)-1)/size))
	return list[min(at*size, len(list)):min((at+1)*size, len(list))], at, (at+1)*size < len(list)
}

// statsPage is a page of the numbers by district, which turns.
func statsPage(lines []Line, what string, page int, more bool) Screen {
	b := Bubble{Text: lines}
	var turn []Button
	if page > 0 {
		turn = append(turn, global("stats:"+what+" "+strconv.Itoa(page-1), "button.previous"))
	}
	if more {
		turn = append(turn, global("stats:"+what+" "+strconv.Itoa(page+1), "button.next"))
	}
	if len(turn) > 0 {
		b.Buttons = append(b.Buttons, turn)
	}
	b.Buttons = append(b.Buttons, []Button{global("stats", "button.stats")})
	return Screen{Bubbles: []Bubble{b}}
}

// Stage is a part of the enrolment in which people stand.
type Stage struct {
	Name           string
	Hindi, English int
}

// Funnel sums the steps up to the parts of the enrolment, in its order.
func (s Stats) Funnel() []Stage {
	stages := []Stage{{Name: "language"}, {Name: "consent"}, {Name: "name"}, {Name: "voterid"}, {Name: "booth"}, {Name: "check"}, {Name: "member"}}
	for _, step := range s.Steps {
		name := stageOf(step.Step)
		for i := range stages {
			switch {
			case stages[i].Name != name:
			case step.Language == party.English:
				stages[i].English += step.People
			default:
				stages[i].Hindi += step.People
			}
		}
	}
	return stages
}

// stageOf tells in which part of the enrolment a step lies; empty: in none.
func stageOf(step string) string {
	flow, at, _ := strings.Cut(step, "/")
	if flow != enrollName {
		return ""
	}
	switch State(at) {
	case arriving, language, genuine:
		return "language"
	case consent, heard, notice, consenting, refusing, declined:
		return "consent"
	case name, nameOwn:
		return "name"
	case voterID, voterIDSeen, voterIDOdd:
		return "voterid"
	case booth, elsewhere, district, constituent, stations, places, rooms, locating, finding:
		return "booth"
	case check:
		return "check"
	case saving, news, newsSaving, member:
		return "member"
	}
	return ""
}

func funnelScreen(s Stats) Screen {
	lines := []Line{T("stats.funnel", "at", s.At)}
	for _, stage := range s.Funnel() {
		lines = append(lines, T("stats.stage", "stage", StageWord(stage.Name), "count", stage.Hindi+stage.English, "hindi", stage.Hindi, "english", stage.English))
	}
	return Screen{Bubbles: []Bubble{bubble(lines, global("stats", "button.stats"))}}
}

// StageWord names a part of the enrolment.
type StageWord string
