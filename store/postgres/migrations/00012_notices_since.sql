-- +goose Up
-- When a notice fell due first. due_at moves with each claim and each putting-off,
-- so that one which never goes looks as if it had just fallen due. What an older
-- program writes meanwhile counts from when it was written.
ALTER TABLE notices ADD COLUMN since timestamptz NOT NULL DEFAULT now();
UPDATE notices SET since = due_at WHERE due_at > now(); -- few: the rest counts from here
CREATE INDEX notices_since ON notices (since);

-- +goose Down
ALTER TABLE notices DROP COLUMN since;
