package flows

// What the slip's link says, by how the record stands. Never the Voter ID: the
// link may lie on a phone that many use.

// recordedBy is the enroller's name, or the party where nobody is known.
func recordedBy(d Claiming) any {
	if d.By == "" {
		return T("office.party")
	}
	return d.By
}

func askSlip(d Claiming, _ Result) Screen {
	return ask(T("claim.offer", "by", recordedBy(d), "name", d.Name, "station", placeOf(d.Station)),
		tap("yes", "button.claim"), tap("correct", "button.correct"), tap("unasked", "button.unasked"),
		tap("erase", "button.erase"), global("language", "button.language"))
}

func askSlipConsent(Claiming, Result) Screen {
	return ask(T("claim.consent"), tap("agree", "button.agree"), tap("listen", "button.listen"),
		tap("notice", "button.notice"), tap("no", "button.decline"))
}

func askSlipHeard(d Claiming, r Result) Screen {
	s := askSlipConsent(d, r)
	s.Bubbles = append([]Bubble{{Voice: "consent"}}, s.Bubbles...)
	return s
}

func askSlipNotice(Claiming, Result) Screen {
	return ask(T("notice.text"), tap("agree", "button.agree"), tap("no", "button.decline"))
}

// askClaimed is home to who claimed: the receipt, and the number ever after.
func askClaimed(d Claiming, _ Result) Screen {
	line := T("claim.own", "number", d.Number)
	if d.Fresh {
		line = T("claim.claimed", "name", d.Name, "number", d.Number)
	}
	s := ask(line, global("card", "button.card"), global("correct", "button.correct"),
		tap("unasked", "button.unasked"), tap("erase", "button.erase"))
	s.Receipt = d.Fresh
	return s
}

func askSlipSure(Claiming, Result) Screen {
	return ask(T("claim.sure"), tap("yes", "button.stop"), tap("no", "button.no"))
}

func askStopped(Claiming, Result) Screen {
	return ask(T("claim.stopped"), tap("erase", "button.erase"), global("go", "button.goon"))
}

func askEraseSure(Claiming, Result) Screen {
	return ask(T("claim.erasesure"), tap("yes", "button.erasesure"), tap("no", "button.stay"))
}

func askErased(Claiming, Result) Screen {
	return ask(T("claim.erased"), global("start", "button.join"))
}

func askDouble(d Claiming, _ Result) Screen {
	return ask(T("claim.double", "by", recordedBy(d), "number", d.Number),
		tap("yes", "button.keepmine"), tap("unasked", "button.unasked"), tap("erase", "button.erase"))
}

func askMerged(d Claiming, _ Result) Screen {
	return ask(T("claim.merged", "number", d.Number), global("card", "button.card"), global("go", "button.goon"))
}

func askUsed(Claiming, Result) Screen {
	return ask(T("claim.used"), tap("dispute", "button.notme"), global("start", "button.join"))
}

func askDisputed(Claiming, Result) Screen {
	return ask(T("claim.disputed"), global("go", "button.goon"))
}

func askUnknownSlip(Claiming, Result) Screen {
	return ask(T("claim.unknown"), global("start", "button.join"))
}

func askRecorder(Claiming, Result) Screen {
	return ask(T("claim.recorder"), global("go", "button.goon"))
}
