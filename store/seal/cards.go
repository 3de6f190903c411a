package seal

import (
	"crypto/ed25519"

	"sadasya/party"
)

// What proves a member's card is made from the index key, which is never
// rotated: a printed card holds for years.

// CardKey signs members' cards. Its public half may be told to everyone.
func (k *Keys) CardKey() ed25519.PrivateKey {
	first, second := k.Index("card-signature", []byte{1}), k.Index("card-signature", []byte{2})
	return ed25519.NewKeyFromSeed(append(first[:], second[:]...))
}

// CardTag marks the link on a card.
func (k *Keys) CardTag(n party.Number) (tag party.CardTag) {
	made := k.Index("card-tag", []byte(n))
	copy(tag[:], made[:])
	return tag
}
