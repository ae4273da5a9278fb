-- From the first version to the second. What is there counts as changed once.

ALTER TABLE record ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN born INTEGER;
DROP INDEX record_by_title;
DROP INDEX record_by_parent;
DROP INDEX record_by_digest;
CREATE INDEX record_by_title ON record (title, sequence)
    WHERE kind = 'bibliographic' AND NOT deleted;
CREATE INDEX record_by_parent ON record (institution, parent)
    WHERE kind = 'holdings' AND NOT deleted;
CREATE INDEX record_by_digest ON record (institution, digest) WHERE NOT deleted;
CREATE INDEX record_by_change ON record (changed);
UPDATE record SET changed = 1, born = 1;
INSERT INTO title SELECT DISTINCT title, 1, NULL, 1 FROM record
    WHERE kind = 'bibliographic' AND title IS NOT NULL;
UPDATE store SET value = '1' WHERE name = 'change';
