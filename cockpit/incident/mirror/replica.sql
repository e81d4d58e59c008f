-- What makes an incident file the replica of one on another host, beside its own schema.

CREATE TABLE replica (
    incident TEXT NOT NULL,  -- hash of its first entry
    host     TEXT NOT NULL,  -- its home
    arriving TEXT,           -- hash of the entry that is being copied
    adopting TEXT            -- key of the entry by which this host wants to become the home
);

-- What was written here, until it comes back as an entry of the chain.
CREATE TABLE outbox (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,
    key      TEXT NOT NULL UNIQUE,
    saved_at TEXT NOT NULL,
    draft    TEXT NOT NULL  -- JSON
);

CREATE TRIGGER entry_comes_from_home BEFORE INSERT ON entry
WHEN NEW.hash IS NOT (SELECT arriving FROM replica)
BEGIN
    SELECT RAISE(ABORT, 'it belongs to another host, and only what comes from there is added');
END;
