-- +goose Up
-- What is said by the clock: where it is switched off, and who was reminded.

-- A switch that nobody ever touched has no row, and is on.
CREATE TABLE switches (
    what     text NOT NULL CHECK (what IN ('reminder', 'daily', 'pace')),
    district text NOT NULL DEFAULT '', -- English name; empty: the whole state
    off      boolean NOT NULL,
    by       bigint NOT NULL REFERENCES offices,
    at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (what, district)
);

-- The alarm of the pace is welcome; beside daily.
ALTER TABLE offices ADD COLUMN alarm boolean NOT NULL DEFAULT true;

-- Who was reminded of an unfinished enrolment: written before the message goes,
-- by the lease that sends it. Gone with a person who is purged.
CREATE TABLE reminded (
    telegram_id  bigint PRIMARY KEY,
    broadcast_id integer NOT NULL,
    epoch        integer NOT NULL
);
CREATE INDEX reminded_broadcast ON reminded (broadcast_id, telegram_id);

-- A broadcast of nobody's is the clock's. It ends with its hours: who has not got
-- it by then is left for another day.
ALTER TABLE broadcasts
    ALTER COLUMN composed_by DROP NOT NULL,
    ADD COLUMN ends_at timestamptz,
    ADD CHECK (composed_by IS NOT NULL OR ends_at IS NOT NULL);

-- +goose Down
DELETE FROM recipients r USING broadcasts b WHERE b.id = r.broadcast_id AND b.composed_by IS NULL;
DELETE FROM broadcast_blocks k USING broadcasts b WHERE b.id = k.broadcast_id AND b.composed_by IS NULL;
DELETE FROM broadcasts WHERE composed_by IS NULL;
ALTER TABLE broadcasts DROP COLUMN ends_at, ALTER COLUMN composed_by SET NOT NULL;
DROP TABLE reminded, switches;
ALTER TABLE offices DROP COLUMN alarm;
