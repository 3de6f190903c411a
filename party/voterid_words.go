// The names of letters and digits, Hindi and English, in both scripts. In
// Devanagari without nukta and with anusvara for candrabindu; Latin in upper
// case.

package party

// spokenSign gives the letter or digit that a word names, 0 for any other
// word.
func spokenSign(word []byte) byte {
	if len(word) == 1 && isLetter(word[0]) {
		return word[0]
	}
	if sign := digitWord(word); sign != 0 {
		return sign
	}
	if isLetter(word[0]) {
		return latinLetter(word)
	}
	return devanagariLetter(word)
}

func digitWord(word []byte) byte {
	switch string(word) {
	case "शून्य", "जीरो", "सिफर", "ZERO", "SHUNYA", "SHOONYA", "SIFAR":
		return '0'
	case "एक", "वन", "ONE", "EK":
		return '1'
	case "दो", "टू", "टु", "TWO", "DO":
		return '2'
	case "तीन", "थ्री", "THREE", "TEEN", "TIN":
		return '3'
	case "चार", "फोर", "फॉर", "FOUR", "CHAR", "CHAAR":
		return '4'
	case "पांच", "पाच", "फाइव", "फाईव", "FIVE", "PANCH", "PAANCH":
		return '5'
	case "छह", "छः", "छ", "छे", "छै", "सिक्स", "SIX", "CHAH", "CHHAH", "CHHE", "CHEH", "CHHEH":
		return '6'
	case "सात", "सेवन", "सेवेन", "SEVEN", "SAAT", "SAT":
		return '7'
	case "आठ", "एट", "ऐट", "EIGHT", "AATH", "ATH":
		return '8'
	case "नौ", "नाइन", "नाईन", "NINE", "NAU":
		return '9'
	}
	return 0
}

func latinLetter(word []byte) byte {
	switch string(word) {
	case "AY":
		return 'A'
	case "BEE":
		return 'B'
	case "CEE", "SEE":
		return 'C'
	case "DEE":
		return 'D'
	case "EFF":
		return 'F'
	case "GEE":
		return 'G'
	case "AITCH":
		return 'H'
	case "JAY":
		return 'J'
	case "KAY":
		return 'K'
	case "ELL":
		return 'L'
	case "OH":
		return 'O'
	case "PEE":
		return 'P'
	case "CUE", "QUEUE":
		return 'Q'
	case "ESS":
		return 'S'
	case "TEE":
		return 'T'
	case "YOU":
		return 'U'
	case "VEE":
		return 'V'
	case "WYE":
		return 'Y'
	case "ZED", "ZEE":
		return 'Z'
	}
	return 0
}

func devanagariLetter(word []byte) byte {
	switch string(word) {
	case "ए":
		return 'A'
	case "बी":
		return 'B'
	case "सी":
		return 'C'
	case "डी":
		return 'D'
	case "ई":
		return 'E'
	case "एफ":
		return 'F'
	case "जी":
		return 'G'
	case "एच", "ऐच":
		return 'H'
	case "आई", "आइ":
		return 'I'
	case "जे":
		return 'J'
	case "के":
		return 'K'
	case "एल":
		return 'L'
	case "एम":
		return 'M'
	}
	return devanagariLetterFromN(word)
}

func devanagariLetterFromN(word []byte) byte {
	switch string(word) {
	case "एन":
		return 'N'
	case "ओ":
		return 'O'
	case "पी":
		return 'P'
	case "क्यू":
		return 'Q'
	case "आर":
		return 'R'
	case "एस":
		return 'S'
	case "टी":
		return 'T'
	case "यू":
		return 'U'
	case "वी":
		return 'V'
	case "डब्ल्यू", "डब्लू", "डब्ल्यु", "डबल्यू", "डबलयू":
		return 'W'
	case "एक्स":
		return 'X'
	case "वाई", "वाय":
		return 'Y'
	case "जेड", "जैड":
		return 'Z'
	}
	return 0
}

// multiplier gives how often the sign after a word counts, 0 for other words.
func multiplier(word []byte) int {
	switch string(word) {
	case "डबल", "DOUBLE":
		return 2
	case "ट्रिपल", "टिपल", "TRIPLE":
		return 3
	}
	return 0
}

// isFiller tells words that stand around a number and could be taken for
// letters.
func isFiller(word []byte) bool {
	switch string(word) {
	case "NO", "NUM", "IS", "MY", "ID", "THE", "IT", "AND", "HAI", "HE", "KA", "KI", "KE", "JI", "YE", "आईडी":
		return true
	}
	return false
}
