-- +goose NO TRANSACTION
-- Built and dropped beside what is written meanwhile: older programs serve on.

-- +goose Up
-- A person has few consents of a kind: the key finds them, and the newest is
-- looked for among them. This one took 70 bytes a member.
DROP INDEX CONCURRENTLY IF EXISTS consents_newest;

-- The audit tells of each row whose hand it was, whatever became of the office:
-- without this, by reading all offices. (Dropped first: one that was begun and
-- not ended stays behind as invalid.)
DROP INDEX CONCURRENTLY IF EXISTS offices_person;
CREATE INDEX CONCURRENTLY offices_person ON offices (telegram_id);

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS offices_person;
CREATE INDEX CONCURRENTLY IF NOT EXISTS consents_newest ON consents (telegram_id, kind, via, at DESC);
