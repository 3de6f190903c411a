// The campaign: what is said of the party and what the drive is held to. It
// comes from a file that is read elsewhere.

package party

// Campaign is a membership drive.
type Campaign struct {
	Party       Names      `yaml:"party" json:"party"`
	Contact     Contact    `yaml:"contact" json:"contact"`
	Helpline    string     `yaml:"helpline" json:"helpline"`     // a phone number to read out
	Fee         int        `yaml:"fee" json:"fee"`               // rupees; 0: none
	NoticeURL   string     `yaml:"notice_url" json:"notice_url"` // the whole privacy notice
	BoardURL    string     `yaml:"board_url" json:"board_url"`   // the Data Protection Board
	Retention   Retention  `yaml:"retention" json:"retention"`
	PerEnroller int        `yaml:"per_enroller" json:"per_enroller"` // members each enroller is asked for
	Targets     []Target   `yaml:"targets" json:"targets"`
	Thresholds  Thresholds `yaml:"thresholds" json:"thresholds"`
	Sample      bool       `yaml:"-" json:"-"` // built in, and names nobody
}

// Names are those of the party.
type Names struct {
	Name      Text `yaml:"name" json:"name"`             // as people say it
	LegalName Text `yaml:"legal_name" json:"legal_name"` // as it is registered
}

// Contact is the officer for complaints about personal data.
type Contact struct {
	Name  Text   `yaml:"name" json:"name"`
	Phone string `yaml:"phone" json:"phone"`
}

// Retention is how long data are kept, in days.
type Retention struct {
	Withdrawn  int `yaml:"withdrawn" json:"withdrawn"`   // after a membership ended
	Unfinished int `yaml:"unfinished" json:"unfinished"` // after the last answer of a conversation
}

// MembersBy is the last day by which members are to be reached; zero: no such
// day is set.
func (c Campaign) MembersBy() (last Date) {
	for _, t := range c.Targets {
		if t.Members > 0 && last.Before(t.By) {
			last = t.By
		}
	}
	return last
}

// Target is what is to be reached by a day. A count of 0 is no target.
type Target struct {
	Members   int  `yaml:"members,omitempty" json:"members,omitempty"`
	Enrollers int  `yaml:"enrollers,omitempty" json:"enrollers,omitempty"`
	By        Date `yaml:"by" json:"by"`
}

// Thresholds are where newcomers go to review, or a person is told to wait.
type Thresholds struct {
	LinkPerHour     int `yaml:"link_per_hour" json:"link_per_hour"`         // newcomers by one code's link
	AssistedPerHour int `yaml:"assisted_per_hour" json:"assisted_per_hour"` // newcomers in one enroller's chat
	AssistedPerDay  int `yaml:"assisted_per_day" json:"assisted_per_day"`
	FamilyPerChat   int `yaml:"family_per_chat" json:"family_per_chat"` // others on one phone
	ReviewDays      int `yaml:"review_days" json:"review_days"`         // within which a review is promised
}

// WithDefaults fills what a file may leave out: retention, members for each
// enroller and thresholds that are 0.
func (c Campaign) WithDefaults() Campaign {
	or := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	or(&c.Retention.Withdrawn, 90)
	or(&c.Retention.Unfinished, 30)
	or(&c.PerEnroller, 100)
	or(&c.Thresholds.LinkPerHour, 300)
	or(&c.Thresholds.AssistedPerHour, 15)
	or(&c.Thresholds.AssistedPerDay, 60)
	or(&c.Thresholds.FamilyPerChat, 6)
	or(&c.Thresholds.ReviewDays, 3)
	return c
}

// RajasthanSample is the Rajasthan drive with a party, an officer and numbers
// that are made up. It stands in until a file names real ones.
func RajasthanSample() Campaign {
	return Campaign{
		Party: Names{
			Name:      Text{Hindi: "जन सदस्यता मंच", English: "Jan Sadasyata Manch"},
			LegalName: Text{Hindi: "जन सदस्यता मंच, राजस्थान", English: "Jan Sadasyata Manch, Rajasthan"},
		},
		Contact: Contact{
			Name:  Text{Hindi: "शिकायत अधिकारी", English: "Grievance Officer"},
			Phone: "1800-000-0001",
		},
		Helpline:  "1800-000-0000",
		NoticeURL: "https://example.org/notice",
		BoardURL:  "https://example.org/board",
		Targets: []Target{
			{Enrollers: 1_00_000, By: Date{2027, 2, 7}},
			{Members: 50_00_000, By: Date{2027, 6, 30}},
		},
		Sample: true,
	}.WithDefaults()
}
