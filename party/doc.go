// Package party is the vocabulary of the drive: languages, names, Voter IDs,
// booths, referral codes, membership numbers, consent, offices, the campaign
// and the errors that a caller decides on. A value that came out of a Parse or
// Read function is sound; what did not is refused with a named error.
//
// Nothing here reads a clock, draws a random number or touches the world. The
// package imports the standard library and golang.org/x/text, and nothing of
// ours.
package party
