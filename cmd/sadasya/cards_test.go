package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"image/png"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"sadasya/bot/telegramtest"
	"sadasya/party"
)

// TestACardProvesItself: the picture that /card brings holds a code whose link
// opens the bot, which knows it; the proof behind it is checked without the bot
// by the key that keys public prints. Whoever changes either is found out.
func TestACardProvesItself(t *testing.T) {
	r := newRig(t, rigOptions{})
	c := r.person(party.Hindi)
	c.say("/start " + string(r.code))
	for _, tap := range []string{"हिन्दी", "✅ उम्र 18+ है, सहमत हूँ"} {
		c.tap(tap)
	}
	c.say("कृष्णा क्षत्रिय")
	c.say("ABC1034560")
	c.tap("✅ हाँ, यहीं")
	number := numberIn(c.tap("✅ सब सही है"))
	link := cardLinkIn(t, c.say("/card"))

	address, proof, _ := strings.Cut(link, "#")
	_, payload, _ := strings.Cut(address, "?start=")
	stranger := r.person(party.English)
	said := stranger.say("/start " + payload)
	if len(said) != 1 || !strings.Contains(said[0].Text, "genuine") || !strings.Contains(said[0].Text, "कृष्णा क्षत्रिय") || numberIn(said) != number {
		t.Errorf("the bot says of it: %+v", said)
	}
	if strings.Contains(said[0].Text, "1034560") || strings.Contains(said[0].Text, "103 4560") {
		t.Error("the Voter ID is told")
	}
	if said := stranger.say("/verify " + link); len(said) != 1 || !strings.Contains(said[0].Text, "genuine") {
		t.Errorf("pasted: %+v", said)
	}
	other := r.person(party.English).enrol("Ramesh Gurjar", "ZZZ1234566") // a number that somebody has
	if said := stranger.say("/start " + strings.Replace(payload, number, other, 1)); len(said) != 1 || !strings.Contains(said[0].Text, "not genuine") {
		t.Errorf("another number with this tag: %+v", said)
	}

	public := r.stores.keys.CardKey().Public().(ed25519.PublicKey)
	p, err := party.ReadProof(public, proof)
	if err != nil || string(p.Number) != number || p.Name != "कृष्णा क्षत्रिय" || p.Booth.String() != "55/12" || p.On.IsZero() {
		t.Errorf("%+v, %v", p, err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(proof)
	if err != nil || bytes.Contains(raw, []byte("1034560")) {
		t.Errorf("the proof tells the Voter ID: %q, %v", raw, err)
	}
	raw[8]++ // the end of the number
	if _, err := party.ReadProof(public, base64.RawURLEncoding.EncodeToString(raw)); !errors.Is(err, party.ErrProofWrong) {
		t.Errorf("a proof of another number: %v", err)
	}

	c.say("/withdraw")
	for range 2 {
		c.tap(c.lastButton())
	}
	if said := stranger.say("/start " + payload); strings.Contains(said[0].Text, "कृष्णा") {
		t.Errorf("after leaving: %+v", said)
	}
}

// lastButton is the first button of the newest bubble that is not a way back.
func (c *chatter) lastButton() string {
	messages := c.Messages()
	return messages[len(messages)-1].Buttons[0][0].Text
}

func cardLinkIn(t *testing.T, said []telegramtest.Message) string {
	t.Helper()
	if len(said) != 1 || said[0].File == nil || said[0].File.Kind != "photo" {
		t.Fatalf("no picture: %+v", said)
	}
	return codeOn(t, said[0].File.Data)
}

// codeOn reads the QR code of a picture. Of one in a hundred that are drawn right,
// the library that reads them misreads some modules; from the side it does not, so
// the picture is turned, as whoever holds a phone does.
func codeOn(t *testing.T, raw []byte) string {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		code, unread := qrcode.NewQRCodeReader().Decode(bitmap, nil)
		if unread == nil {
			return code.GetText()
		}
		t.Logf("the code is not read: %v", unread)
		if bitmap, err = bitmap.RotateCounterClockwise(); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("the code is read from no side")
	return ""
}

func TestKeysPublicPrintsTheKeyOfCards(t *testing.T) {
	keys := keyPath(t)
	ok(t)(run(t, "keys", "new", "--out", keys))
	t.Setenv("ENCRYPTION_KEYS", keys)
	out := ok(t)(run(t, "keys", "public"))
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(out))
	if err != nil || len(raw) != ed25519.PublicKeySize {
		t.Errorf("%q, %v", out, err)
	}
	if again := ok(t)(run(t, "keys", "public")); again != out {
		t.Error("another key each time")
	}
}
