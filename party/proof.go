// The proof on a member's card: a signature that anyone can check offline, and
// a tag that the bot checks.

package party

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Errors of ReadProof.
var (
	ErrProofForm  = errors.New("not the proof of a member's card")
	ErrProofWrong = errors.New("the card's proof does not hold: it was changed, or is another party's")
)

// Proof is what a member's card shows and its signature covers. Never the
// Voter ID. docs/card.md has its form.
type Proof struct {
	Number Number
	Name   Name
	Booth  Booth // zero: pending
	On     Date  // the day of joining
}

const (
	proofVersion = 1
	proofHead    = 1 + 8 + 4 + 2 + 2 + 1 // version, number, day, constituency, part, letter
	proofDomain  = "sadasya card v1\x00" // before what is signed, so that no signature serves twice
)

// Sign gives the proof as text of [A-Za-z0-9_-], some 200 letters.
func (p Proof) Sign(key ed25519.PrivateKey) string {
	n, _ := strconv.ParseUint(string(p.Number), 10, 64) // digits alone: ParseNumber and NewNumber saw to it
	raw := append(make([]byte, 0, proofHead+len(p.Name)+ed25519.SignatureSize), proofVersion)
	raw = binary.BigEndian.AppendUint64(raw, n)
	raw = binary.BigEndian.AppendUint32(raw, uint32(p.On.Year*10_000+p.On.Month*100+p.On.Day))
	raw = binary.BigEndian.AppendUint16(raw, uint16(p.Booth.AC))
	raw = binary.BigEndian.AppendUint16(raw, uint16(p.Booth.Part))
	letter := byte(0)
	if p.Booth.Letter != "" {
		letter = p.Booth.Letter[0]
	}
	raw = append(raw, letter)
	raw = append(raw, p.Name...)
	raw = append(raw, ed25519.Sign(key, append([]byte(proofDomain), raw...))...)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// ReadProof checks a proof and gives what it covers. Errors: ErrProofForm,
// ErrProofWrong.
func ReadProof(key ed25519.PublicKey, text string) (Proof, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) < proofHead+ed25519.SignatureSize || raw[0] != proofVersion {
		return Proof{}, ErrProofForm
	}
	body, signature := raw[:len(raw)-ed25519.SignatureSize], raw[len(raw)-ed25519.SignatureSize:]
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, append([]byte(proofDomain), body...), signature) {
		return Proof{}, ErrProofWrong
	}
	day := int(binary.BigEndian.Uint32(body[9:]))
	p := Proof{
		Number: Number(strconv.FormatUint(binary.BigEndian.Uint64(body[1:]), 10)),
		On:     Date{Year: day / 10_000, Month: day / 100 % 100, Day: day % 100},
		Booth:  Booth{AC: int(binary.BigEndian.Uint16(body[13:])), Part: int(binary.BigEndian.Uint16(body[15:]))},
		Name:   Name(body[proofHead:]),
	}
	if body[17] != 0 {
		p.Booth.Letter = string(rune(body[17]))
	}
	if !utf8.ValidString(string(p.Name)) {
		return Proof{}, ErrProofForm
	}
	return p, nil
}

// CardTag shows that a link with a membership number came from a card: who knows
// the number alone cannot make it. The store makes and checks it by a key.
type CardTag [9]byte

// CardPayload is the start payload of a card's link: "v", the number, "_", the
// tag.
func CardPayload(n Number, tag CardTag) string {
	return "v" + string(n) + "_" + base64.RawURLEncoding.EncodeToString(tag[:])
}

// parseCardPayload reads what CardPayload made.
func parseCardPayload(payload string) (n Number, tag CardTag, ok bool) {
	rest, isCard := strings.CutPrefix(payload, "v")
	digits, tagText, cut := strings.Cut(rest, "_")
	if !isCard || !cut {
		return "", tag, false
	}
	n, err := ParseNumber(digits)
	if err != nil || string(n) != digits {
		return "", tag, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(tagText)
	if err != nil || len(raw) != len(tag) {
		return "", tag, false
	}
	return n, CardTag(raw), true
}
