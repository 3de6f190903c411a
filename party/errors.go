// Errors that more than one part of the program decides on. Those of one value
// stand beside it.

package party

import "errors"

var (
	// ErrUnavailable says that a store is away for now: the same may be asked again.
	ErrUnavailable = errors.New("a store is unavailable")
	// ErrNotFound says that there is no such record.
	ErrNotFound = errors.New("not found")
	// ErrAlreadyMember says that the chat has a live membership of its own.
	ErrAlreadyMember = errors.New("already a member")
	// ErrUnknownCode says that a sound referral code belongs to no enroller.
	ErrUnknownCode = errors.New("no enroller has this referral code")
	// ErrOwnCode says that a person came by their own referral code.
	ErrOwnCode = errors.New("a person's own referral code")
	// ErrOfficeTaken says that the office is held by another person, or that
	// this person holds it already.
	ErrOfficeTaken = errors.New("the office is taken")
	// ErrLinkSpent says that a one-time link was used, withdrawn or has expired.
	ErrLinkSpent = errors.New("the link was used or has expired")
)
