// Package seal encrypts fields at rest and makes blind indexes of them, by
// Tink. The keys lie in one file: a set of sealing keys, of which the newest
// seals and all unseal, and one index key. It imports Tink and party.
package seal

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/prf"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// Errors of the key file and of sealed values.
var (
	ErrNoKeyFile  = errors.New("there is no key file")
	ErrUnreadable = errors.New("not a key file of sadasya, or a damaged one")
	ErrTooOpen    = errors.New("others can read it")
	ErrSealBroken = errors.New("a sealed value cannot be opened: another key, another place, or damage")
	ErrUnknownKey = errors.New("a value was sealed with a key that the file lacks")
)

// reloadEvery bounds how often the file is read again for an unknown key.
const reloadEvery = time.Second

// Keys seals and indexes. It is safe for concurrent use.
type Keys struct {
	path    string
	current atomic.Pointer[opened]

	mu     sync.Mutex
	looked time.Time // when the file was last read again
}

// opened is what one reading of the file gave.
type opened struct {
	aead        tink.AEAD
	index       *prf.Set
	ids         []uint32
	primary     uint32
	fingerprint string
}

// Open reads a key file. Errors: ErrNoKeyFile, ErrUnreadable, ErrTooOpen.
func Open(path string) (*Keys, error) {
	o, err := load(path)
	if err != nil {
		return nil, err
	}
	k := &Keys{path: path}
	k.current.Store(o)
	return k, nil
}

// Seal encrypts plain. The context is bound to it and must be given again to
// Unseal, so that a value cannot be moved to another place.
func (k *Keys) Seal(plain, context []byte) ([]byte, error) {
	return k.current.Load().aead.Encrypt(plain, context)
}

// Unseal opens what Seal made. A key that this process has not seen makes it
// read the file again, since another process may have rotated the keys.
// Errors: ErrSealBroken, ErrUnknownKey.
func (k *Keys) Unseal(sealed, context []byte) ([]byte, error) {
	o := k.current.Load()
	if plain, err := o.aead.Decrypt(sealed, context); err == nil {
		return plain, nil
	}
	id, ok := SealedBy(sealed)
	if !ok {
		return nil, ErrSealBroken
	}
	if !slices.Contains(o.ids, id) {
		if o = k.reload(); !slices.Contains(o.ids, id) {
			return nil, fmt.Errorf("%w (key %d)", ErrUnknownKey, id)
		}
	}
	plain, err := o.aead.Decrypt(sealed, context)
	if err != nil {
		return nil, ErrSealBroken
	}
	return plain, nil
}

// Index makes a blind index of a value: the same for the same purpose and
// value, and not to be made or undone without the key. A purpose is a word of
// the program ("voter-id"), without a NUL.
func (k *Keys) Index(purpose string, value []byte) [16]byte {
	input := make([]byte, 0, 64)
	input = append(input, purpose...)
	input = append(input, 0)
	input = append(input, value...)
	out, err := k.current.Load().index.ComputePrimaryPRF(input, 16)
	if err != nil {
		panic("seal: " + err.Error()) // only for a length that the key cannot give
	}
	return [16]byte(out)
}

// Fingerprint names the index key without telling it. Rotate does not change it.
func (k *Keys) Fingerprint() string { return k.current.Load().fingerprint }

// KeyIDs are the sealing keys in the file.
func (k *Keys) KeyIDs() []uint32 { return slices.Clone(k.current.Load().ids) }

// PrimaryID is the key that seals.
func (k *Keys) PrimaryID() uint32 { return k.current.Load().primary }

// SealedBy tells which key sealed a value.
func SealedBy(sealed []byte) (id uint32, ok bool) {
	if len(sealed) < 5 || sealed[0] != 1 { // Tink's prefix: version 1, key id
		return 0, false
	}
	return binary.BigEndian.Uint32(sealed[1:5]), true
}

// reload reads the file again, at most once a second. A file that is damaged,
// gone or another's changes nothing: the keys in memory are the better ones.
func (k *Keys) reload() *opened {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := time.Now(); now.Sub(k.looked) >= reloadEvery {
		k.looked = now
		if o, err := load(k.path); err == nil && o.fingerprint == k.Fingerprint() {
			k.current.Store(o)
		}
	}
	return k.current.Load()
}

func load(path string) (*opened, error) {
	sealing, index, err := readFile(path)
	if err != nil {
		return nil, err
	}
	o := &opened{}
	if o.aead, err = aead.New(sealing); err != nil {
		return nil, fmt.Errorf("%s: %w", path, ErrUnreadable)
	}
	if o.index, err = prf.NewPRFSet(index); err != nil {
		return nil, fmt.Errorf("%s: %w", path, ErrUnreadable)
	}
	info := sealing.KeysetInfo()
	o.primary = info.GetPrimaryKeyId()
	for _, key := range info.GetKeyInfo() {
		o.ids = append(o.ids, key.GetKeyId())
	}
	name, err := o.index.ComputePrimaryPRF([]byte("fingerprint"), 16)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, ErrUnreadable)
	}
	o.fingerprint = hex.EncodeToString(name)
	return o, nil
}
