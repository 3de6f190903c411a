package telegram

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sadasya/bot/telegramtest"
)

// sets are the calls so far that changed something, by method and language.
func (r *rig) sets() (list []string) {
	for _, c := range r.telegram.Calls() {
		if strings.HasPrefix(c.Method, "set") || strings.HasPrefix(c.Method, "delete") {
			list = append(list, strings.TrimSpace(c.Method+" "+c.Params["language_code"]))
		}
	}
	slices.Sort(list)
	return list
}

func registration() Registration {
	return Registration{
		Commands: map[string][]Command{
			"":   {{"start", "Begin"}, {"help", "Help"}},
			"hi": {{"start", "शुरू करें"}, {"help", "मदद"}},
		},
		Description: map[string]string{"": "Join in five minutes", "hi": "पाँच मिनट में सदस्य बनें"},
		Short:       map[string]string{"": "Membership", "hi": "सदस्यता"},
	}
}

// TestRegisteringTellsOnlyWhatDiffers: the first time everything, the second
// nothing, and after a change that alone.
func TestRegisteringTellsOnlyWhatDiffers(t *testing.T) {
	r := newRig(t, &recorder{})
	register := func(what Registration) []string {
		before := r.sets()
		if err := r.api.Register(t.Context(), what); err != nil {
			t.Fatal(err)
		}
		after := r.sets()
		for _, old := range before {
			i := slices.Index(after, old)
			after = slices.Delete(after, i, i+1)
		}
		return after
	}
	everything := []string{
		"setMyCommands", "setMyCommands hi", "setMyDescription", "setMyDescription hi", "setMyShortDescription", "setMyShortDescription hi",
	}
	if diff := cmp.Diff(everything, register(registration())); diff != "" {
		t.Errorf("the first time (-want +got):\n%s", diff)
	}
	if again := register(registration()); len(again) > 0 {
		t.Errorf("the second time: %v", again)
	}
	changed := registration()
	changed.Commands["hi"][1].Description = "सहायता"
	changed.Short[""] = "Membership drive"
	if diff := cmp.Diff([]string{"setMyCommands hi", "setMyShortDescription"}, register(changed)); diff != "" {
		t.Errorf("after a change (-want +got):\n%s", diff)
	}
	for what, want := range map[[2]string]string{
		{"description", ""}: "Join in five minutes", {"description", "hi"}: "पाँच मिनट में सदस्य बनें",
		{"short_description", ""}: "Membership drive", {"short_description", "hi"}: "सदस्यता",
	} {
		if got := r.telegram.Profile(what[0], what[1]); got != want {
			t.Errorf("%v is %q, want %q", what, got, want)
		}
	}
}

// TestRegisteringTellsItsFailure: and stops there.
func TestRegisteringTellsItsFailure(t *testing.T) {
	for _, method := range []string{"getMyCommands", "setMyCommands", "getMyDescription", "setMyDescription", "getMyShortDescription", "setMyShortDescription"} {
		r := newRig(t, &recorder{})
		r.fault(method, -1, telegramtest.Fault{Status: 500})
		if err := r.api.Register(t.Context(), registration()); err == nil {
			t.Errorf("%s failed and nobody was told", method)
		}
	}
}

// TestTheWebhookIsSetOnlyWhereItDiffers: by address, kinds or connections.
func TestTheWebhookIsSetOnlyWhereItDiffers(t *testing.T) {
	r := newRig(t, &recorder{})
	set := func(url string, want int) {
		t.Helper()
		if err := r.api.SetWebhook(t.Context(), url, secret); err != nil {
			t.Fatal(err)
		}
		if n := len(r.calls("setWebhook")); n != want {
			t.Errorf("%s: set %d times so far, want %d", url, n, want)
		}
	}
	set("https://one.example/telegram", 1)
	set("https://one.example/telegram", 1)
	set("https://two.example/telegram", 2)
	c := r.calls("setWebhook")[0]
	want := map[string]string{
		"url": "https://one.example/telegram", "secret_token": secret, "max_connections": "100",
		"allowed_updates": `["message","edited_message","callback_query","my_chat_member"]`,
	}
	if diff := cmp.Diff(want, c.Params); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, change := range []map[string]string{
		{"allowed_updates": `["message"]`, "max_connections": "100"},
		{"allowed_updates": want["allowed_updates"], "max_connections": "40"},
	} {
		change["url"] = "https://two.example/telegram"
		if _, err := r.api.short(t.Context(), "setWebhook", change); err != nil {
			t.Fatal(err)
		}
		before := len(r.calls("setWebhook"))
		set("https://two.example/telegram", before+1)
	}
	if err := r.api.DeleteWebhook(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := r.calls("deleteWebhook"); len(c) != 1 || c[0].Params["drop_pending_updates"] != "false" {
		t.Errorf("%+v", c)
	}
}

// TestASecretThatTelegramHasWrongIsSetAnew: it cannot be read back, but what
// Telegram delivered with it was answered 401.
func TestASecretThatTelegramHasWrongIsSetAnew(t *testing.T) {
	r := newRig(t, &recorder{})
	r.online()
	address := r.calls("setWebhook")[0].Params["url"]
	if err := r.api.DeleteWebhook(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.api.SetWebhook(t.Context(), address, "another-secret"); err != nil {
		t.Fatal(err)
	}
	p := r.telegram.Person(telegramtest.PersonOptions{Name: "Meena"})
	p.Send("hi")
	refused := func() bool {
		raw, err := r.api.short(t.Context(), "getWebhookInfo", nil)
		return err == nil && strings.Contains(string(raw), "401")
	}
	if err := r.telegram.Await(soon(t), refused); err != nil {
		t.Fatal(err)
	}
	if err := r.api.SetWebhook(t.Context(), address, secret); err != nil {
		t.Fatal(err)
	}
	if err := r.telegram.Idle(soon(t)); err != nil || len(r.words(p.ID)) != 1 {
		t.Errorf("%v; %v was delivered", err, r.words(p.ID))
	}
}
