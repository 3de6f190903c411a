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
    words      text NOT NULL, -- of its name, as they sound
    level      smallint NOT NULL,
    girls      boolean NOT NULL,
    lies       point,         -- degrees: longitude times cos 27°, latitude
    booths     text[] NOT NULL -- their parts, with the letter
);
CREATE INDEX places_lies ON places USING gist (lies);
CREATE INDEX places_ac ON places (ac_no);

-- The words of their names, and in which places each stands.
CREATE TABLE place_words (
    bones  text PRIMARY KEY, -- what stays of a word when what people mix up is gone
    places bigint[] NOT NULL
);
-- Nearest first, over some thirty thousand words and not over names: a name with
-- a common word in it costs no more than another.
CREATE INDEX place_words_bones ON place_words USING gin (bones gin_trgm_ops) WITH (fastupdate = off);

-- +goose Down
DROP TABLE place_words, places;
