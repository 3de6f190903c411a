// Whether a campaign's file can be worked with.

package party

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxPartyName is how long the party's names may be, in code points, to fit the
// screens.
const maxPartyName = 60

// Validate tells every fault of the campaign, each with how to mend it, as
// errors joined into one; nil where there is none. A target is no promise: its
// day may have passed.
func (c Campaign) Validate() error {
	var f faults
	f.text("party.name", c.Party.Name, "the party's name as people say it")
	f.text("party.legal_name", c.Party.LegalName, "the party's name as it is registered")
	f.text("contact.name", c.Contact.Name, "the name of the officer for complaints")
	f.phone("contact.phone", c.Contact.Phone)
	f.phone("helpline", c.Helpline)
	f.web("notice_url", c.NoticeURL)
	f.web("board_url", c.BoardURL)
	f.within("fee", c.Fee, 0, 10_000, "rupees, 0 for none")
	f.within("retention.withdrawn", c.Retention.Withdrawn, 1, 3650, "days")
	f.within("retention.unfinished", c.Retention.Unfinished, 1, 3650, "days")
	f.within("per_enroller", c.PerEnroller, 1, 100_000, "members")
	f.targets(c.Targets)
	f.begins(c)
	f.aims(c.Aims)
	f.within("thresholds.link_per_hour", c.Thresholds.LinkPerHour, 1, 1_000_000, "newcomers")
	f.within("thresholds.assisted_per_hour", c.Thresholds.AssistedPerHour, 1, 1_000_000, "newcomers")
	f.within("thresholds.assisted_per_day", c.Thresholds.AssistedPerDay, 1, 1_000_000, "newcomers")
	f.within("thresholds.per_mobile", c.Thresholds.PerMobile, 1, 1_000, "members")
	f.within("thresholds.unclaimed", c.Thresholds.Unclaimed, 1, 1_000, "members")
	f.within("thresholds.call_back_one_in", c.Thresholds.CallBackOneIn, 1, 1_000, "members")
	f.within("thresholds.family_per_chat", c.Thresholds.FamilyPerChat, 1, 1_000, "people")
	f.within("thresholds.review_days", c.Thresholds.ReviewDays, 1, 365, "days")
	f.within("thresholds.messages", c.Thresholds.Messages, 10, 1_000, "messages in 10 s")
	f.within("thresholds.unknown_codes", c.Thresholds.UnknownCodes, 1, 1_000, "codes a day")
	f.within("thresholds.refused_numbers", c.Thresholds.RefusedNumbers, 1, 100, "Voter IDs")
	return errors.Join(f...)
}

// faults gathers what is wrong, in the order of the file.
type faults []error

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Errorf(format, args...)) }

func (f *faults) text(field string, t Text, what string) {
	for _, side := range []struct{ key, words, language string }{{"hi", t.Hindi, "Hindi"}, {"en", t.English, "English"}} {
		switch {
		case strings.TrimSpace(side.words) == "":
			f.add("%s.%s is empty: write %s in %s", field, side.key, what, side.language)
		case strings.ContainsAny(side.words, "\r\n"):
			f.add("%s.%s has several lines: write it in one", field, side.key)
		case utf8.RuneCountInString(side.words) > maxPartyName:
			f.add("%s.%s is longer than %d letters: shorten it", field, side.key, maxPartyName)
		}
	}
}

func (f *faults) phone(field, number string) {
	digits := 0
	for _, r := range number {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+- ()", r):
			f.add("%s has a letter or sign that no phone has: write digits, such as 1800-000-0000", field)
			return
		}
	}
	if digits < 3 || digits > 15 {
		f.add("%s is no phone number: write one that people can call", field)
	}
}

func (f *faults) web(field, address string) {
	if u, err := url.Parse(address); err != nil || u.Scheme != "https" || u.Host == "" {
		f.add("%s is no web address: write one that begins with https://", field)
	}
}

func (f *faults) within(field string, n, least, most int, unit string) {
	if n < least || n > most {
		f.add("%s is %d: write a number of %s from %d to %d", field, n, unit, least, most)
	}
}

func (f *faults) targets(targets []Target) {
	if len(targets) == 0 {
		f.add("targets is empty: write at least one, with members or enrollers and a day")
	}
	for i, t := range targets {
		field := fmt.Sprintf("targets[%d]", i)
		switch {
		case t.Members < 0 || t.Enrollers < 0:
			f.add("%s has a count below 0: write how many are wanted", field)
		case t.Members == 0 && t.Enrollers == 0:
			f.add("%s counts nothing: write members or enrollers", field)
		}
		if t.By.IsZero() {
			f.add("%s.by is empty: write a day as 2027-03-31", field)
		}
	}
}

func (f *faults) begins(c Campaign) {
	for i, t := range c.Targets {
		if !c.Begins.IsZero() && !t.By.IsZero() && t.By.Before(c.Begins) {
			f.add("targets[%d].by comes before begins: write a day on or after %s", i, c.Begins)
		}
	}
}
