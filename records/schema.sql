-- The record store. Small columns stand apart from large ones, so that clustering and counting
-- read little.

CREATE TABLE record (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which records first came in
    institution TEXT NOT NULL,
    kind TEXT NOT NULL,                         -- bibliographic or holdings: two number spaces
    control_number TEXT NOT NULL,
    syntax TEXT NOT NULL,
    file TEXT NOT NULL,                         -- where its content was read
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    digest BLOB NOT NULL,                       -- of the bytes and of all that shapes the document
    parent TEXT NOT NULL,                       -- of a holdings record: its 004
    added TEXT NOT NULL,                        -- the day first seen
    title INTEGER,                              -- the sequence of the title's founding member;
                                                -- of a deleted record: the last title it was in
    run INTEGER NOT NULL,                       -- the last run that changed it
    deleted INTEGER NOT NULL DEFAULT 0,         -- a tombstone: number and sequence, no content
    changed INTEGER NOT NULL DEFAULT 0,         -- the change number of its last change
    born INTEGER,                               -- the change number when it last came to life
    UNIQUE (institution, kind, control_number)
);
CREATE INDEX record_by_title ON record (title, sequence)
    WHERE kind = 'bibliographic' AND NOT deleted;
CREATE INDEX record_by_parent ON record (institution, parent)
    WHERE kind = 'holdings' AND NOT deleted;
CREATE INDEX record_by_digest ON record (institution, digest) WHERE NOT deleted;
CREATE INDEX record_by_change ON record (changed);

CREATE TABLE content (
    sequence INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE,
    data BLOB NOT NULL,                         -- as it came, zstd
    document BLOB NOT NULL,                     -- msgpack, zstd
    copies BLOB NOT NULL                        -- msgpack
);

CREATE TABLE match_key (
    key TEXT NOT NULL,
    sequence INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
    PRIMARY KEY (key, sequence)
) WITHOUT ROWID;
CREATE INDEX match_key_by_sequence ON match_key (sequence);

CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started TEXT NOT NULL,
    finished TEXT,                              -- null: still running, or killed
    exit_code INTEGER,
    problem TEXT NOT NULL DEFAULT '',
    report BLOB                                 -- JSON
);

CREATE TABLE source (
    institution TEXT PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run,
    read_at TEXT NOT NULL,
    extent TEXT NOT NULL,
    complete INTEGER NOT NULL,
    file TEXT NOT NULL,                         -- the newest of its files
    modified TEXT NOT NULL                      -- when that file was last written
);

CREATE TABLE store (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
