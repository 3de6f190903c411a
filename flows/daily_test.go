package flows_test

import (
	"strings"
	"testing"
	"time"

	"sadasya/flows"
	"sadasya/party"
)

// TestTheDailyWordReads as it does in both languages, and its buttons go on or
// end it.
func TestTheDailyWordReads(t *testing.T) {
	render := renderer(t, loadPlaces(t))
	for what, c := range map[string]struct {
		name   party.Name
		d      flows.Daily
		hi, en string
	}{
		"on the way": {
			"सुनीता मीणा",
			flows.Daily{Added: 62, Confirmed: 41, Waiting: 21, Yesterday: 4, PerDay: 3},
			"सुनीता मीणा जी, 62 जुड़े, 41 पक्के; कल 4।\nरोज़ 3 हों तो 30 जून 2027 तक 100 पूरे।\nआपके दर्ज किए लोगों में से 21 का पक्का होना बाकी है। उनसे पर्ची का लिंक खोलने को कहें।",
			"सुनीता मीणा ji, 62 added, 41 confirmed; 4 yesterday.\n3 a day makes 100 by 30 Jun 2027.\nOf those you recorded, 21 are yet to be confirmed. Ask them to open the link on the slip.",
		},
		"reached": {
			"<b>",
			flows.Daily{Added: 100_000, Confirmed: 100_000},
			"&lt;b&gt; जी, 1,00,000 जुड़े, 1,00,000 पक्के; कल 0।",
			"&lt;b&gt; ji, 1,00,000 added, 1,00,000 confirmed; 0 yesterday.",
		},
		"nobody yet, without a name": {
			"",
			flows.Daily{PerDay: 1},
			"नमस्ते, अब तक आपके लिंक से कोई नहीं जुड़ा। आज एक व्यक्ति से शुरू करें।\nरोज़ 1 हों तो 30 जून 2027 तक 100 पूरे।",
			"Namaste, nobody has joined by your link yet. Start with one person today.\n1 a day makes 100 by 30 Jun 2027.",
		},
	} {
		screen, ok := flows.Notice{Kind: flows.NoticeDaily, Name: c.name, Daily: &c.d}.Say()
		if !ok {
			t.Errorf("%s: nothing is said", what)
			continue
		}
		for l, want := range map[party.Language]string{party.Hindi: c.hi, party.English: c.en} {
			bubbles, data := render(screen, l)
			if len(bubbles) != 1 || bubbles[0].Text != want {
				t.Errorf("%s, in %s:\n%s", what, l, bubbles[0].Text)
			}
			var taps []string
			for _, row := range data[0] {
				taps = append(taps, row...)
			}
			if got := strings.Join(taps, " "); got != "g.enrol g.nodaily" {
				t.Errorf("%s: %s", what, got)
			}
		}
	}
	if _, ok := (flows.Notice{Kind: flows.NoticeDaily}).Say(); ok {
		t.Error("a word without figures is said")
	}
}

// TestWhenTheDailyWordIsDue: by day from 08:15 to 20:00 in India, and to who has
// nobody on Mondays.
func TestWhenTheDailyWordIsDue(t *testing.T) {
	monday := party.Date{Year: 2027, Month: 2, Day: 8}
	for at, want := range map[time.Duration]bool{
		0: false, flows.DailyFrom - time.Second: false, flows.DailyFrom: true,
		flows.DailyUntil - time.Second: true, flows.DailyUntil: false, 24*time.Hour - time.Second: false,
	} {
		if got := flows.DailyHour(party.StartOf(monday).Add(at).UTC()); got != want {
			t.Errorf("%s after midnight: %v", at, got)
		}
	}
	for i := range 7 {
		on := monday.AddDays(i)
		if !(flows.Daily{Added: 1}).Due(on) || (flows.Daily{}).Due(on) != (i == 0) {
			t.Errorf("%s", on)
		}
	}
}
