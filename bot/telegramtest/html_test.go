package telegramtest

import (
	"html"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

func TestParseHTML(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                  "",
		"कमला & देवी":                       "कमला & देवी",
		"<b>a<i>b</i></b>c":                 "abc",
		"1 &lt; 2 &amp;&amp; 3 &gt; 2":      "1 < 2 && 3 > 2",
		"&quot;x&quot; &#39;y&#39; &#x939;": `"x" 'y' ह`,
		"a > b":                             "a > b",
		"&nosuch; &":                        "&nosuch; &",
		`<a href="https://example.org/?a=1&amp;b=2">x</a>`:            "x",
		`<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>`: "xy",
		"<pre><code class=\"language-go\">x</code></pre>":             "x",
		"<blockquote expandable>x</blockquote>":                       "x",
	} {
		if got, _, err := parseHTML(text); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"<b>x":               "Can't find end tag",
		"x</b>":              "Unexpected end tag",
		"<b><i>x</b></i>":    "Unmatched end tag",
		"a < b":              "Unsupported start tag",
		"<b":                 "Unclosed start tag",
		"<>x</>":             "Unsupported start tag",
		"<p>x</p>":           "Unsupported start tag",
		"x<br>y":             "Unsupported start tag",
		"<script>x</script>": "Unsupported start tag",
		"<a>x</a>":           `Tag "a" must have attribute`,
		"<3":                 "Unclosed start tag",
	} {
		if got, _, err := parseHTML(text); err == nil || !strings.Contains(err.Error(), "can't parse entities: "+want) {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
}

// A tap can be answered for a quarter of an hour.
func TestAnOldTapCannotBeAnswered(t *testing.T) {
	s := NewServer(Options{})
	defer s.Close()
	s.mu.Lock()
	s.taps["new"], s.taps["old"] = time.Now().Add(-tapLife+time.Minute), time.Now().Add(-tapLife)
	s.mu.Unlock()
	if _, err := s.answerCallbackQuery(&request{params: map[string]string{"callback_query_id": "new"}}); err != nil {
		t.Errorf("in time: %v", err)
	}
	if _, err := s.answerCallbackQuery(&request{params: map[string]string{"callback_query_id": "old"}}); err == nil || !strings.Contains(err.Error(), "query is too old") {
		t.Errorf("too late: %v", err)
	}
}

func FuzzParseHTML(f *testing.F) {
	for _, seed := range []string{"", "<b>कमला</b>", "a &lt; b & c", `<a href="x">y</a>`, "<b><i></b>", "&#1114112;", "</", "<\x00>", "🙏"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if plain, _, err := parseHTML(text); err == nil {
			if strings.ContainsRune(text, '<') && !strings.ContainsRune(text, '>') {
				t.Errorf("%q has a tag that does not end and became %q", text, plain)
			}
			if utf8.ValidString(text) && !utf8.ValidString(plain) {
				t.Errorf("%q became %q", text, plain)
			}
		}
		// What was escaped reads as it was, whatever it was.
		if plain, _, err := parseHTML("<b>" + html.EscapeString(text) + "</b>"); err != nil || plain != text {
			t.Errorf("%q escaped became %q, %v", text, plain, err)
		}
		if n := units(text); utf8.ValidString(text) && n != len(utf16.Encode([]rune(text))) {
			t.Errorf("%q has %d units", text, n)
		}
	})
}
