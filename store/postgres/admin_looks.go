package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"sadasya/flows"
	"sadasya/party"
)

// What every look and deed of an admin has in common: the power is looked up in
// the transaction that uses it, a refusal is written down, and what was looked at
// is written down before it is shown.

// refused is the action of a command that was not taken.
const refused = "refused"

// Enter tells whether a person may use a command of admins; who may not is
// written down.
func (s *Store) Enter(ctx context.Context, a flows.Actor, e flows.Enter) (out flows.Entered, err error) {
	lowest := party.Admin
	if e.Command == "export" {
		lowest = party.Chief // of the own area
	}
	err = s.asOffice(ctx, a, lowest, e.Command, func(pgx.Tx, held) error {
		out.May = true
		return nil
	})
	return out, wrap("enter a tool of admins", err)
}

// NoteRefusal writes down that an office's command came as none is taken:
// forwarded, edited, by another bot, in a group or a channel. Of a channel the
// actor's Person is its id, which is negative.
func (s *Store) NoteRefusal(ctx context.Context, a flows.Actor, e flows.NoteRefusal) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	return wrap("note a refusal", refuse(ctx, s.pool, a, e.Command, e.Why))
}

// asAdmin does something in a transaction with the office by which a person is
// an admin. Who is none gets nothing done, and the refusal is written down.
func (s *Store) asAdmin(ctx context.Context, a flows.Actor, command string, do func(pgx.Tx, held) error) error {
	return s.asOffice(ctx, a, party.Admin, command, do)
}

// asOffice does so for who holds an office, or a higher one.
func (s *Store) asOffice(ctx context.Context, a flows.Actor, lowest party.Office, command string, do func(pgx.Tx, held) error) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		posts, err := postsIn(ctx, tx, a.Person)
		if err != nil {
			return err
		}
		if len(posts) == 0 || posts[0].Post.Office != party.Admin && posts[0].Post.Office != lowest { // the highest is first
			return refuse(ctx, tx, a, command, flows.Sound)
		}
		return do(tx, posts[0])
	})
}

// note writes rows of the audit, once an update however often it is shown.
func note(ctx context.Context, q execer, a flows.Actor, action string, objects []string, reason string) error {
	_, err := q.Exec(ctx, `
INSERT INTO audit (actor, update_id, action, object, reason) SELECT $1, $2, $3, o, $5 FROM unnest($4::text[]) AS o
ON CONFLICT (actor, update_id, action, object) WHERE update_id <> 0 DO NOTHING`, a.Person, a.Update, action, objects, reason)
	return err
}

// refusalsAnHour is how many refusals of one actor are written down in an hour:
// more tell nothing new, and would fill the audit.
const refusalsAnHour = 60

// Only the newest rows of an actor are looked at, along their index.
const refuseSQL = `
INSERT INTO audit (actor, update_id, action, object, reason) SELECT $1, $2, '` + refused + `', 'command ' || $3::text, $4
WHERE (SELECT count(*) FROM (SELECT action, at FROM audit WHERE actor = $1 ORDER BY id DESC LIMIT 2 * $5) newest
	WHERE action = '` + refused + `' AND at > now() - interval '1 hour') < $5
ON CONFLICT (actor, update_id, action, object) WHERE update_id <> 0 DO NOTHING`

// refuse writes down that a command was not taken, once an update.
func refuse(ctx context.Context, q execer, a flows.Actor, command string, why flows.Flaw) error {
	_, err := q.Exec(ctx, refuseSQL, a.Person, a.Update, command, string(why), refusalsAnHour)
	return err
}
