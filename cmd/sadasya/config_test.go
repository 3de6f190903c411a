package main

import "testing"

// TestWhatIsForOperatorsIsNotWhereOthersCome: what passes requests on to the
// webhook from outside does not reach the profiles by it.
func TestWhatIsForOperatorsIsNotWhereOthersCome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		config Config
		want   string
	}{
		{"alone, by polling", Config{ListenAddr: "127.0.0.1:8080"}, "127.0.0.1:8080"},
		{"behind something that passes requests on", Config{ListenAddr: "127.0.0.1:8080", WebhookURL: "https://bot.example.org/x"}, "127.0.0.1:9090"},
		{"open to others", Config{ListenAddr: "0.0.0.0:8080"}, "127.0.0.1:9090"},
		{"as it is set", Config{ListenAddr: "127.0.0.1:8080", WebhookURL: "https://bot.example.org/x", OpsAddr: "10.0.0.5:9090"}, "10.0.0.5:9090"},
	} {
		if got := c.config.opsAddr(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
