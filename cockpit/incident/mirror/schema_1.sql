-- The shared log, schema version 1. The functions name every table in full: nobody's search path matters.
CREATE TABLE cockpit.version (version integer PRIMARY KEY);
INSERT INTO cockpit.version VALUES (1);

CREATE TABLE cockpit.incident (
    incident text PRIMARY KEY,  -- hash of its first entry
    name     text NOT NULL,     -- INC-2026-11-21-001
    host     text NOT NULL      -- its home
);

CREATE TABLE cockpit.entry (
    incident      text   NOT NULL REFERENCES cockpit.incident,
    sequence      bigint NOT NULL,
    kind          text   NOT NULL,
    previous_hash text   NOT NULL,
    content       text   NOT NULL,  -- canonical JSON: what the hash is computed from
    hash          text   NOT NULL CHECK (hash = encode(sha256(convert_to(content, 'UTF8')), 'hex')),
    key           text,             -- of idempotency
    PRIMARY KEY (incident, sequence),
    UNIQUE (incident, key)
);

CREATE TABLE cockpit.evidence (
    incident       text NOT NULL REFERENCES cockpit.incident,
    sha256         text NOT NULL,  -- of salt and content
    salt           bytea,
    content        bytea,          -- compressed by zlib
    content_sha256 text,
    PRIMARY KEY (incident, sha256)
);

-- What other hosts have written, until it is in the chain.
CREATE TABLE cockpit.inbox (
    number   bigint GENERATED ALWAYS AS IDENTITY,
    incident text NOT NULL REFERENCES cockpit.incident,
    key      text NOT NULL,
    draft    text NOT NULL,  -- JSON
    PRIMARY KEY (incident, key)
);

CREATE TABLE cockpit.presence (
    incident text NOT NULL REFERENCES cockpit.incident,
    host     text NOT NULL,
    person   text NOT NULL,
    seen_at  timestamptz NOT NULL,
    PRIMARY KEY (incident, host, person)
);

CREATE FUNCTION cockpit.entry_comes_last() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    SELECT sequence, hash INTO last FROM cockpit.entry WHERE incident = NEW.incident ORDER BY sequence DESC LIMIT 1;
    IF NEW.sequence <> coalesce(last.sequence, 0) + 1
        OR NEW.previous_hash <> coalesce(last.hash, repeat('0', 64))
        OR (NEW.sequence = 1 AND NEW.hash <> NEW.incident)
    THEN
        RAISE EXCEPTION 'entries are only added at the end';
    END IF;
    PERFORM pg_notify('cockpit', NEW.incident);
    RETURN NEW;
END $$;

CREATE FUNCTION cockpit.draft_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('cockpit', NEW.incident);
    RETURN NEW;
END $$;

CREATE FUNCTION cockpit.draft_is_taken_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM cockpit.entry WHERE incident = OLD.incident AND key = OLD.key) THEN
        RAISE EXCEPTION 'what is not in the chain yet is not deleted';
    END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION cockpit.is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%.% only grows', TG_TABLE_SCHEMA, TG_TABLE_NAME;
END $$;

CREATE FUNCTION cockpit.evidence_is_only_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.incident <> OLD.incident OR NEW.sha256 <> OLD.sha256
        OR NEW.salt IS NOT NULL OR NEW.content IS NOT NULL OR NEW.content_sha256 IS NOT NULL
    THEN
        RAISE EXCEPTION 'evidence is never changed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER entry_comes_last BEFORE INSERT ON cockpit.entry
    FOR EACH ROW EXECUTE FUNCTION cockpit.entry_comes_last();
CREATE TRIGGER draft_is_told AFTER INSERT ON cockpit.inbox
    FOR EACH ROW EXECUTE FUNCTION cockpit.draft_is_told();
CREATE TRIGGER evidence_is_only_removed BEFORE UPDATE ON cockpit.evidence
    FOR EACH ROW EXECUTE FUNCTION cockpit.evidence_is_only_removed();
CREATE TRIGGER evidence_is_never_deleted BEFORE DELETE OR TRUNCATE ON cockpit.evidence
    FOR EACH STATEMENT EXECUTE FUNCTION cockpit.is_never_changed();
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON cockpit.entry
    FOR EACH STATEMENT EXECUTE FUNCTION cockpit.is_never_changed();
CREATE TRIGGER draft_is_taken_first BEFORE DELETE ON cockpit.inbox
    FOR EACH ROW EXECUTE FUNCTION cockpit.draft_is_taken_first();
CREATE TRIGGER inbox_is_never_changed BEFORE UPDATE OR TRUNCATE ON cockpit.inbox
    FOR EACH STATEMENT EXECUTE FUNCTION cockpit.is_never_changed();
CREATE TRIGGER incident_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON cockpit.incident
    FOR EACH STATEMENT EXECUTE FUNCTION cockpit.is_never_changed();
