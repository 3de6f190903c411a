package party_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"os"
	"regexp"
	"testing"

	"sadasya/party"
)

// vector is the proof of docs/card.md, by the key of 32 zero bytes.
func vector() (party.Proof, ed25519.PrivateKey) {
	return party.Proof{
		Number: party.NewNumber(3_821_773_615), Name: "श्रीमती कृष्णा क्षत्रिय",
		Booth: party.Booth{AC: 55, Part: 123, Letter: "A"}, On: party.Date{Year: 2026, Month: 11, Day: 23},
	}, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
}

func TestAProofIsReadAndAChangedOneIsNot(t *testing.T) {
	p, key := vector()
	public := key.Public().(ed25519.PublicKey)
	text := p.Sign(key)
	if got, err := party.ReadProof(public, text); err != nil || got != p {
		t.Errorf("%+v, %v", got, err)
	}
	bare := party.Proof{Number: p.Number, Name: "र", On: p.On}
	if got, err := party.ReadProof(public, bare.Sign(key)); err != nil || got != bare {
		t.Errorf("%+v, %v", got, err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		changed := append([]byte(nil), raw...)
		changed[i] ^= 1
		if _, err := party.ReadProof(public, base64.RawURLEncoding.EncodeToString(changed)); err == nil {
			t.Errorf("byte %d may be changed", i)
		}
	}
	other := ed25519.NewKeyFromSeed([]byte("another key, of thirty-two bytes")).Public().(ed25519.PublicKey)
	if _, err := party.ReadProof(other, text); !errors.Is(err, party.ErrProofWrong) {
		t.Errorf("another party's key: %v", err)
	}
	for _, bad := range []string{"", "AA", text[:40], "=" + text, "🙏"} {
		if _, err := party.ReadProof(public, bad); !errors.Is(err, party.ErrProofForm) && !errors.Is(err, party.ErrProofWrong) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestTheVectorOfTheDocumentHolds(t *testing.T) {
	raw, err := os.ReadFile("../docs/card.md")
	if err != nil {
		t.Fatal(err)
	}
	p, key := vector()
	found := regexp.MustCompile("(?m)^proof: ([A-Za-z0-9_-]+)$").FindSubmatch(raw)
	if found == nil || string(found[1]) != p.Sign(key) {
		t.Errorf("docs/card.md has another proof than\n%s", p.Sign(key))
	}
	public := regexp.MustCompile("(?m)^public key: (.+)$").FindSubmatch(raw)
	if want := base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey)); public == nil || string(public[1]) != want {
		t.Errorf("docs/card.md has another key than %s", want)
	}
}

func TestACardsPayloadIsNoOther(t *testing.T) {
	n, tag := party.NewNumber(7), party.CardTag{1, 2, 3, 255}
	payload := party.CardPayload(n, tag)
	got := party.ParsePayload(payload)
	if len(payload) > 64 || got.Kind != party.PayloadCard || got.Card != n || got.Tag != tag {
		t.Errorf("%s is read as %+v", payload, got)
	}
	for _, bad := range []string{"v" + string(n), "v" + string(n) + "_", payload + "A", "v12345678901_AQID_wAAAAAA", "V" + payload[1:], payload[1:]} {
		if got := party.ParsePayload(bad); got.Kind == party.PayloadCard {
			t.Errorf("%s was taken for a card", bad)
		}
	}
}

func FuzzReadProof(f *testing.F) {
	p, key := vector()
	f.Add(p.Sign(key))
	f.Add("AQ")
	public := key.Public().(ed25519.PublicKey)
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := party.ReadProof(public, text); err == nil && got != p {
			t.Errorf("%q proves %+v", text, got)
		}
	})
}
