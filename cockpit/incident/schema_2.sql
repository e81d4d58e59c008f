-- What brings an incident file from schema version 1 to version 2: it keeps evidence.

-- Entries name a piece by the SHA-256 of its salt and content. All but this name goes when the piece is removed.
CREATE TABLE evidence (
    sha256         TEXT PRIMARY KEY NOT NULL,
    salt           BLOB,
    content        BLOB,        -- compressed by zlib
    content_sha256 TEXT UNIQUE  -- of the content alone: what is there is not stored twice
);

CREATE TRIGGER evidence_is_never_replaced BEFORE INSERT ON evidence
WHEN EXISTS (SELECT 1 FROM evidence WHERE sha256 = NEW.sha256 OR content_sha256 = NEW.content_sha256)
BEGIN
    SELECT RAISE(ABORT, 'evidence is never changed');
END;

CREATE TRIGGER evidence_is_only_removed_and_never_changed BEFORE UPDATE ON evidence
WHEN NEW.sha256 IS NOT OLD.sha256
    OR NEW.salt IS NOT NULL OR NEW.content IS NOT NULL OR NEW.content_sha256 IS NOT NULL
    OR NOT EXISTS (SELECT 1 FROM entry WHERE kind = 'removed' AND instr(data, OLD.sha256))
BEGIN
    SELECT RAISE(ABORT, 'evidence is never changed: an entry says that it is removed, then its content may go');
END;

CREATE TRIGGER evidence_is_never_deleted BEFORE DELETE ON evidence
BEGIN
    SELECT RAISE(ABORT, 'evidence is never deleted: the name of what is removed stays');
END;
