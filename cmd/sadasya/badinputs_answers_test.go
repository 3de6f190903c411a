package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"sadasya/party"
)

// Answers that are odd: names, Voter IDs, booths, and what is no text at all.

func typing(text string) func(x *trial) { return func(x *trial) { x.Helper(); x.types(text) } }

// typed is words as JSON that no encoder of Go writes: a lone surrogate.
func typedRaw(quoted string) func(x *trial) {
	return func(x *trial) {
		x.Helper()
		x.raw(strings.Replace(x.sound(), `"Kamla Devi"`, quoted, 1))
		x.answers[len(x.answers)-1].update = 0
	}
}

// becomes: the name is taken as this, and the Voter ID is asked for.
func becomes(name string) verdict {
	quoted, _ := json.Marshal(name) // a string always can be
	return both(goesOn("voterid"), draftHas(fmt.Sprintf(`"n":%s`, quoted)))
}

func badNames() []incoming {
	const short, signs, long, number, link = "name.short", "name.signs", "name.long", "name.number", "name.link"
	refused := func(what, text, key string) incoming {
		return incoming{what: what, comes: typing(text), gets: again(key)}
	}
	return []incoming{
		refused("4,096 characters", strings.Repeat("अ", 4096), long),
		refused("blanks alone", " \u00a0\u3000 ", signs),
		refused("only zero-width characters", "\u200b\u200c\u200d\ufeff", signs),
		refused("a right-to-left override", "\u202eKamla Devi\u202c", signs),
		refused("100 combining marks on one letter", "क"+strings.Repeat("\u0301", 100), signs),
		refused("only emoji", "😀🎉", signs),
		refused("digits", "12345", number),
		refused("a URL", "https://example.org/kamla", link),
		refused("a phone number", "+91 98290 12345", number),
		refused("NUL", "Kamla\x00Devi", signs),
		{what: "a lone surrogate", comes: typedRaw(`"Kamla \ud800 Devi"`), gets: again(signs)},
		refused("new lines", "Kamla\nDevi", signs),
		{what: "ZWJ and ZWNJ in a conjunct", comes: typing("क्\u200dषमा"), gets: becomes("क्\u200dषमा")},
		{what: "NFD", comes: typing("Ka\u0304mla केक\u0921\u093cी"), gets: becomes("Kāmla केक\u0921\u093cी")},
		refused("<b>x</b>", "<b>x</b>", signs),
		refused("[x](tg://user?id=1)", "[x](tg://user?id=1)", link),
		refused("{{.Token}}", "{{.Token}}", signs),
		refused("%s", "%s", signs),
		refused("=HYPERLINK()", `=HYPERLINK("http://example.org")`, link),
		{what: "a formula in a sheet or an export", by: "TestExportIsSafeAndWhole"},
		refused("one letter", "K", short),
		{what: "mixed scripts", comes: typing("राम Sharma"), gets: becomes("राम Sharma")},
		{what: "a relation (S/o …)", comes: typing("Ram Lal S/o Mohan Lal"), gets: both(goesOn("nameown"), draftHas(`"h":"Ram Lal"`)), then: func(x *trial) {
			if !strings.Contains(x.all(), "<b>Ram Lal</b>") {
				x.Errorf("asks %q", x.all())
			}
		}},
		{what: "/cancel", comes: typing("/cancel"), gets: func(x *trial) {
			x.ok200()
			if want := x.rig.program.render.Text("cancel.done", party.English); !strings.HasPrefix(x.all(), want) || strings.Contains(x.after.session, "enroll/name") {
				x.Errorf("says %q at %s", x.all(), x.after.session)
			}
		}},
		{what: "/start@otherbot", comes: typing("/start@otherbot"), gets: ignored},
	}
}

// takes: the number is kept as this, and the booth is asked for.
func takes(number string) verdict { return both(goesOn("elsewhere"), draftHas(number)) }

// asksWhether: the number is shown for a yes before it is kept.
func asksWhether(number string) verdict {
	return both(goesOn("idseen"), draftHas(number), func(x *trial) {
		if shown := number[:3] + " " + number[3:6] + " " + number[6:]; !strings.Contains(x.all(), "<b>"+shown+"</b>") {
			x.Errorf("shows %q", x.all())
		}
	})
}

func badNumbers() []incoming {
	rows := []incoming{
		{what: "small letters", comes: typing("abc1034560"), gets: takes("ABC1034560")},
		{what: "blanks and hyphens", comes: typing(" ABC-103 4560 "), gets: takes("ABC1034560")},
		{what: "Devanagari digits", comes: typing("ABC१०३४५६०"), gets: takes("ABC1034560")},
		{what: "full-width digits", comes: typing("ABC１０３４５６０"), gets: takes("ABC1034560")},
		{what: "O for 0 among the digits, where the check digit then passes", comes: typing("ABC1O3456O"), gets: takes("ABC1034560"), then: func(x *trial) {
			x.resumes()
			x.tap("Don't know")
			if n := count(x.fromBot(), "O changed to 0"); n != 1 {
				x.Errorf("the check card says %q", x.fromBot()[len(x.fromBot())-1].Text)
			}
		}},
		{what: "8 for B among the letters", comes: typing("A8C1034560"), gets: asksWhether("ABC1034560")},
		{what: "a bad check digit", comes: typing("ABC1034561"), gets: both(goesOn("idodd"), func(x *trial) {
			if !strings.HasPrefix(x.all(), "One digit looks wrong: <b>ABC 103 4561</b>") {
				x.Errorf("says %q", x.all())
			}
		})},
		{what: "a bad check digit twice", comes: func(x *trial) { x.types("ABC1034561"); x.types("ABC1034561") }, gets: takes("ABC1034561"), then: waitsFor("check-digit")},
		{what: "the old form", comes: typing("RJ/20/152/123456"), gets: takes("RJ/20/152/123456"), then: waitsFor("old-form")},
		{what: "9 characters", comes: typing("ABC103456"), gets: saying("9 found, 10 needed. One is missing.")},
		{what: "11 characters", comes: typing("ABC10345601"), gets: saying("11 found, 10 needed: 3 letters and 7 digits.")},
		{what: "12 digits (Aadhaar)", comes: typing("1234 5678 9012"), gets: again("voterid.aadhaar"), then: both(deleted, keptNowhere("123456789012", "1234 5678 9012"))},
		{what: "12 digits where the name is asked for", at: toName, comes: typing("1234 5678 9012"), gets: again("voterid.aadhaar"), then: deleted},
		{what: "two numbers", comes: typing("ABC1034560 ZZZ1234566"), gets: again("voterid.two")},
		{what: "one that is taken", by: "TestATakenVoterIDWaitsInReviewAndLooksTheSame"},
		{what: "one that is taken, over the whole way", comes: func(x *trial) {}, gets: takenLooksTheSame},
		{what: "our own example", comes: typing("ABC1234566"), gets: again("voterid.example")},
		{what: "a photo of a card", comes: media("photo", []any{map[string]any{"file_id": "x"}}), gets: again("voterid.photo"), then: both(deleted, noDownload)},
		{what: "spoken in English (\"A B C one zero three …\")", comes: typing("A B C one zero three four five six zero"), gets: asksWhether("ABC1034560")},
		{what: "spoken in Hindi (\"ए बी सी एक शून्य तीन …\")", comes: typing("ए बी सी एक शून्य तीन चार पाँच छह शून्य"), gets: asksWhether("ABC1034560")},
		{what: "spoken in English, written in Hindi (\"ए बी सी वन ज़ीरो थ्री …\")", comes: typing("ए बी सी वन ज़ीरो थ्री फोर फाइव सिक्स ज़ीरो"), gets: asksWhether("ABC1034560")},
		{what: "more than 5 refused numbers for one record", by: "TestThresholdsOfTheCampaignsFileHold"},
	}
	for i := range rows {
		if rows[i].at == nil {
			rows[i].at = toNumber
		}
	}
	return rows
}

// waitsFor confirms, and holds that the row waits in review for this reason.
func waitsFor(reason string) func(x *trial) {
	return func(x *trial) {
		x.Helper()
		x.resumes()
		x.tap("Don't know")
		number := numberIn(x.tap("✅ All is right"))
		got := readOne[string](x.T, x.rig, `SELECT coalesce((SELECT concat(status, ' ', reasons) FROM members WHERE number = $1), 'no row')`, number)
		if got != "review {"+reason+"}" {
			x.Errorf("the row of %q: %s", number, got)
		}
	}
}

// resumes brings the present screen into the chat: the answers to what was posted
// do not stand in it.
func (x *trial) resumes() {
	x.Helper()
	x.say("/start")
	x.tap("Go on")
}

// keptNowhere: none of these words is in a row, a session, a key or the log.
func keptNowhere(words ...string) func(x *trial) {
	return func(x *trial) {
		x.Helper()
		all := x.rig.dumpRedis() + x.rig.log.String() + x.after.session
		for table := range watchedTables {
			all += readOne[string](x.T, x.rig, `SELECT coalesce(string_agg(t::text, ' '), '') FROM `+table+` t`)
		}
		for _, w := range words {
			if strings.Contains(all, w) {
				x.Errorf("%q is kept", w)
			}
		}
	}
}

// takenLooksTheSame: two people confirm one number; what they read differs by
// nothing but the membership number.
func takenLooksTheSame(x *trial) {
	x.Helper()
	var screens []string
	for range 2 {
		c := x.rig.person(party.English)
		number := c.enrol("Kamla Devi", "WKH1186253")
		said := c.fromBot()
		var all []string
		for _, m := range said[len(said)-2:] {
			all = append(all, m.Text)
		}
		screens = append(screens, strings.ReplaceAll(strings.Join(all, "\n"), party.Number(number).Display(), "N"))
		want := []string{"confirmed {}", "review {taken}"}[len(screens)-1]
		if got := readOne[string](x.T, x.rig, `SELECT coalesce((SELECT concat(status, ' ', reasons) FROM members WHERE number = $1), 'no row')`, number); got != want {
			x.Errorf("%q is %s, want %s", number, got, want)
		}
	}
	if screens[0] != screens[1] {
		x.Errorf("the first reads\n%s\nand the second\n%s", screens[0], screens[1])
	}
}

func badBooths() []incoming {
	lettered := func(text string) func(x *trial) {
		return func(x *trial) {
			x.rig.exec(x.T, `INSERT INTO booths (version_id, ac_no, part_no, letter, name_en) SELECT max(id), 54, 9038, 'A', 'Made-up School' FROM booth_versions ON CONFLICT DO NOTHING`)
			x.types(text)
		}
	}
	booth := func(text string) verdict { return both(goesOn("check"), draftHas(text)) }
	return []incoming{
		{what: "0", at: toElsewhere, comes: typing("0"), gets: again("booth.form")},
		{what: "-1", at: toElsewhere, comes: typing("-1"), gets: again("booth.form")},
		{what: "10^9", at: toElsewhere, comes: typing("1000000000"), gets: again("booth.form")},
		{what: "0/1", at: toElsewhere, comes: typing("0/1"), gets: again("booth.range")},
		{what: "54/9999", at: toElsewhere, comes: typing("54/9999"), gets: noBooth("Booth 54/9999 is not in the list.")},
		{what: "letters", at: toElsewhere, comes: typing("xqxqxq"), gets: nearest},
		{what: "words that fit nothing", at: toElsewhere, comes: typing("झझझझ बबबब"), gets: nearest},
		{what: "words that nearly fit", at: toElsewhere, comes: typing("केशोपूरा"), gets: nearest},
		{what: "\"I don't know\"", at: toElsewhere, comes: func(x *trial) { x.tapped(x.data("Don't know"), nil) }, gets: booth(`"u":true`)},
		{what: "५४/१२३", at: toElsewhere, comes: typing("५४/१२३"), gets: booth(`"b":{"b":"54/123",`)},
		{what: "38A", at: toElsewhere, comes: lettered("54/9038A"), gets: booth(`"b":{"b":"54/9038A",`)},
		{what: "38अ", at: toElsewhere, comes: lettered("54/9038अ"), gets: booth(`"b":{"b":"54/9038A",`)},
		{what: "a location outside the state", at: toElsewhere, comes: media("location", map[string]any{"latitude": 19.07, "longitude": 72.87}), gets: noBooth("That seems to be outside Rajasthan.")},
		{what: "words where the inviter's booth is asked about", at: toBooth, comes: typing("hmm?"), gets: func(x *trial) {
			x.ok200()
			x.unchangedRows()
			if x.all() == "" {
				x.Error("no answer")
			}
		}},
	}
}

// noBooth: said why, the place is asked for again, and no booth is taken.
func noBooth(words string) verdict {
	return func(x *trial) {
		x.Helper()
		x.ok200()
		x.unchangedRows()
		if said := x.all(); !strings.Contains(said, words) || strings.Contains(x.after.session, `"b":{`) || strings.Contains(x.after.session, `"u":true`) {
			x.Errorf("says %q at %s", said, x.after.session)
		}
	}
}

// nearest: the places that sound nearest, or that none was found, and the ways on;
// no booth is taken, and the words are not said back.
func nearest(x *trial) {
	x.Helper()
	x.ok200()
	x.unchangedRows()
	alike, none := x.rig.program.render.Text("places.alike", party.English), x.rig.program.render.Text("places.none", party.English)
	ask := x.rig.program.render.Text("places.ask", party.English)
	if said := x.all(); !strings.HasPrefix(said, alike) && !strings.HasPrefix(said, none) && !strings.HasPrefix(said, ask) {
		x.Errorf("says %q", said)
	}
	if strings.Contains(x.after.session, `"b":{`) {
		x.Errorf("a booth is taken: %s", x.after.session)
	}
}

// media is a message without words.
func media(kind string, value any) func(x *trial) {
	return func(x *trial) { x.Helper(); x.message(map[string]any{kind: value}) }
}

func badMedia() []incoming {
	file := map[string]any{"file_id": "x", "file_unique_id": "y"}
	no := again("problem.media")
	return []incoming{
		{what: "a photo", at: toCheck, comes: media("photo", []any{file}), gets: no, then: noDownload},
		{what: "a photo where the name is asked for", comes: media("photo", []any{file}), gets: again("name.photo"), then: both(deleted, noDownload)},
		{what: "a voice message", comes: media("voice", file), gets: no, then: noDownload},
		{what: "a sticker", comes: media("sticker", file), gets: no, then: noDownload},
		{what: "another's contact", comes: media("contact", map[string]any{"phone_number": "+919829012345", "first_name": "x", "user_id": 5}), gets: no},
		{what: "a poll", comes: media("poll", map[string]any{"id": "1", "question": "?"}), gets: no},
		{what: "dice", comes: media("dice", map[string]any{"emoji": "🎲", "value": 6}), gets: no},
		{what: "a document of 2 GB", comes: media("document", map[string]any{"file_id": "x", "file_size": 2 << 30}), gets: no, then: noDownload},
		{what: "a location where none is asked for", comes: media("location", map[string]any{"latitude": 26.9, "longitude": 75.8}), gets: no},
		{what: "an album of 10", by: "TestAnAlbumIsAnsweredOnce"},
		{what: "the caption /admin", comes: func(x *trial) {
			x.message(map[string]any{"document": file, "caption": "/admin", "caption_entities": []any{map[string]any{"type": "bot_command", "offset": 0, "length": 6}}})
		}, gets: no},
	}
}

func floods() []incoming {
	return []incoming{
		{what: "30 messages in a second from one person", at: []string{}, comes: func(x *trial) {
			x.say("/start")
			for range 29 {
				x.Send("hello")
			}
			x.settle()
		}, gets: func(x *trial) {
			// All in order, or once to go slower: 30 are the threshold, so all.
			if n := len(x.fromBot()); n != 30 {
				x.Errorf("%d answers", n)
			}
		}},
		{what: "60 messages in a second from one person", by: "TestAFloodIsToldOnceToSlowDown"},
		{what: "60 people typed at once at /enrol", by: "TestWhatWasTypedWithoutNetworkIsTakenWhole"},
		{what: "more newcomers by one link than the threshold (300 an hour)", by: "TestThresholdsOfTheCampaignsFileHold"},
		{what: "more newcomers in one enroller's chat than the threshold (15 an hour, 60 a day)", by: "TestThresholdsOfTheCampaignsFileHold"},
	}
}
