-- +goose Up
-- Places are the buildings of the newest list of booths, for whoever knows the
-- village and the school rather than the number. They are made by the program
-- from the booths' names, and made again with every list.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE places (
    id         bigint PRIMARY KEY, -- the list's id times a million, and on
    version_id integer NOT NULL REFERENCES booth_versions,
    ac_no      smallint NOT NULL,
    name_en    text NOT NULL,
    name_hi    text NOT NULL,
    words      text NOT NULL, -- as they sound
    bones      text NOT NULL, -- what the index finds them by
    level      smallint NOT NULL,
    girls      boolean NOT NULL,
    lies       point,         -- degrees: longitude times cos 27°, latitude
    booths     text[] NOT NULL -- their parts, with the letter
);
-- Nearest first; GIN would read every row that shares a trigram and sort it.
CREATE INDEX places_bones ON places USING gist (bones gist_trgm_ops (siglen = 64));
CREATE INDEX places_lies ON places USING gist (lies);
CREATE INDEX places_ac ON places (ac_no);

-- +goose Down
DROP TABLE places;
