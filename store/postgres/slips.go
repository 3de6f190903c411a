package postgres

import (
	"crypto/subtle"

	"sadasya/party"
)

// SlipToken is what the slip's link of a record carries: drawn from the number
// by the index key, so that it need not be kept and nobody else can make it.
func (s *Store) SlipToken(n party.Number) party.SlipToken {
	return party.NewSlipToken(n, s.keys.Index("slip", []byte(n)))
}

// slipNumber gives the number of a token that this store made, else none.
func (s *Store) slipNumber(t party.SlipToken) party.Number {
	n := t.Number()
	if n == "" || subtle.ConstantTimeCompare([]byte(s.SlipToken(n)), []byte(t)) != 1 {
		return ""
	}
	return n
}
