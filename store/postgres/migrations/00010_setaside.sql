-- +goose Up
-- How often an update that was set aside was handled again in vain.
ALTER TABLE set_aside ADD COLUMN tries integer NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE set_aside DROP COLUMN tries;
