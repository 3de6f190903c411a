package flows

import (
	encodingjson "encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"sadasya/party"
)

// TestASessionIsWhatEncodingJSONMakesOfIt: to the byte, so that programs which
// write and read it by encoding/json serve beside this one.
func TestASessionIsWhatEncodingJSONMakesOfIt(t *testing.T) {
	text := rapid.OneOf(rapid.SampledFrom([]string{"", "enroll", "हिन्दी", `a"\<&>`, "\x00\u2028", "\xff"}), rapid.String())
	number := rapid.OneOf(rapid.Just(0), rapid.Int())
	conversation := rapid.Custom(func(rt *rapid.T) *Conversation {
		if rapid.Bool().Draw(rt, "none") {
			return nil
		}
		c := &Conversation{
			Flow: text.Draw(rt, "flow"), Version: number.Draw(rt, "version"), State: State(text.Draw(rt, "state")),
			Rev: rapid.Uint32().Draw(rt, "rev"), Refused: number.Draw(rt, "refused"), Cool: int64(number.Draw(rt, "cool")),
		}
		copy(c.Nonce[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(rt, "nonce"))
		if name := text.Draw(rt, "name"); name != "" {
			draft, err := encode(&Enrolment{Name: party.Name(name), Agreed: true})
			if err != nil {
				rt.Fatal(err)
			}
			c.Draft = draft
		}
		return c
	})
	rapid.Check(t, func(rt *rapid.T) {
		s := Session{
			Language: party.Language(text.Draw(rt, "language")), Album: text.Draw(rt, "album"),
			StrayDay: number.Draw(rt, "day"), Strays: number.Draw(rt, "strays"),
			Active: conversation.Draw(rt, "active"), Suspended: conversation.Draw(rt, "suspended"),
		}
		want, err := encodingjson.Marshal(s)
		if err != nil {
			rt.Fatal(err)
		}
		raw := s.AppendJSON(nil)
		if diff := cmp.Diff(string(want), string(raw)); diff != "" {
			rt.Fatalf("(-encoding/json +AppendJSON):\n%s", diff)
		}
		var older Session
		if err := encodingjson.Unmarshal(raw, &older); err != nil {
			rt.Fatal(err)
		}
		got, err := ReadSession(want)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(older, got, cmpopts.IgnoreUnexported(Conversation{})); diff != "" {
			rt.Fatalf("(-encoding/json +ReadSession):\n%s", diff)
		}
	})
}

func TestWhatIsNoSessionIsNotQuoted(t *testing.T) {
	for _, raw := range []string{"", "null{", `{"l":7}`, `{"a":{"n":"Kamla"}}`, `{"l":"hi"}{}`} {
		if _, err := ReadSession([]byte(raw)); err == nil || err.Error() != errSession.Error() {
			t.Errorf("%q: %v", raw, err)
		}
	}
}
