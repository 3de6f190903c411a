package party_test

import (
	"strings"
	"testing"

	"sadasya/party"
)

func TestALettersFaultsAreFoundWithTheirPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want party.Fault
	}{
		{"कल सभा है।", party.Fault{}},
		{"<b>कल</b> <i><u>सभा</u></i> & 5 > 3", party.Fault{}},
		{`<a href="https://example.org">यहाँ</a>`, party.Fault{}},
		{"{name} जी, बूथ {booth}, {count}", party.Fault{}},
		{"पहली\nदूसरी <b>मोटी", party.Fault{Kind: party.Unclosed, At: "<b>", Line: 2}},
		{"<b><i>x</b></i>", party.Fault{Kind: party.Unopened, At: "</b>", Line: 1}},
		{"x</b>", party.Fault{Kind: party.Unopened, At: "</b>", Line: 1}},
		{"<h1>x</h1>", party.Fault{Kind: party.NoTag, At: "<h1>", Line: 1}},
		{"<b onclick=x>x</b>", party.Fault{Kind: party.NoTag, At: "<b onclick=x>", Line: 1}},
		{"3 < 5", party.Fault{Kind: party.NoTag, At: "< 5", Line: 1}},
		{`<a href="javascript:x">y</a>`, party.Fault{Kind: party.NoTag, At: `<a href="javascript:`, Line: 1}},
		{"एक\n{फ़ोन}", party.Fault{Kind: party.NoPlace, At: "{फ़ोन}", Line: 2}},
		{"{name", party.Fault{Kind: party.NoPlace, At: "{name", Line: 1}},
		{strings.Repeat("क", 3501), party.Fault{Kind: party.TooLong}},
	} {
		if got := party.CheckLetter(c.text, party.Enrollers, false); got != c.want {
			t.Errorf("%.40q: %+v, want %+v", c.text, got, c.want)
		}
	}
	if got := party.CheckLetter("{count}", party.Subscribers, false); got.Kind != party.NoPlace {
		t.Errorf("a count for everyone: %+v", got)
	}
	if got := party.CheckLetter(strings.Repeat("क", 901), party.Enrollers, true); got.Kind != party.TooLong {
		t.Errorf("a long text under a photo: %+v", got)
	}
}

func FuzzCheckLetter(f *testing.F) {
	for _, seed := range []string{"<b>x</b>", "{name}", "<", "{", "</", "<a href=\"http\">", "\xff<"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if party.CheckLetter(text, party.Enrollers, false).Kind != party.NoFault {
			return
		}
		if strings.Count(text, "<") != strings.Count(text, "</")*2 {
			t.Errorf("%q has a tag that is not closed", text)
		}
	})
}
