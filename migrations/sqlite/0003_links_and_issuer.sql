-- A sponsor's slot, findings an operator released, and who issues reports.

-- The slot of a link of the preset "sponsor", told on its own.
ALTER TABLE share ADD COLUMN slot_from INTEGER;
ALTER TABLE share ADD COLUMN slot_until INTEGER;

-- Readers' tokens are looked for among links that are on, with the expiry beside them: a link that is off or over is then
-- missed exactly where one that never was is missed, and takes no longer.
CREATE INDEX share_alive ON share (token_hash, expires_at) WHERE enabled = 1;

-- The same table without the reference to its link: what was handed out as sealed stays known as sealed, to a typed
-- fingerprint and to a file that is verified, when its link is long deleted.
CREATE TABLE derived_kept (
    share     INTEGER NOT NULL,
    -- SHA-256 of the report it was derived from.
    report    TEXT    NOT NULL,
    sha256    TEXT    NOT NULL,
    signature BLOB    NOT NULL,
    key       TEXT    NOT NULL,
    document  BLOB    NOT NULL,
    made_at   INTEGER NOT NULL,
    PRIMARY KEY (share, sha256)
) WITHOUT ROWID;

INSERT INTO derived_kept SELECT share, report, sha256, signature, key, document, made_at FROM derived;
DROP TABLE derived;
ALTER TABLE derived_kept RENAME TO derived;
CREATE INDEX derived_by_hash ON derived (sha256);

-- Internal findings that an operator let out. The sealed report says what it said; links derive from it with these.
-- A finding is known by the hash of what it says, so that a revision that says something else is not released with it.
CREATE TABLE released (
    stream      INTEGER NOT NULL REFERENCES stream (id),
    finding     TEXT    NOT NULL,
    released_by TEXT    NOT NULL,
    released_at INTEGER NOT NULL,
    PRIMARY KEY (stream, finding)
) WITHOUT ROWID;

-- Under which name and sign reports are issued; one row. Null is the configuration's, or none.
CREATE TABLE issuer (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    name      TEXT,
    contact   TEXT,
    -- The app's own word for coins, per language.
    coins_en  TEXT,
    coins_zh  TEXT,
    coins_ja  TEXT,
    -- The language of new links.
    lang      TEXT,
    logo      BLOB,
    logo_type TEXT
);
