package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"sadasya/party"
)

var writePictures = flag.String("pictures", "", "folder for pictures of the chat page; the README's are in docs/pictures")

// browser starts Chromium without a window, or skips: CI has one.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chromium: CI must install it")
		}
		t.Skip("no Chromium on this machine; CI has one")
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("hide-scrollbars", true))
	ctx, cancel := chromedp.NewContext(allocator)
	ctx, late := context.WithTimeout(ctx, 2*patience)
	t.Cleanup(func() { late(); cancel(); stop() })
	if err := chromedp.Do(ctx); err != nil { // starts it, for all steps
		t.Fatal(err)
	}
	return ctx
}

// startDemo runs the demo as a user would and gives the address it prints.
func startDemo(t *testing.T) string {
	t.Helper()
	t.Setenv("DATA_DIR", t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	log := &lockedBuffer{}
	ended := make(chan int, 1)
	go func() {
		ended <- Main(ctx, []string{"demo", "--addr", "127.0.0.1:0"}, in, log)
		_ = in.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != exitDone {
			t.Errorf("the demo ended with %d\n%s", code, log)
		}
	})
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return strings.TrimSpace(first)
}

// visitor looks at the page as one person of the cast.
type visitor struct {
	t   *testing.T
	ctx context.Context
	id  string // of the person
}

func (v *visitor) do(what string, step chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience/3)
	defer cancel()
	if err := chromedp.Do(ctx, step); err != nil {
		text, _ := chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.body.innerText`))
		v.t.Fatalf("%s: %v\n%s", what, err, text)
	}
}

// take takes the phone of somebody of the cast.
func (v *visitor) take(name string) {
	v.t.Helper()
	row := fmt.Sprintf(`//button[contains(@class,"take")][.//b[text()=%q]]`, name)
	v.do("find "+name, chromedp.WaitVisible(row))
	id, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](
		fmt.Sprintf(`[...document.querySelectorAll(".take")].find((b) => b.querySelector("b").textContent === %q).dataset.person`, name)))
	if err != nil {
		v.t.Fatal(err)
	}
	v.id = id
	open, err := chromedp.Run(v.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`!!document.querySelector('.pane[data-person="%s"]')`, id)))
	if err != nil {
		v.t.Fatal(err)
	}
	if !open {
		v.do("take the phone", chromedp.Click(row))
	}
}

// press clicks a button of the newest message that has it.
func (v *visitor) press(label string) {
	v.t.Helper()
	v.do("press "+label, chromedp.Click(fmt.Sprintf(`(//section[@data-person=%q]//div[contains(@class,"log")]//button[normalize-space()=%q])[last()]`, v.id, label), chromedp.NodeVisible))
}

// write types into the line and sends it by a click.
func (v *visitor) write(text string) {
	v.t.Helper()
	pane := fmt.Sprintf(`.pane[data-person="%s"]`, v.id)
	v.do("type", chromedp.SendKeys(chromedp.CSS(pane+" .write input"), text, chromedp.NodeVisible))
	v.do("send", chromedp.Click(chromedp.CSS(pane+" .send")))
}

// sees waits for words in the chat.
func (v *visitor) sees(words string) {
	v.t.Helper()
	v.do("wait for "+words, chromedp.WaitVisible(fmt.Sprintf(`//section[@data-person=%q]//div[contains(@class,"bubble")][contains(., %q)]`, v.id, words)))
}

func (v *visitor) picture(name string) {
	v.t.Helper()
	if *writePictures == "" {
		return
	}
	raw, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(*writePictures, name+".png"), raw, 0o644)
	}
	if err != nil {
		v.t.Fatal(err)
	}
}

func (v *visitor) theme(name string) {
	v.t.Helper()
	if _, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](fmt.Sprintf(`document.documentElement.dataset.theme = %q`, name))); err != nil {
		v.t.Fatal(err)
	}
}

// enrol goes the straight way by clicks and typing, up to the check card.
func (v *visitor) enrol(l party.Language, epic string) {
	v.t.Helper()
	words := map[party.Language][]string{
		party.Hindi:   {"हिन्दी", "✅ उम्र 18+ है, सहमत हूँ", "छपा है", "कमला देवी", "वोटर आईडी नंबर लिखें", "✅ हाँ, यहीं", "सब सही है"},
		party.English: {"English", "✅ I am 18+ and I agree", "printed on your Voter ID", "Ramesh Gurjar", "Type the Voter ID", "✅ Yes, here", "All is right"},
	}[l]
	v.press("START")
	v.press(words[0])
	v.press(words[1])
	v.sees(words[2])
	v.write(words[3])
	v.sees(words[4])
	v.write(epic)
	v.press(words[5])
	v.do("the check card", chromedp.WaitVisible(fmt.Sprintf(`//section[@data-person=%q]//button[contains(., %q)]`, v.id, words[6])))
}

// number finds the membership number on the page.
func (v *visitor) number() string {
	v.t.Helper()
	text, err := chromedp.Run(v.ctx, chromedp.Text(chromedp.CSS(fmt.Sprintf(`.pane[data-person="%s"] .log`, v.id))))
	if err != nil {
		v.t.Fatal(err)
	}
	return regexp.MustCompile(`\b\d{3} \d{4} \d{4}\b`).FindString(text)
}

// TestAnEnrolmentByClicks: the demo in a real browser, a citizen in each
// language from START to the number and the card, at the width of a desktop and
// of a phone.
func TestAnEnrolmentByClicks(t *testing.T) {
	ctx := browser(t)
	address := startDemo(t)
	v := &visitor{t: t, ctx: ctx}
	v.do("the window", chromedp.EmulateViewport(1360, 860))
	v.do("the page", chromedp.Navigate(address))

	v.take("Ramesh Gurjar")
	v.enrol(party.English, "ABC1034560")
	english := v.id
	v.take("कमला देवी")
	v.enrol(party.Hindi, madeUpEPIC(7))
	v.picture("desktop")
	v.press("✅ सब सही है")
	v.sees("सदस्य नंबर")
	if v.number() == "" {
		t.Error("no number is shown")
	}
	v.press("मेरा कार्ड")
	v.do("the card", chromedp.WaitVisible(chromedp.CSS(fmt.Sprintf(`.pane[data-person="%s"] .photo img`, v.id))))
	v.theme("dark")

	v.do("the drawer", chromedp.Click(chromedp.CSS(fmt.Sprintf(`.pane[data-person="%s"] > header button[aria-label="behind the chat"]`, v.id))))
	v.do("the diagram", chromedp.WaitVisible(chromedp.CSS(`#drawer .nodes .here`)))
	v.do("the calls", chromedp.WaitVisible(`//ol[@class="steps"]//b[text()="answerCallbackQuery"]`))
	v.theme("light")
	v.picture("drawer")
	v.do("close the drawer", chromedp.Click(chromedp.CSS(`#drawer header button`)))

	v.do("a phone", chromedp.EmulateViewport(412, 860))
	v.do("home", chromedp.Navigate(address))
	v.do("the cast", chromedp.WaitVisible(chromedp.CSS(`#people .take`)))
	v.take("Ramesh Gurjar")
	if v.id != english {
		t.Fatal("another Ramesh")
	}
	v.press("✅ All is right")
	v.sees("Member number")
	if v.number() == "" {
		t.Error("no number is shown on the phone")
	}
	v.picture("phone")
	v.theme("dark")
	v.press("Yes, send")
}

// TestThePhonesButtonsWork: the attachments, the commands and the block.
func TestThePhonesButtonsWork(t *testing.T) {
	ctx := browser(t)
	v := &visitor{t: t, ctx: ctx}
	v.do("the window", chromedp.EmulateViewport(412, 860))
	v.do("the page", chromedp.Navigate(startDemo(t)))
	v.take("मीणा परिवार")
	v.press("START")
	v.sees("किस भाषा")
	pane := fmt.Sprintf(`.pane[data-person="%s"] `, v.id)
	for _, item := range []string{"🖼 A photo", "🎤 A voice message", "📍 Udaipur, Fateh Sagar", "☎ My contact"} {
		v.do("attach", chromedp.Click(chromedp.CSS(pane+`[aria-label="attach"]`)))
		v.do(item, chromedp.Click(fmt.Sprintf(`//section[@data-person=%q]//div[contains(@class,"sheet")]//button[text()=%q]`, v.id, item), chromedp.NodeVisible))
	}
	v.do("the photo", chromedp.WaitVisible(chromedp.CSS(pane+`.mine .photo`)))
	v.do("commands", chromedp.Click(chromedp.CSS(pane+`[aria-label="commands"]`)))
	v.do("/help", chromedp.Click(fmt.Sprintf(`//section[@data-person=%q]//div[contains(@class,"commands")]//button[.//b[text()="/help"]]`, v.id), chromedp.NodeVisible))
	v.sees("/help")
	more := pane + ".more > summary"
	v.do("more", chromedp.Click(chromedp.CSS(more)))
	v.do("block", chromedp.Click(fmt.Sprintf(`//section[@data-person=%q]//button[text()="Block the bot"]`, v.id), chromedp.NodeVisible))
	v.do("blocked", chromedp.WaitVisible(chromedp.CSS(pane+".unblock")))
	v.do("unblock", chromedp.Click(chromedp.CSS(pane+".unblock")))
	v.do("back", chromedp.WaitVisible(chromedp.CSS(pane+".write")))
}
