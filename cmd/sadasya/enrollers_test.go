package main

import (
	"strings"
	"testing"

	"sadasya/party"
)

// TestAnEnrollersTools: the link, the poster whose code leads to it, and how
// many joined; nobody else gets any of it.
func TestAnEnrollersTools(t *testing.T) {
	r := newRig(t, rigOptions{})
	stranger := r.person(party.English)
	for _, command := range []string{"/link", "/progress"} {
		if said := stranger.say(command); len(said) != 1 || !strings.Contains(said[0].Text, "for enrollers") || strings.Contains(said[0].Text, string(r.code)) {
			t.Errorf("%s tells a stranger %+v", command, said)
		}
	}
	sunita := &chatter{r: r, Person: r.telegram.Person(personWithID(enrollerID))}
	if said := sunita.say("/progress"); !strings.Contains(said[0].Text, "0 of 100 confirmed") {
		t.Errorf("before anyone joined: %+v", said)
	}
	stranger.enrol("Kamla Devi", "ABC1034560")
	if said := stranger.say("/progress"); len(said) != 1 || !strings.Contains(said[0].Text, "for enrollers") {
		t.Errorf("a member is told %+v", said)
	}
	r.person(party.English).enrolBy(appointAnother(t, r), "Ramesh Gurjar", "ZZZ1234566") // by another's link
	sunita.say("/link")
	said := sunita.tap("Poster")
	if len(said) != 1 || said[0].File == nil || said[0].File.Kind != "document" {
		t.Fatalf("no poster: %+v", said)
	}
	if code := codeOn(t, said[0].File.Data); !strings.HasSuffix(code, "?start="+string(r.code)) {
		t.Errorf("the poster leads to %s", code)
	}
	said = sunita.say("/progress")
	if !strings.Contains(said[0].Text, "1 of 100 confirmed") || !strings.Contains(said[0].Text, "yesterday: 0") {
		t.Errorf("after one joined: %+v", said)
	}
	stranger.say("/withdraw")
	stranger.tap(stranger.lastButton())
	stranger.tap("Yes, end it")
	if said := sunita.say("/progress"); !strings.Contains(said[0].Text, "0 of 100 confirmed") {
		t.Errorf("after they left: %+v", said)
	}
}
