-- What changed, title by title: the second version of the store.

CREATE TABLE title (
    sequence INTEGER PRIMARY KEY,               -- of the founding member, whose id is the title's
    live INTEGER NOT NULL,
    heir INTEGER,                               -- not live: a record that was in it and stayed
    changed INTEGER NOT NULL                    -- the change number of its last change
);
CREATE INDEX title_by_change ON title (changed);

CREATE TABLE pending (                          -- changed records that are not yet clustered
    sequence INTEGER PRIMARY KEY REFERENCES record,
    title INTEGER,                              -- that the record was in; null: in none
    regroup INTEGER NOT NULL                    -- whether it may belong to another title now
);

CREATE TABLE availability (
    institution TEXT NOT NULL,
    control_number TEXT NOT NULL,
    available INTEGER NOT NULL,
    requestable INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    PRIMARY KEY (institution, control_number)
) WITHOUT ROWID;

INSERT INTO store VALUES ('change', '0');
