// What a chat link carries: t.me/BOT?start=PAYLOAD.

package party

import (
	"encoding/base64"
	"strings"
)

// LinkToken is the payload of a link to an office: a letter for the office, or
// for those who apply for one, "_", and 128 random bits in base64url. What the
// office is, and whether the link still holds, stands in the store alone.
type LinkToken string

// tokenLength is that of every LinkToken, within Telegram's 64.
const tokenLength = 2 + 22

// maxPayload is the longest start payload, of [A-Za-z0-9_-]. Source: Telegram,
// "Deep linking", core.telegram.org/bots/features.
const maxPayload = 64

// applyLetter begins a link by which many apply for the office of an enroller.
const applyLetter = "p_"

// NewApplyToken makes a token of 128 random bits for those who apply.
func NewApplyToken(random [16]byte) LinkToken {
	return LinkToken(applyLetter + base64.RawURLEncoding.EncodeToString(random[:]))
}

// Many tells a link by which many apply from one that gives an office once.
func (t LinkToken) Many() bool { return strings.HasPrefix(string(t), applyLetter) }

// NewLinkToken makes a token of 128 random bits. An office that there is none
// of gives an empty token.
func NewLinkToken(o Office, random [16]byte) LinkToken {
	if _, ok := ParseOffice(string(o)); !ok {
		return ""
	}
	return LinkToken(string(o[:1]) + "_" + base64.RawURLEncoding.EncodeToString(random[:]))
}

// Office gives the office that the token's letter names, empty for a token
// that NewLinkToken did not make.
func (t LinkToken) Office() Office {
	for _, o := range []Office{Admin, Chief, Enroller} {
		if strings.HasPrefix(string(t), string(o[:1])+"_") {
			return o
		}
	}
	if t.Many() {
		return Enroller
	}
	return ""
}

// String hides the token, which is a key to an office: nobody prints it by
// chance. string(t) gives it.
func (t LinkToken) String() string {
	if t == "" {
		return ""
	}
	return string(t[:1]) + "_…"
}

// PayloadKind is what a start payload holds.
type PayloadKind int

// The kinds of payload.
const (
	PayloadNone    PayloadKind = iota // a bare /start
	PayloadCode                       // a referral code
	PayloadLink                       // a one-time link
	PayloadCard                       // the link on a member's card
	PayloadSlip                       // the link on an assisted member's slip
	PayloadUnknown                    // anything else: goes on without a referrer
)

// Payload is a start payload, read.
type Payload struct {
	Kind PayloadKind
	Code Code      // of PayloadCode
	Link LinkToken // of PayloadLink
	Card Number    // of PayloadCard, with Tag
	Tag  CardTag
	Slip SlipToken // of PayloadSlip
}

// ParsePayload reads a start payload. What is not understood is
// PayloadUnknown and leaves nothing of itself.
func ParsePayload(payload string) Payload {
	payload = strings.TrimSpace(payload)
	if payload == "" {
		return Payload{Kind: PayloadNone}
	}
	if len(payload) > maxPayload {
		return Payload{Kind: PayloadUnknown}
	}
	if code, err := ParseCode(payload); err == nil {
		return Payload{Kind: PayloadCode, Code: code}
	}
	if token := LinkToken(payload); len(token) == tokenLength && token.Office() != "" {
		// Strict: two spellings of the same bits would be two tokens.
		if _, err := base64.RawURLEncoding.Strict().DecodeString(payload[2:]); err == nil {
			return Payload{Kind: PayloadLink, Link: token}
		}
	}
	if n, tag, ok := parseCardPayload(payload); ok {
		return Payload{Kind: PayloadCard, Card: n, Tag: tag}
	}
	if slip := SlipToken(payload); slip.valid() {
		return Payload{Kind: PayloadSlip, Slip: slip}
	}
	return Payload{Kind: PayloadUnknown}
}
