-- +goose Up
-- What admins send to many: the letter and its audience, and a ledger in which
-- everyone of the frozen audience stands with what became of it.

CREATE TABLE broadcasts (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nonce       uuid NOT NULL UNIQUE, -- of the conversation that composed it
    state       text NOT NULL DEFAULT 'draft' CHECK (state IN
        ('draft', 'waiting', 'scheduled', 'freezing', 'running', 'paused', 'done', 'cancelled', 'stopped')),
    why         text NOT NULL DEFAULT '', -- paused or stopped: a fixed word
    letter      jsonb NOT NULL,
    audience    jsonb NOT NULL,
    paid        boolean NOT NULL DEFAULT false, -- beyond Telegram's free rate
    composed_by bigint NOT NULL REFERENCES offices,
    approved_by bigint REFERENCES offices,
    created_at  timestamptz NOT NULL DEFAULT now(),
    send_at     timestamptz NOT NULL DEFAULT now(),
    frozen_to   bigint NOT NULL DEFAULT 0,  -- the last account looked at
    frozen      integer NOT NULL DEFAULT 0, -- recipients so far
    blocks      integer NOT NULL DEFAULT 0,
    started_at  timestamptz,
    ended_at    timestamptz,
    recalled_at timestamptz, -- when it was asked to be taken back
    CHECK (approved_by <> composed_by)
);
CREATE INDEX broadcasts_open ON broadcasts (id) WHERE state IN ('waiting', 'scheduled', 'freezing', 'running', 'paused');

-- Recipients are written to in blocks that a worker leases: a few accounts that
-- follow each other. So a recipient's own row is written once, when its fate is
-- known, and has no more than these columns.
CREATE TABLE broadcast_blocks (
    broadcast_id integer NOT NULL REFERENCES broadcasts,
    number       integer NOT NULL,
    turn         integer NOT NULL, -- in which blocks are taken: a hash
    first_id     bigint NOT NULL,
    last_id      bigint NOT NULL,
    epoch        integer NOT NULL DEFAULT 0, -- raised by every lease
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    done         boolean NOT NULL DEFAULT false,
    parts        integer[] NOT NULL DEFAULT '{}', -- once done: how many of each fate, in the type's order
    recalled     boolean NOT NULL DEFAULT false,
    PRIMARY KEY (broadcast_id, number)
) WITH (fillfactor = 80);
CREATE INDEX broadcast_blocks_open ON broadcast_blocks (broadcast_id, turn) WHERE NOT done;
CREATE INDEX broadcast_blocks_recall ON broadcast_blocks (broadcast_id, turn) WHERE done AND NOT recalled;

CREATE TYPE fate AS ENUM ('pending', 'sent', 'failed', 'unreachable', 'opted-out', 'uncertain', 'cancelled');

-- 52 bytes a row with its pointer; no index but the key, so that a fate is
-- written into the same page (HOT), for which there is room.
CREATE TABLE recipients (
    telegram_id  bigint NOT NULL,
    broadcast_id integer NOT NULL,
    message_id   integer NOT NULL DEFAULT 0, -- of Telegram; negative: taken back
    fate         fate NOT NULL DEFAULT 'pending',
    tries        smallint NOT NULL DEFAULT 0, -- that failed for a passing reason
    reason       text NOT NULL DEFAULT '',    -- a fixed word
    PRIMARY KEY (broadcast_id, telegram_id)
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05);

-- Until when Telegram wants no broadcasts. One row.
CREATE TABLE sending (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    held_until timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO sending DEFAULT VALUES;

-- Who may be written to is looked at again before each message, and by the
-- million when an audience is frozen.
CREATE INDEX consents_news ON consents (telegram_id, at DESC) INCLUDE (given) WHERE kind = 'news';
ALTER TABLE consents DROP CONSTRAINT consents_kind_check,
    ADD CONSTRAINT consents_kind_check CHECK (kind IN ('membership', 'news', 'about', 'duties', 'reminders'));

-- +goose Down
DELETE FROM consents WHERE kind IN ('duties', 'reminders');
ALTER TABLE consents DROP CONSTRAINT consents_kind_check,
    ADD CONSTRAINT consents_kind_check CHECK (kind IN ('membership', 'news', 'about'));
DROP INDEX consents_news;
DROP TABLE sending, recipients, broadcast_blocks, broadcasts;
DROP TYPE fate;
