package party

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestWhatAStartPayloadHolds(t *testing.T) {
	code := NewCode(42)
	token := NewLinkToken(Enroller, [16]byte{1, 2, 3})
	apply := NewApplyToken([16]byte{4, 5})
	slip := NewSlipToken(NewNumber(42), [16]byte{6, 7})
	tests := []struct {
		payload string
		want    Payload
	}{
		{"", Payload{Kind: PayloadNone}},
		{" ", Payload{Kind: PayloadNone}},
		{string(code), Payload{Kind: PayloadCode, Code: code}},
		{code.Display(), Payload{Kind: PayloadCode, Code: code}}, // typed behind /start
		{string(token), Payload{Kind: PayloadLink, Link: token}},
		{string(token) + " ", Payload{Kind: PayloadLink, Link: token}},
		{string(apply), Payload{Kind: PayloadLink, Link: apply}},
		{string(slip), Payload{Kind: PayloadSlip, Slip: slip}},
	}
	for _, unknown := range []string{
		"admin", "chief", "a_", "../", "' OR 1=1", "123456789", "0", string(token) + "A", string(token[:23]),
		string(slip) + "A", string(slip[:len(slip)-1]), "s12345678901_" + string(slip[13:]),
		"x_" + string(token[2:]), "A_" + string(token[2:]), string(token[:2]) + strings.Repeat("!", 22),
		string(token[:23]) + "B", // another spelling of the same bits
		strings.Repeat("4", 4000), "\xff", "<b>", "%s",
	} {
		tests = append(tests, struct {
			payload string
			want    Payload
		}{unknown, Payload{Kind: PayloadUnknown}})
	}
	for _, test := range tests {
		if got := ParsePayload(test.payload); got != test.want {
			t.Errorf("%.40q: %+v, want %+v", test.payload, got, test.want)
		}
	}
}

func TestLinkTokensFitTelegramAndNameTheirOffice(t *testing.T) {
	fits := regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	rapid.Check(t, func(t *rapid.T) {
		office := rapid.SampledFrom([]Office{Admin, Chief, Enroller}).Draw(t, "office")
		random := [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "random"))
		token := NewLinkToken(office, random)
		if !fits.MatchString(string(token)) || token.Office() != office {
			t.Fatalf("%q for %s", string(token), office)
		}
		if got := ParsePayload(string(token)); got != (Payload{Kind: PayloadLink, Link: token}) {
			t.Fatalf("%+v", got)
		}
	})
	if token := NewLinkToken("king", [16]byte{}); token != "" {
		t.Errorf("%q for no office", string(token))
	}
}

func TestALinkTokenIsNotPrintedByChance(t *testing.T) {
	token := NewLinkToken(Admin, [16]byte{9, 9, 9, 9})
	if s := fmt.Sprintf("%v %s %+v", token, token, Payload{Link: token}); strings.Contains(s, string(token[2:])) {
		t.Error(s)
	}
}

func FuzzParsePayload(f *testing.F) {
	for _, payload := range []string{
		"", "482177361", string(NewCode(5)), string(NewLinkToken(Chief, [16]byte{7})), "admin", "../", "' OR 1=1", "c_AAAAAAAAAAAAAAAAAAAAAB",
		string(NewApplyToken([16]byte{8})), string(NewSlipToken(NewNumber(7), [16]byte{9})),
	} {
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		p := ParsePayload(payload)
		switch {
		case (p.Code != "") != (p.Kind == PayloadCode), (p.Link != "") != (p.Kind == PayloadLink), (p.Slip != "") != (p.Kind == PayloadSlip):
			t.Fatalf("%+v", p)
		case p.Kind == PayloadLink && ParsePayload(string(p.Link)) != p, p.Kind == PayloadCode && ParsePayload(string(p.Code)) != p:
			t.Fatalf("%+v is not read again", p)
		}
	})
}
