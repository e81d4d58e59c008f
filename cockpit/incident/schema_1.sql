-- An incident file, schema version 1. Times are RFC 3339 in UTC; data is a JSON object of strings.
PRAGMA application_id = 1229865777;  -- "INC1"

-- AUTOINCREMENT keeps the highest sequence ever given, which shows when entries are missing at the end.
CREATE TABLE entry (
    sequence      INTEGER PRIMARY KEY AUTOINCREMENT,
    recorded_at   TEXT NOT NULL,
    occurred_at   TEXT NOT NULL,
    kind          TEXT NOT NULL,
    actor         TEXT NOT NULL,
    source        TEXT NOT NULL,
    text          TEXT NOT NULL,
    data          TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash          TEXT NOT NULL,
    key           TEXT UNIQUE
);

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'entries are never changed: write a correction as a new entry');
END;

CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN
    SELECT RAISE(ABORT, 'entries are never deleted: write a correction as a new entry');
END;

CREATE TRIGGER entry_comes_last BEFORE INSERT ON entry
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM entry)
BEGIN
    SELECT RAISE(ABORT, 'entries are only added at the end');
END;
