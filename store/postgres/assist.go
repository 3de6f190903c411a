package postgres

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"sadasya/flows"
	"sadasya/party"
)

// What an enroller has taken down of people beside them: drafts, sealed whole.
// Everything about a draft is done for its own enroller alone.

// mayAssist gives the active office by which a person enrols others, the newest.
const mayAssist = `(SELECT code FROM offices WHERE telegram_id = $1 AND office = 'enroller' AND status = 'active'
	ORDER BY appointed_at DESC, id DESC LIMIT 1)`

// Assist tells whether a person may enrol others, and how many drafts wait.
func (s *Store) Assist(ctx context.Context, a flows.Actor) (out flows.Assist, err error) {
	o, err := s.enroller(ctx, newestOwn, a.Person)
	if err != nil {
		return out, err
	}
	if o.Code == "" {
		posts, err := s.posts(ctx, a.Person)
		if len(posts) > 0 {
			out.Office = posts[0].Post.Office
		}
		return out, err
	}
	out.Code, out.Name, out.Station = o.Code, o.Name, o.Station
	err = s.queryRow(ctx, `SELECT count(*) FROM drafts WHERE telegram_id = $1`, []any{a.Person}, &out.Waiting)
	return out, wrap("count drafts", err)
}

// A draft of an update that comes again is the first one; a new state of one
// that stands is written over it. What has become a member is no draft again.
const keepDraftSQL = `
WITH may AS (SELECT ` + mayAssist + ` AS code),
kept AS (
	INSERT INTO drafts (nonce, telegram_id, body_sealed)
	SELECT $2, $1, $3 FROM may WHERE code IS NOT NULL
	AND NOT EXISTS (SELECT FROM members WHERE nonce = $2)
	AND ($4 OR (SELECT count(*) FROM drafts WHERE telegram_id = $1) < $5)
	ON CONFLICT (nonce) DO UPDATE SET body_sealed = excluded.body_sealed WHERE drafts.telegram_id = $1 AND $4
	RETURNING id)
SELECT (SELECT code IS NOT NULL FROM may), coalesce((SELECT id FROM kept), (SELECT id FROM drafts WHERE nonce = $2 AND telegram_id = $1), 0),
	(SELECT count(*) FROM drafts WHERE telegram_id = $1 AND nonce <> $2), EXISTS (SELECT FROM members WHERE nonce = $2)`

// KeepDraft keeps a draft: a new one once an update, one that stands in its new
// state.
func (s *Store) KeepDraft(ctx context.Context, a flows.Actor, e flows.KeepDraft) (out flows.DraftKept, err error) {
	ctx, cancel := detached(ctx)
	defer cancel()
	again := e.Draft.Nonce != flows.Nonce{}
	if !again {
		e.Draft.Nonce = s.draftNonce(a)
	}
	out.Nonce = e.Draft.Nonce
	body, err := json.Marshal(e.Draft)
	if err != nil {
		return out, fmt.Errorf("postgres: keep a draft: %w", errValue)
	}
	sealed, err := s.sealText(string(body), e.Draft.Nonce)
	if err != nil {
		return out, err
	}
	for range tries {
		var member bool
		err = s.queryRow(ctx, keepDraftSQL,
			[]any{a.Person, pgtype.UUID{Bytes: e.Draft.Nonce, Valid: true}, sealed, again, flows.DraftsLimit},
			&out.Enroller, &out.ID, &out.Waiting, &member)
		if err != nil || out.ID != 0 || !out.Enroller || member || out.Waiting >= flows.DraftsLimit {
			return out, wrap("keep a draft", err)
		}
		// Another process keeps the same draft; the next statement sees its row.
	}
	return out, fmt.Errorf("postgres: keep a draft: %d races lost: %w", tries, party.ErrUnavailable)
}

// draftNonce draws a draft's nonce from the person and the update, so that an
// update makes one draft, and one member of it, on whatever replica.
func (s *Store) draftNonce(a flows.Actor) flows.Nonce {
	at := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(a.Person)), uint64(a.Update))
	return s.keys.Index("draft-nonce", at)
}

// Drafts gives one page of a person's drafts, the oldest first.
func (s *Store) Drafts(ctx context.Context, a flows.Actor, page int) (out flows.Drafts, err error) {
	err = s.queryRow(ctx, `SELECT count(*) FROM drafts WHERE telegram_id = $1`, []any{a.Person}, &out.Waiting)
	if err != nil || out.Waiting == 0 {
		return out, wrap("count drafts", err)
	}
	last := (out.Waiting - 1) / flows.DraftsAtOnce
	out.Page = min(max(page, 0), last)
	out.More = out.Page < last
	err = s.again(func() error {
		rows, err := s.pool.Query(ctx, `
SELECT id, nonce, body_sealed FROM drafts WHERE telegram_id = $1 ORDER BY id LIMIT $2 OFFSET $3`,
			a.Person, flows.DraftsAtOnce, out.Page*flows.DraftsAtOnce)
		if err != nil {
			return err
		}
		out.List, err = pgx.CollectRows(rows, s.scanDraft)
		return err
	})
	return out, wrap("list drafts", err)
}

func (s *Store) scanDraft(row pgx.CollectableRow) (d flows.AssistDraft, err error) {
	var id int64
	var nonce pgtype.UUID
	var body []byte
	if err = row.Scan(&id, &nonce, &body); err != nil {
		return d, err
	}
	plain, err := s.unsealText(body, nonce.Bytes)
	if err != nil {
		return d, err
	}
	if json.Unmarshal([]byte(plain), &d) != nil {
		return d, errValue
	}
	d.ID, d.Nonce = id, nonce.Bytes
	return d, nil
}

// Draft gives a draft of a person's own; the zero Draft where there is none.
func (s *Store) Draft(ctx context.Context, a flows.Actor, id int64) (out flows.DraftLoaded, err error) {
	err = s.again(func() error {
		rows, err := s.pool.Query(ctx, `SELECT id, nonce, body_sealed FROM drafts WHERE id = $2 AND telegram_id = $1`, a.Person, id)
		if err != nil {
			return err
		}
		out.Draft, err = pgx.CollectExactlyOneRow(rows, s.scanDraft)
		return err
	})
	if err != nil {
		return flows.DraftLoaded{}, ignore(wrap("read a draft", err), party.ErrNotFound)
	}
	err = s.queryRow(ctx, `SELECT count(*) FROM drafts WHERE telegram_id = $1 AND id <> $2`, []any{a.Person, id}, &out.Waiting)
	return out, wrap("count drafts", err)
}

// DropDraft throws a draft of a person's own away.
func (s *Store) DropDraft(ctx context.Context, a flows.Actor, id int64) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	_, err := s.pool.Exec(ctx, `
WITH gone AS (DELETE FROM drafts WHERE id = $2 AND telegram_id = $1 RETURNING id)
INSERT INTO audit (actor, action, object) SELECT $1, 'draft-dropped', 'draft ' || id FROM gone`, a.Person, id)
	return wrap("throw a draft away", err)
}

// errPowerless says that a person may not do what they ask for.
var errPowerless = errors.New("no active office gives this power")
