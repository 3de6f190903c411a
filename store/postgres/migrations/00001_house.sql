-- +goose Up
-- What is kept of people, members, offices and booths. Names and Voter IDs are
-- sealed by the program before they come here: a dump of this database tells
-- nobody's name or number. Times are Postgres's now().

-- Whoever came. Before consent there is nothing here but the id, the language
-- and the first valid referral code; it is purged when they do not go on.
CREATE TABLE people (
    telegram_id bigint PRIMARY KEY,
    language    text NOT NULL DEFAULT '' CHECK (language IN ('', 'hi', 'en')),
    first_code  text,
    step        text NOT NULL DEFAULT '',
    reachable   boolean NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);

-- Every answer to a consent question, the newest counts. Never changed; gone
-- with a person who is purged.
CREATE TABLE consents (
    telegram_id bigint NOT NULL,
    update_id   bigint NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('membership', 'news', 'about')),
    version     text NOT NULL,
    given       boolean NOT NULL,
    nonce       uuid,
    via         text NOT NULL DEFAULT 'self', -- for whom: family agrees anew for each
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (telegram_id, kind, update_id)
);
CREATE INDEX consents_newest ON consents (telegram_id, kind, via, at DESC);

CREATE TABLE booth_versions (
    id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    label       text NOT NULL UNIQUE,
    sample      boolean NOT NULL DEFAULT false,
    imported_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE booths (
    version_id integer NOT NULL REFERENCES booth_versions,
    ac_no      smallint NOT NULL CHECK (ac_no BETWEEN 1 AND 200),
    part_no    smallint NOT NULL CHECK (part_no BETWEEN 1 AND 9999),
    letter     text NOT NULL DEFAULT '' CHECK (letter ~ '^[A-Z]?$'),
    name_en    text NOT NULL DEFAULT '',
    name_hi    text NOT NULL DEFAULT '',
    lat        real,
    lon        real,
    PRIMARY KEY (version_id, ac_no, part_no, letter)
);

-- An office is given once to one account; its code never goes to another.
CREATE TABLE offices (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    office       text NOT NULL CHECK (office IN ('admin', 'chief', 'enroller')),
    code         text NOT NULL UNIQUE,
    telegram_id  bigint NOT NULL,
    name_sealed  bytea NOT NULL,
    seal_context uuid NOT NULL DEFAULT gen_random_uuid(),
    district     text NOT NULL DEFAULT '',
    ac_no        smallint NOT NULL DEFAULT 0,
    part_no      smallint NOT NULL DEFAULT 0,
    letter       text NOT NULL DEFAULT '',
    status       text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'resigned', 'revoked')),
    appointed_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (telegram_id, office, district, ac_no, part_no, letter)
);

-- A link of an office, by the hash of its token, spent when it is accepted.
CREATE TABLE office_links (
    token_hash   bytea PRIMARY KEY,
    office       text NOT NULL,
    name_sealed  bytea NOT NULL,
    seal_context uuid NOT NULL,
    district     text NOT NULL DEFAULT '',
    ac_no        smallint NOT NULL DEFAULT 0,
    part_no      smallint NOT NULL DEFAULT 0,
    letter       text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL DEFAULT now() + interval '7 days',
    spent_by     bigint,
    spent_at     timestamptz
);

-- Members. A row is made once, by its draft's nonce, and never removed; what
-- is erased in it is the name and the Voter ID.
CREATE TABLE members (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number           text NOT NULL UNIQUE,
    nonce            uuid NOT NULL UNIQUE,
    telegram_id      bigint NOT NULL, -- of the chat; 0 once it is erased
    via              text NOT NULL CHECK (via IN ('self', 'family', 'assisted')),
    status           text NOT NULL CHECK (status IN ('confirmed', 'review', 'frozen', 'refused', 'withdrawn')),
    reasons          text[] NOT NULL DEFAULT '{}',
    name_sealed      bytea,
    voter_id_sealed  bytea,
    voter_id_index   bytea,
    ac_no            smallint,
    part_no          smallint,
    letter           text,
    booth_version_id integer REFERENCES booth_versions,
    enroller_code    text,
    language         text NOT NULL,
    consent_version  text NOT NULL,
    gender           text CHECK (gender IN ('woman', 'man', 'other')),
    social           text CHECK (social IN ('GEN', 'OBC', 'SC', 'ST', 'minority')),
    confirmed_at     timestamptz NOT NULL DEFAULT now(),
    changed_by       bigint NOT NULL, -- the update that changed the row last
    withdrawn_at     timestamptz,
    CHECK ((ac_no IS NULL) = (part_no IS NULL)),
    CHECK (status IN ('withdrawn', 'refused') OR (name_sealed IS NOT NULL AND voter_id_index IS NOT NULL))
);
-- One confirmed member a Voter ID; a second one waits in review.
CREATE UNIQUE INDEX members_voter_id ON members (voter_id_index) WHERE status = 'confirmed';
-- One live membership of their own a Telegram account.
CREATE UNIQUE INDEX members_self ON members (telegram_id)
    WHERE via = 'self' AND status IN ('confirmed', 'review', 'frozen');
CREATE INDEX members_chat ON members (telegram_id);
CREATE INDEX members_enroller ON members (enroller_code, confirmed_at) WHERE enroller_code IS NOT NULL;
CREATE INDEX members_withdrawn ON members (withdrawn_at) WHERE voter_id_sealed IS NOT NULL AND withdrawn_at IS NOT NULL;

-- What was done to whom by whom; values are not written here. Append only.
CREATE TABLE audit (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    actor   bigint NOT NULL, -- a Telegram id; 0: the command line
    action  text NOT NULL,
    object  text NOT NULL
);

-- What the counters have not folded in yet.
CREATE TABLE events (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL DEFAULT now(),
    kind      text NOT NULL,
    member_id bigint NOT NULL
);

-- Updates that could not be handled, sealed, for the operator.
CREATE TABLE set_aside (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    update_id bigint NOT NULL,
    reason    text NOT NULL,
    raw       bytea NOT NULL,
    at        timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX set_aside_once ON set_aside (update_id) WHERE update_id <> 0;

-- One row a fact about this database: which keys it was written with, the
-- oldest program that it serves, the bot's name.
CREATE TABLE facts (
    name  text PRIMARY KEY,
    value text NOT NULL
);
INSERT INTO facts VALUES ('oldest_program', '1');

-- +goose Down
DROP TABLE facts, set_aside, events, audit, members, office_links, offices, booths, booth_versions, consents, people;
