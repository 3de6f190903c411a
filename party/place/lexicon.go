package place

import (
	"strings"
	"sync"
)

// meaning is what a word says of a building rather than of a place.
type meaning int

const (
	name meaning = iota // of a place: no meaning here
	generic
	building
	girls
	primaryWord
	upper
	secondaryWord
	seniorWord
	number   // "no", before a number
	roomWord // before its number
	part     // after a side: "left part"
	left
	right
	east
	west
	north
	south
	hall
	middle // a side only where a part follows
	new_
	old
)

// words are those of booths' names in Rajasthan, as the lists of the Election
// Commission spell them and as people type them.
func words() map[meaning]string {
	return map[meaning]string{
		generic: "govt gov govet government goverment school sch skool shcool schol iskul the of in at and ka ki ke me mein se ko par " +
			"rajkiya rajkiy rajakiya sarkari vidyalaya vidhyalaya vidyalay vidhalaya pathshala shala hindi",
		building:      "building bulding buildig bldg bhawan bhavan bhawn",
		girls:         "girls girl garls gals girals grils balika kanya",
		primaryWord:   "primary primery prim pri prathmik prathamik primay priamary primry",
		upper:         "upper uppar uper upp uchch uchh uch",
		secondaryWord: "secondary secondry sec secondray secoundry seconary madhyamik madhymik secoundary secodary secandary",
		seniorWord:    "senior sr sen ser higher hr seniar varishth varisth",
		number:        "no num number nos nambar number nan sankhya",
		roomWord:      "room kamra kaksh rm rum",
		part:          "part side wing bhag portion section block hissa taraf corner area",
		left:          "left lift baya bayan",
		right:         "right rite daya dayan dahina",
		east:          "east eastern purvi purvy purab",
		west:          "west western paschimi pashchimi pacchimi pashchim",
		north:         "north northern uttari uttri uttar",
		south:         "south southern dakshini daxini dakshin dakshni daxani",
		hall:          "hall haal",
		middle:        "middle mid center centre central madhya madhy beech bich",
		new_:          "new naya nai naveen navin",
		old:           "old purana purani",
	}
}

// lexicon is words by their sounds.
var lexicon = sync.OnceValue(func() map[string]meaning {
	bySound := map[string]meaning{}
	for means, list := range words() {
		for _, w := range strings.Fields(list) {
			bySound[Sound(w)] = means
		}
	}
	return bySound
})

// joined are words that lists write without the blank.
var joined = sync.OnceValue(func() map[string]meaning {
	return map[string]meaning{
		Sound("primaryschool"): primaryWord, Sound("secondaryschool"): secondaryWord,
		Sound("secondryschool"): secondaryWord, Sound("roomno"): roomWord,
		Sound("leftside"): left, Sound("leftpart"): left, Sound("rightside"): right, Sound("rightpart"): right,
	}
})

func meaningOf(sound string) meaning {
	if m, ok := lexicon()[sound]; ok {
		return m
	}
	if m, ok := joined()[sound]; ok {
		return m
	}
	if len(sound) >= 6 {
		for _, w := range [...]struct {
			sound string
			means meaning
		}{{"gubirnment", generic}, {"primari", primaryWord}, {"sikundari", secondaryWord}, {"bidialai", generic}, {"building", building}} {
			if sound[0] == w.sound[0] && Alike(sound, w.sound) >= 0.8 {
				return w.means
			}
		}
	}
	return name
}

// short is what an abbreviation stands for.
type short struct {
	level Level
	girls bool
}

// abbreviation tells how many tokens from the first make an abbreviation of a
// kind of school, such as GUPS, G U P S, राउमावि or रा.उ.मा.वि.; 0: none.
func abbreviation(tokens []token) (int, short) {
	var text string
	found, stands := 0, short{}
	for i, t := range tokens {
		if i >= 8 || t.room || len(t.plain) > 3 && i > 0 {
			break
		}
		text += t.plain
		if s, ok := abbreviated(text); ok {
			found, stands = i+1, s
		}
		if len(t.plain) > 3 {
			break
		}
	}
	return found, stands
}

func abbreviated(text string) (short, bool) {
	switch text {
	case "gps", "ps", "rapravi", "rapraavi":
		return short{level: Primary}, true
	case "gups", "ups", "gup", "gms", "guss", "raupravi", "rauppravi":
		return short{level: UpperPrimary}, true
	case "gss", "ramavi":
		return short{level: Secondary}, true
	case "gsss", "sss", "ghss", "hss", "raumavi":
		return short{level: Senior}, true
	case "ggps", "rabapravi", "rakapravi":
		return short{Primary, true}, true
	case "ggups", "ggms", "rabaupravi", "rakaupravi":
		return short{UpperPrimary, true}, true
	case "ggss", "rabamavi", "rakamavi":
		return short{Secondary, true}, true
	case "ggsss", "rabaumavi", "rakaumavi":
		return short{Senior, true}, true
	case "magaravi", "mgrv", "mggs": // महात्मा गांधी राजकीय विद्यालय
		return short{}, true
	}
	return short{}, false
}
