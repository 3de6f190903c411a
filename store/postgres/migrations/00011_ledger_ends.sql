-- +goose Up
-- How many blocks of a broadcast that is long over have had their recipients
-- erased; above zero, nobody of it is listed any more.
ALTER TABLE broadcasts ADD COLUMN erased integer NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE broadcasts DROP COLUMN erased;
