// Counts and dates as people in India write them.

package party

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// FormatCount groups a count the Indian way, by thousand, lakh and crore:
// 12,34,567.
func FormatCount(n int) string {
	digits, sign := strconv.Itoa(n), ""
	if n < 0 {
		digits, sign = digits[1:], "-"
	}
	if len(digits) <= 3 {
		return sign + digits
	}
	grouped := digits[len(digits)-3:]
	for rest := digits[:len(digits)-3]; rest != ""; {
		cut := max(len(rest)-2, 0)
		grouped = rest[cut:] + "," + grouped
		rest = rest[:cut]
	}
	return sign + grouped
}

// FormatDate writes a day: "7 फ़रवरी 2027", "7 Feb 2027". month is 1..12; for
// any other the result is empty.
func FormatDate(year, month, day int, l Language) string {
	if month < 1 || month > 12 {
		return ""
	}
	name := [...]string{
		"जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून",
		"जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर",
	}[month-1]
	if l == English {
		name = time.Month(month).String()[:3]
	}
	return fmt.Sprintf("%d %s %d", day, name, year)
}

// Date is a day in Asia/Kolkata. The zero Date is none.
type Date struct{ Year, Month, Day int }

// errDate says how a date is written in a file.
var errDate = errors.New("a date is written as 2027-03-31")

// In writes the day as FormatDate does, and the zero Date as "".
func (d Date) In(l Language) string {
	if d.IsZero() {
		return ""
	}
	return FormatDate(d.Year, d.Month, d.Day, l)
}

// IsZero tells whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Before tells whether d comes before o.
func (d Date) Before(o Date) bool { return d.number() < o.number() }

// india is where a drive's days begin and end.
var india = time.FixedZone("IST", (5*60+30)*60)

// India is the zone of the drive's days and hours.
func India() *time.Location { return india }

// DaysFrom tells how many days there are from a moment to d, both days
// included, as they are in India; 0 once d is over.
func (d Date) DaysFrom(now time.Time) int {
	now = now.In(india)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	last := time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
	return max(0, int(last.Sub(today).Hours()/24)+1)
}

func (d Date) number() int { return (d.Year*100+d.Month)*100 + d.Day }

// String writes the day as 2027-03-31, and the zero Date as "".
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalText writes what String gives.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote, and refuses a day that no
// calendar has.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return errDate
	}
	*d = Date{Year: t.Year(), Month: int(t.Month()), Day: t.Day()}
	return nil
}
