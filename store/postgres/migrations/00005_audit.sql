-- +goose Up
-- What admins look up, and what is known of it afterwards.

-- Every row of the audit gets a link behind its back, within seconds: a MAC over
-- the row and the link before it. Whoever changes, removes, moves or puts in a row
-- breaks the chain, and without the key cannot make another.
ALTER TABLE audit
    ADD COLUMN update_id bigint NOT NULL DEFAULT 0, -- of a look, which is written once however often it is shown
    ADD COLUMN seq bigint,                          -- the place in the chain, from 1; NULL: not linked yet
    ADD COLUMN mac bytea,
    ADD CHECK ((seq IS NULL) = (mac IS NULL));
CREATE UNIQUE INDEX audit_chain ON audit (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_open ON audit (id) WHERE seq IS NULL;
CREATE UNIQUE INDEX audit_looks ON audit (actor, update_id, action, object) WHERE update_id <> 0;
CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_object ON audit USING hash (object);

-- An admin by the setting ADMIN_IDS cannot be revoked in the chat. Who has the
-- office only so loses it with the setting.
ALTER TABLE offices ADD COLUMN setting text NOT NULL DEFAULT '' CHECK (setting IN ('', 'alone', 'also'));
CREATE INDEX offices_admins ON offices (telegram_id) WHERE office = 'admin' AND status = 'active';

-- To make or to revoke an admin needs the yes of another, where there are two.
CREATE TABLE admin_requests (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('give', 'revoke')),
    office_id    bigint REFERENCES offices, -- to revoke
    link_hash    bytea UNIQUE,              -- to give: the link that was accepted
    telegram_id  bigint NOT NULL,           -- whose office it is or shall be
    name_sealed  bytea NOT NULL,
    seal_context uuid NOT NULL,
    gender       text CHECK (gender IN ('woman', 'man', 'other')),
    social       text CHECK (social IN ('GEN', 'OBC', 'SC', 'ST', 'minority')),
    reason       text NOT NULL DEFAULT '',
    asked_by     bigint NOT NULL REFERENCES offices,
    asked_at     timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL DEFAULT now() + interval '24 hours',
    status       text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'agreed', 'refused')),
    decided_by   bigint REFERENCES offices
);
CREATE UNIQUE INDEX admin_requests_revoke ON admin_requests (office_id) WHERE kind = 'revoke' AND status = 'waiting';

-- A Voter ID is looked up whatever became of the row; the confirmed ones have
-- their own index.
CREATE INDEX members_voter_id_others ON members (voter_id_index) WHERE status <> 'confirmed' AND voter_id_index IS NOT NULL;

-- How members stand, by the day of joining too; all is counted anew once.
ALTER TABLE rollup_days
    ADD COLUMN review integer NOT NULL DEFAULT 0,
    ADD COLUMN frozen integer NOT NULL DEFAULT 0,
    ADD COLUMN refused integer NOT NULL DEFAULT 0,
    ADD COLUMN withdrawn integer NOT NULL DEFAULT 0;
DELETE FROM facts WHERE name = 'rollups';

-- Where people stand in their conversations, counted anew every so often.
CREATE TABLE rollup_steps (
    step     text NOT NULL,
    language text NOT NULL,
    people   integer NOT NULL,
    PRIMARY KEY (step, language)
);

-- +goose Down
DROP TABLE rollup_steps, admin_requests;
ALTER TABLE rollup_days DROP COLUMN review, DROP COLUMN frozen, DROP COLUMN refused, DROP COLUMN withdrawn;
DROP INDEX members_voter_id_others, offices_admins, audit_object, audit_actor, audit_looks, audit_open, audit_chain;
ALTER TABLE offices DROP COLUMN setting;
ALTER TABLE audit DROP COLUMN update_id, DROP COLUMN seq, DROP COLUMN mac;
