-- +goose Up
-- Who appoints whom, what is recorded for people who have no Telegram, and the
-- figures that are told of it.

-- Who comes by a link to an office is not asked for a language: they are spoken
-- to in that of their app until they choose one.
ALTER TABLE people ADD COLUMN tongue text NOT NULL DEFAULT '' CHECK (tongue IN ('', 'hi', 'en'));

-- Every office names the one it came from; the command line's name none.
ALTER TABLE offices
    ADD COLUMN appointed_by bigint REFERENCES offices,
    ADD COLUMN gender text CHECK (gender IN ('woman', 'man', 'other')),          -- as they chose to say
    ADD COLUMN social text CHECK (social IN ('GEN', 'OBC', 'SC', 'ST', 'minority')),
    ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(), -- moved, suspended …
    ADD COLUMN letter_at timestamptz,                         -- when they were written to last
    ADD COLUMN told_at timestamptz,                           -- when joins were told last
    ADD COLUMN milestone smallint NOT NULL DEFAULT 0,         -- the last one told
    ADD COLUMN daily boolean NOT NULL DEFAULT true,           -- the daily word is welcome
    ADD COLUMN doubtful_on date,                              -- when it was told last of what waits in review
    ADD COLUMN short_days smallint NOT NULL DEFAULT 0;        -- days in a row short of the pace; told at 3
-- An office that was given up or taken away stays for what is credited to its
-- code, and keeps nobody from holding its place anew.
ALTER TABLE offices DROP CONSTRAINT offices_telegram_id_office_district_ac_no_part_no_letter_key;
CREATE UNIQUE INDEX offices_held ON offices (telegram_id, office, district, ac_no, part_no, letter) WHERE status IN ('active', 'suspended');
CREATE INDEX offices_place ON offices (ac_no, part_no, letter);
CREATE INDEX offices_enrollers ON offices (ac_no, part_no, letter) INCLUDE (gender, social, appointed_at, code)
    WHERE office = 'enroller' AND status = 'active'; -- all that coverage counts, without reading the rows
CREATE INDEX offices_appointed_by ON offices (appointed_by);

-- A link is withdrawn by who made it. One for many is an invitation to apply:
-- it is not spent, and gives an office to nobody by itself.
ALTER TABLE office_links
    ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    ADD COLUMN made_by bigint REFERENCES offices,
    ADD COLUMN many boolean NOT NULL DEFAULT false,
    ADD COLUMN gave bigint REFERENCES offices,
    ADD COLUMN revoked_at timestamptz;
CREATE INDEX office_links_made_by ON office_links (made_by) WHERE spent_by IS NULL AND revoked_at IS NULL;

CREATE TABLE applications (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    link_id      bigint NOT NULL REFERENCES office_links (id),
    telegram_id  bigint NOT NULL,
    name_sealed  bytea NOT NULL,
    seal_context uuid NOT NULL,
    ac_no        smallint NOT NULL,
    part_no      smallint NOT NULL,
    letter       text NOT NULL,
    gender       text CHECK (gender IN ('woman', 'man', 'other')),
    social       text CHECK (social IN ('GEN', 'OBC', 'SC', 'ST', 'minority')),
    status       text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'accepted', 'refused')),
    applied_at   timestamptz NOT NULL DEFAULT now(),
    decided_by   bigint REFERENCES offices
);
CREATE UNIQUE INDEX applications_waiting ON applications (link_id, telegram_id) WHERE status = 'waiting';
CREATE INDEX applications_place ON applications (ac_no) WHERE status = 'waiting';

-- What an update has done already, where nothing else tells it: a repeat gives
-- the first result. Gone after 30 days.
CREATE TABLE deeds (
    telegram_id bigint NOT NULL,
    update_id   bigint NOT NULL,
    deed        text NOT NULL, -- what was done to what: "suspend 12"
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (telegram_id, update_id, deed)
);
CREATE INDEX deeds_at ON deeds (at);

-- What an enroller has taken down and the person beside them has yet to agree
-- to. Gone after 72 hours.
CREATE TABLE drafts (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nonce       uuid NOT NULL UNIQUE, -- drawn from the update, so that it makes one draft
    telegram_id bigint NOT NULL,
    body_sealed bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    warned_at   timestamptz -- that it will soon be gone
);
CREATE INDEX drafts_person ON drafts (telegram_id, id);
CREATE INDEX drafts_created ON drafts (created_at);

-- What is figured of a row is said here and nowhere else: 2 added and confirmed,
-- 1 added, 0 neither. One that was recorded for somebody is confirmed when they
-- claim it or answer a call. A complaint, and an erasure after it, hold the
-- figure as it was until Monday.
ALTER TABLE members
    ADD COLUMN recorded_by bigint NOT NULL DEFAULT 0, -- assisted: the enroller's Telegram id
    ADD COLUMN claimed_at timestamptz,
    ADD COLUMN call_due boolean NOT NULL DEFAULT false,
    ADD COLUMN call_result text CHECK (call_result IN ('right', 'not-found', 'refused')),
    ADD COLUMN call_after timestamptz, -- nobody was found: once more, from then on
    ADD COLUMN mobile_sealed bytea,
    ADD COLUMN mobile_index bytea,
    ADD COLUMN frozen_at timestamptz,
    ADD COLUMN refusal text NOT NULL DEFAULT '', -- why it was refused, a fixed word
    ADD COLUMN decided_by bigint REFERENCES offices,
    ADD COLUMN held smallint CHECK (held IN (1, 2)), -- the figure until Monday
    ADD COLUMN counts smallint NOT NULL GENERATED ALWAYS AS (CASE
        WHEN held IS NOT NULL THEN held
        WHEN status = 'confirmed' AND (via <> 'assisted' OR claimed_at IS NOT NULL OR coalesce(call_result, '') = 'right') THEN 2
        WHEN status IN ('confirmed', 'review') THEN 1
        ELSE 0 END) STORED;
CREATE INDEX members_booth ON members (ac_no, part_no, letter);
CREATE INDEX members_day ON members (ac_no, confirmed_at);
CREATE INDEX members_mobile ON members (mobile_index) WHERE mobile_index IS NOT NULL;
CREATE INDEX members_review ON members (ac_no, confirmed_at, id) WHERE status = 'review';
CREATE INDEX members_frozen ON members (frozen_at) WHERE status = 'frozen';
CREATE INDEX members_call ON members (ac_no, confirmed_at, id) WHERE call_due AND call_result IS NULL AND claimed_at IS NULL;
CREATE INDEX members_held ON members (frozen_at) WHERE held IS NOT NULL;
CREATE INDEX members_assisted ON members (recorded_by, confirmed_at) WHERE via = 'assisted';
CREATE INDEX members_said ON members (ac_no, gender, social) WHERE gender IS NOT NULL OR social IS NOT NULL;
-- What enrolling oneself outranks.
CREATE INDEX members_unclaimed ON members (voter_id_index) WHERE via = 'assisted' AND claimed_at IS NULL AND status IN ('confirmed', 'review');

-- What an assisted person, or a second claimant, brings before an admin who has
-- nothing to do with the place. Neither the name nor the number stands here.
CREATE TABLE cases (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    member_id   bigint NOT NULL REFERENCES members,
    kind        text NOT NULL CHECK (kind IN ('unasked', 'claimed-twice')),
    telegram_id bigint NOT NULL,          -- of who brought it; 0: a call back, or they erased the record
    was         text NOT NULL,            -- the status of the record before
    opened_at   timestamptz NOT NULL DEFAULT now(),
    decision    text CHECK (decision IN ('stands', 'refused')),
    decided_by  bigint REFERENCES offices,
    decided_at  timestamptz,
    waits       boolean NOT NULL DEFAULT false -- nobody may decide it yet, so nobody has been told
);
CREATE UNIQUE INDEX cases_once ON cases (member_id, kind, telegram_id) WHERE decision IS NULL;
CREATE INDEX cases_open ON cases (id) WHERE decision IS NULL;
CREATE INDEX cases_member ON cases (member_id);
CREATE INDEX cases_brought ON cases (telegram_id) WHERE telegram_id <> 0; -- what was stopped at their word

-- The booth that a row left and the code that it was credited to before, to be
-- counted anew too. Every statement that changes a booth names the one before.
ALTER TABLE events
    ADD COLUMN ac_no smallint,
    ADD COLUMN part_no smallint,
    ADD COLUMN letter text,
    ADD COLUMN code text;

-- What the events have been folded into. A cell is always counted anew from its
-- rows, so it cannot drift. Booth 0/0, and constituency 0, are of those whose
-- booth is pending.
CREATE TABLE rollup_booths (
    ac_no     smallint NOT NULL,
    part_no   smallint NOT NULL,
    letter    text NOT NULL,
    added     integer NOT NULL,
    confirmed integer NOT NULL,
    PRIMARY KEY (ac_no, part_no, letter)
);
CREATE TABLE rollup_codes (
    code      text PRIMARY KEY,
    added     integer NOT NULL,
    confirmed integer NOT NULL,
    last_at   timestamptz NOT NULL -- of the newest of them
);
CREATE TABLE rollup_days ( -- by the day of joining in Asia/Kolkata
    ac_no     smallint NOT NULL,
    day       date NOT NULL,
    added     integer NOT NULL,
    confirmed integer NOT NULL,
    PRIMARY KEY (ac_no, day)
);
CREATE TABLE rollup_said ( -- of those added, who chose to say so
    ac_no   smallint NOT NULL,
    what    text NOT NULL, -- a gender or a social category
    members integer NOT NULL,
    PRIMARY KEY (ac_no, what)
);

-- What is to be said to a person unasked. Gone once it is said.
CREATE TABLE notices (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    telegram_id  bigint NOT NULL,
    kind         text NOT NULL,
    subject      text NOT NULL DEFAULT '', -- one notice waits of a kind on a subject
    count        integer NOT NULL DEFAULT 0, -- what was gathered in it
    body_sealed  bytea, -- NULL: all is said by the kind
    seal_context uuid NOT NULL DEFAULT gen_random_uuid(),
    due_at       timestamptz NOT NULL DEFAULT now(), -- a claim puts it off
    tries        smallint NOT NULL DEFAULT 0,
    version      integer NOT NULL DEFAULT 0, -- changed by what is gathered in it
    UNIQUE (telegram_id, kind, subject)
);
CREATE INDEX notices_due ON notices (due_at);

ALTER TABLE audit ADD COLUMN reason text NOT NULL DEFAULT ''; -- a fixed word

-- +goose Down
ALTER TABLE audit DROP COLUMN reason;
ALTER TABLE people DROP COLUMN tongue;
DROP TABLE cases, notices, rollup_said, rollup_days, rollup_codes, rollup_booths;
ALTER TABLE events DROP COLUMN ac_no, DROP COLUMN part_no, DROP COLUMN letter, DROP COLUMN code;
ALTER TABLE members DROP COLUMN counts, DROP COLUMN held, DROP COLUMN decided_by, DROP COLUMN refusal, DROP COLUMN frozen_at,
    DROP COLUMN mobile_index, DROP COLUMN mobile_sealed, DROP COLUMN call_after, DROP COLUMN call_result, DROP COLUMN call_due, DROP COLUMN claimed_at, DROP COLUMN recorded_by;
DROP TABLE drafts, deeds, applications;
ALTER TABLE office_links DROP COLUMN revoked_at, DROP COLUMN gave, DROP COLUMN many, DROP COLUMN made_by, DROP COLUMN id;
DROP INDEX offices_held;
ALTER TABLE offices ADD UNIQUE (telegram_id, office, district, ac_no, part_no, letter); -- fails where a place was held twice
ALTER TABLE offices DROP COLUMN short_days, DROP COLUMN doubtful_on, DROP COLUMN daily, DROP COLUMN milestone, DROP COLUMN told_at, DROP COLUMN letter_at, DROP COLUMN changed_at,
    DROP COLUMN social, DROP COLUMN gender, DROP COLUMN appointed_by;
