-- +goose Up
-- Watching broadcasts, and their drafts.

-- Messages in the chats of admins that show how a broadcast goes: they are written
-- anew as it does, by whichever replica claims them first.
CREATE TABLE broadcast_watches (
    telegram_id  bigint NOT NULL,
    broadcast_id integer NOT NULL REFERENCES broadcasts,
    message_id   integer NOT NULL,
    shown        bytea NOT NULL, -- a hash of what the message says
    done         integer NOT NULL DEFAULT 0, -- recipients that were through when it was looked at last
    looked_at    timestamptz,                -- when that was
    due_at       timestamptz NOT NULL DEFAULT now(),
    since        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (telegram_id, broadcast_id)
);

-- Of each that has ended, who composed and who approved it are told what became
-- of everyone. Those that ended before are old news.
ALTER TABLE broadcasts ADD COLUMN reported_at timestamptz;
UPDATE broadcasts SET reported_at = coalesce(ended_at, now()) WHERE state IN ('done', 'cancelled', 'stopped');
CREATE INDEX broadcasts_unreported ON broadcasts (id) WHERE ended_at IS NOT NULL AND reported_at IS NULL;

-- What an admin composes, sealed whole: the session may be lost at any time.
CREATE TABLE broadcast_drafts (
    telegram_id  bigint PRIMARY KEY,
    body_sealed  bytea NOT NULL,
    seal_context uuid NOT NULL,
    updated_at   timestamptz NOT NULL DEFAULT now()
);

-- +goose Down
DROP TABLE broadcast_drafts, broadcast_watches;
DROP INDEX broadcasts_unreported;
ALTER TABLE broadcasts DROP COLUMN reported_at;
