package redis

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"sadasya/flows"
)

// A session is one string: a format byte, 16 bytes of version, a count, so many
// ids of 8 bytes, and the sealed JSON of the rest. The scripts read the part
// before the seal.
const (
	format    = 1
	versionAt = 1
	countAt   = 17
	idsAt     = 18
)

var errDamaged = errors.New("damaged")

// Load reads a person's session and tells which one of the window this update of
// theirs is, from 1, 0 where the session has seen it. A value that cannot be opened is as good as none: the person begins again.
func (s *Store) Load(ctx context.Context, person, update int64) (flows.Session, int, error) {
	at := s.at(person)
	answer, err := s.load.Run(ctx, s.client, at.keys, packed(update), s.window.Milliseconds()).Slice()
	if err != nil {
		return flows.Session{}, 0, wrap("load a session", err)
	}
	if len(answer) != 2 {
		return flows.Session{}, 0, errors.New("redis: load a session: an answer of another form")
	}
	rate, _ := answer[1].(int64)
	value, ok := answer[0].(string)
	if !ok {
		return flows.Session{}, int(rate), nil
	}
	if kept := s.slot(person).Load(); kept != nil && kept.person == person && kept.session != nil && string(kept.value) == value {
		return *kept.session, int(rate), nil // what this process wrote last stands: it need not be opened
	}
	session, err := s.decode(at.context, []byte(value))
	if err != nil {
		s.log.WarnContext(ctx, "a session could not be opened and counts as none", "update", update, "error", err)
		session = flows.Session{V: session.V} // so that it can be written over
	}
	return session, int(rate), nil
}

// Recall gives the session that this process wrote last for a person, where it
// still has it. Another process may have written since: only Swap can tell.
func (s *Store) Recall(person int64) (flows.Session, bool) {
	kept := s.slot(person).Load()
	if kept == nil || kept.person != person || kept.session == nil || time.Since(kept.at) > recentTime {
		return flows.Session{}, false
	}
	return *kept.session, true
}

// Swap writes the session where the stored one is still of version session.V.
func (s *Store) Swap(ctx context.Context, person, update int64, session flows.Session) (flows.Version, error) {
	at := s.at(person)
	var was []byte
	if session.V != (flows.Version{}) {
		was = bytes.Clone(session.V[:])
	}
	session.V = successor(session.V)
	value, err := s.encode(at.context, session)
	if err != nil {
		return session.V, err
	}
	answer, err := s.swap.Run(ctx, s.client, at.keys,
		was, value, packed(update), s.ttl.Milliseconds(), session.Pace, s.window.Milliseconds()).Int()
	kept := &recent{person: person, address: at}
	if err == nil && answer == 1 {
		session.Pace = 0
		kept.session, kept.value, kept.at = &session, value, time.Now()
	}
	s.slot(person).Store(kept)
	switch {
	case err != nil:
		return session.V, wrap("write a session", err)
	case answer == 1:
		return session.V, nil
	case answer == 2:
		return session.V, flows.ErrSeen
	case answer == 3:
		return session.V, flows.ErrTooMany
	}
	return session.V, flows.ErrConflict
}

// Count adds one to name and tells the count since its window began.
func (s *Store) Count(ctx context.Context, name string, window time.Duration) (int, error) {
	blind := s.keys.Index("counter", []byte(name))
	key := "c:" + base64.RawURLEncoding.EncodeToString(blind[:])
	n, err := s.count.Run(ctx, s.client, []string{key}, window.Milliseconds()).Int()
	return n, wrap("count", err)
}

// address is where a person's things are, and never written to.
type address struct {
	keys    []string // of the session and of the rate
	context []byte   // to which the session's seal is bound
}

// at gives a person's address: blind, and one hash tag, so that a cluster keeps
// all of a person on one node.
func (s *Store) at(person int64) *address {
	slot := s.slot(person)
	if kept := slot.Load(); kept != nil && kept.person == person {
		return kept.address
	}
	blind := s.keys.Index("telegram-id", strconv.AppendInt(nil, person, 10))
	key := "{" + base64.RawURLEncoding.EncodeToString(blind[:]) + "}"
	kept := &recent{person: person, address: &address{keys: []string{"s:" + key, "u:" + key}, context: []byte(key)}}
	slot.Store(kept)
	return kept.address
}

// slot is where a person is remembered; whoever shares it takes their place.
func (s *Store) slot(person int64) *atomic.Pointer[recent] {
	return &s.recent[person&(recentPeople-1)]
}

func packed(update int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(update)) }

// successor counts one up and draws a new tag.
func successor(v flows.Version) flows.Version {
	binary.BigEndian.PutUint64(v[:8], binary.BigEndian.Uint64(v[:8])+1)
	_, _ = rand.Read(v[8:]) // never fails: crypto/rand says so
	return v
}

// scratches are what sessions are written on before they are sealed.
var scratches = sync.Pool{New: func() any { return new([]byte) }}

func (s *Store) encode(context []byte, session flows.Session) ([]byte, error) {
	if len(session.Seen) > flows.SeenLimit {
		return nil, fmt.Errorf("a session with %d seen updates", len(session.Seen))
	}
	scratch := scratches.Get().(*[]byte)
	defer scratches.Put(scratch)
	*scratch = session.AppendJSON((*scratch)[:0])
	sealed, err := s.keys.Seal(*scratch, context)
	if err != nil {
		return nil, fmt.Errorf("seal a session: %w", err)
	}
	value := make([]byte, 0, idsAt+8*len(session.Seen)+len(sealed))
	value = append(value, format)
	value = append(value, session.V[:]...)
	value = append(value, byte(len(session.Seen)))
	for _, id := range session.Seen {
		value = binary.BigEndian.AppendUint64(value, uint64(id))
	}
	return append(value, sealed...), nil
}

// decode opens a stored value. With an error, only the version may be of use.
func (s *Store) decode(context, value []byte) (session flows.Session, err error) {
	if len(value) < idsAt {
		return session, errDamaged
	}
	copy(session.V[:], value[versionAt:countAt])
	n := int(value[countAt])
	if value[0] != format || n > flows.SeenLimit || len(value) < idsAt+8*n {
		return session, errDamaged
	}
	plain, err := s.keys.Unseal(value[idsAt+8*n:], context)
	if err != nil {
		return session, err
	}
	v := session.V
	if session, err = flows.ReadSession(plain); err != nil {
		return flows.Session{V: v}, errDamaged
	}
	session.V = v
	session.Seen = make([]int64, n)
	for i := range n {
		session.Seen[i] = int64(binary.BigEndian.Uint64(value[idsAt+8*i:]))
	}
	return session, nil
}
