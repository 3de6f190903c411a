-- +goose Up
-- What the pump keeps so that nobody is lost, and so that numbers are cheap.

-- How often in a row writing an audience down failed: after some it pauses.
ALTER TABLE broadcasts ADD COLUMN freeze_tries smallint NOT NULL DEFAULT 0;

ALTER TABLE broadcast_blocks
    ADD COLUMN refused boolean NOT NULL DEFAULT false, -- Telegram refused the message to some of it, for no known reason
    ADD COLUMN taken   integer;                        -- once recalled: how many were taken back; NULL: not counted
CREATE INDEX broadcast_blocks_refused ON broadcast_blocks (broadcast_id) WHERE refused;

-- +goose Down
ALTER TABLE broadcast_blocks DROP COLUMN refused, DROP COLUMN taken; -- and its index
ALTER TABLE broadcasts DROP COLUMN freeze_tries;
