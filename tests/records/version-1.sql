-- A record store as the first version wrote it.
BEGIN TRANSACTION;
CREATE TABLE content (
    sequence INTEGER PRIMARY KEY REFERENCES record ON DELETE CASCADE,
    data BLOB NOT NULL,                         -- as it came, zstd
    document BLOB NOT NULL,                     -- msgpack, zstd
    copies BLOB NOT NULL                        -- msgpack
);
INSERT INTO "content" VALUES(1,X'28B52FFD200A5100006279746573206F662031',X'28B52FFD201189000081A57469746C6581A56C6174696E91A131',X'90');
INSERT INTO "content" VALUES(2,X'28B52FFD200A5100006279746573206F662032',X'28B52FFD201189000081A57469746C6581A56C6174696E91A132',X'90');
INSERT INTO "content" VALUES(3,X'28B52FFD200A5100006279746573206F662033',X'28B52FFD201189000081A57469746C6581A56C6174696E91A133',X'90');
INSERT INTO "content" VALUES(4,X'28B52FFD200A5100006279746573206F662068',X'28B52FFD200109000080',X'9181A86C6F636174696F6EA5416E6E6578');
CREATE TABLE match_key (
    key TEXT NOT NULL,
    sequence INTEGER NOT NULL REFERENCES record ON DELETE CASCADE,
    PRIMARY KEY (key, sequence)
) WITHOUT ROWID;
INSERT INTO "match_key" VALUES('k',1);
INSERT INTO "match_key" VALUES('k',2);
CREATE TABLE record (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which records first came in
    institution TEXT NOT NULL,
    kind TEXT NOT NULL,                         -- bibliographic or holdings: two number spaces
    control_number TEXT NOT NULL,
    syntax TEXT NOT NULL,
    file TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    digest BLOB NOT NULL,                       -- of the bytes and of all that shapes the document
    parent TEXT NOT NULL,                       -- of a holdings record: its 004
    added TEXT NOT NULL,                        -- the day first seen
    title INTEGER,                              -- the sequence of the title's founding member
    run INTEGER NOT NULL,                       -- the last run that saw it; negative: it came, but damaged
    UNIQUE (institution, kind, control_number)
);
INSERT INTO "record" VALUES(1,'HKU','bibliographic','1','iso2709','old.mrc',0,9,X'484B553A31','','2025-01-01',1,1);
INSERT INTO "record" VALUES(2,'CUHK','bibliographic','2','iso2709','old.mrc',0,9,X'4355484B3A32','','2025-01-01',1,1);
INSERT INTO "record" VALUES(3,'HKU','bibliographic','3','iso2709','old.mrc',0,9,X'484B553A33','','2025-01-01',3,1);
INSERT INTO "record" VALUES(4,'HKU','holdings','h','iso2709','old.mrc',0,9,X'484B553A68','3','2025-01-01',NULL,1);
CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    started TEXT NOT NULL,
    finished TEXT,                              -- null: still running, or killed
    exit_code INTEGER,
    problem TEXT NOT NULL DEFAULT '',
    report BLOB                                 -- JSON
);
INSERT INTO "run" VALUES(1,'2025-01-01T00:00:00+00:00','2025-01-01T00:01:00+00:00',0,'',X'7B7D');
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
INSERT INTO "store" VALUES('name','18427a55c9a74947ae2bdf8fdb617d66');
CREATE INDEX record_by_title ON record (title, sequence) WHERE kind = 'bibliographic';
CREATE INDEX record_by_parent ON record (institution, parent) WHERE kind = 'holdings';
CREATE INDEX record_by_digest ON record (institution, digest);
CREATE INDEX match_key_by_sequence ON match_key (sequence);
COMMIT;
PRAGMA user_version = 1;
