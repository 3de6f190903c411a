package party

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheSampleCampaignIsSound(t *testing.T) {
	c := RajasthanSample()
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	if !c.Sample || c.Fee != 0 || c.PerEnroller != 100 {
		t.Errorf("%+v", c)
	}
	want := Thresholds{LinkPerHour: 300, AssistedPerHour: 15, AssistedPerDay: 60, PerMobile: 5, Unclaimed: 20, CallBackOneIn: 20, FamilyPerChat: 6, ReviewDays: 3, Messages: 30, UnknownCodes: 10, RefusedNumbers: 5}
	if c.Thresholds != want || c.Retention != (Retention{Withdrawn: 90, Unfinished: 30}) {
		t.Errorf("%+v, %+v", c.Thresholds, c.Retention)
	}
	members, enrollers := 0, 0
	for _, target := range c.Targets {
		members, enrollers = members+target.Members, enrollers+target.Enrollers
		if target.By.Year != 2027 {
			t.Errorf("%s is not in 2027", target.By)
		}
	}
	if members != 5_000_000 || enrollers != 100_000 {
		t.Errorf("%d members, %d enrollers", members, enrollers)
	}
}

func TestACampaignGoesThroughAFile(t *testing.T) {
	want := RajasthanSample()
	raw, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Campaign
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	want.Sample = false // a file is no sample
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(string(raw), `"by":"2027-02-07"`) {
		t.Errorf("%s", raw)
	}
}

func TestEveryFaultOfACampaignIsTold(t *testing.T) {
	c := RajasthanSample()
	c.Party.Name.Hindi = " "
	c.Party.LegalName.English = strings.Repeat("a", 61)
	c.Contact.Name.English = "a\nb"
	c.Contact.Phone = "call me"
	c.Helpline = "12"
	c.NoticeURL, c.BoardURL = "http://example.org", "example"
	c.Fee = -1
	c.Retention.Withdrawn = 0
	c.PerEnroller = 0
	c.Targets = []Target{{}, {Members: -1, By: Date{2027, 1, 1}}}
	c.Thresholds = Thresholds{}
	err := c.Validate()
	if err == nil {
		t.Fatal("nothing is told")
	}
	lines := strings.Split(err.Error(), "\n")
	fields := []string{
		"party.name.hi", "party.legal_name.en", "contact.name.en", "contact.phone", "helpline", "notice_url", "board_url", "fee",
		"retention.withdrawn", "per_enroller", "targets[0] counts", "targets[0].by", "targets[1]", "thresholds.link_per_hour",
		"thresholds.assisted_per_hour", "thresholds.assisted_per_day", "thresholds.per_mobile",
		"thresholds.unclaimed", "thresholds.call_back_one_in", "thresholds.family_per_chat", "thresholds.review_days",
		"thresholds.messages", "thresholds.unknown_codes", "thresholds.refused_numbers",
	}
	if len(lines) != len(fields) {
		t.Fatalf("%d faults, want %d:\n%v", len(lines), len(fields), err)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, fields[i]) || !strings.Contains(line, ": ") {
			t.Errorf("%q does not say how to mend %s", line, fields[i])
		}
	}
	if err := (Campaign{}).Validate(); err == nil || !strings.Contains(err.Error(), "targets is empty") {
		t.Errorf("an empty file: %v", err)
	}
}

func TestWhatAFileLeavesOutIsFilled(t *testing.T) {
	c := Campaign{Thresholds: Thresholds{FamilyPerChat: 2}}.WithDefaults()
	if c.Thresholds.FamilyPerChat != 2 || c.Thresholds.LinkPerHour != 300 || c.Retention.Unfinished != 30 || c.Party.Name.Hindi != "" {
		t.Errorf("%+v", c)
	}
}
