-- By which rules each record was mapped: the third version of the store.

CREATE TABLE rules (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,                   -- a digest of the following
    fingerprint TEXT NOT NULL,                  -- of the mapping
    control_number TEXT NOT NULL,               -- JSON: of the source that the record came in
    holdings TEXT NOT NULL                      -- JSON: of the same
);
ALTER TABLE record ADD COLUMN rules INTEGER REFERENCES rules; -- null: not known
CREATE INDEX record_by_rules ON record (rules) WHERE NOT deleted;
