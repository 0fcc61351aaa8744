-- Who may look, and which links are out.
--
-- Nothing in here opens a door by itself: of a session, a one-time link, a bearer token and a shared link only the
-- SHA-256 is kept, of a password only an Argon2id hash. The tokens of shared links can be made again from the key file
-- beside the database, which is why a stolen database opens nothing and an operator can still copy a link again.
-- Operators are deleted, not hidden; what they did stays in `audit` and `share` under the name they had.

CREATE TABLE operator (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    password   TEXT    NOT NULL,
    role       TEXT    NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    -- Their own zone and language for the console; null is the app's and the browser's.
    zone       TEXT,
    lang       TEXT,
    created_at INTEGER NOT NULL
);

CREATE TABLE session (
    hash       BLOB    PRIMARY KEY,
    operator   INTEGER NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    -- Moved at most once an hour, so that looking at pages does not write.
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX session_of ON session (operator);
CREATE INDEX session_end ON session (expires_at);

-- Links that work once: the first operator's set-up, a sign-in that the server printed.
CREATE TABLE once (
    hash       BLOB    PRIMARY KEY,
    -- Null is the set-up link; it works only while there is no operator.
    operator   INTEGER REFERENCES operator (id) ON DELETE CASCADE,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Bearer tokens of /api/v1 and /metrics.
CREATE TABLE token (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT    NOT NULL UNIQUE,
    hash         BLOB    NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER
);

CREATE TABLE share (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    stream      INTEGER NOT NULL REFERENCES stream (id),
    -- SHA-256 of the token of (id, version); rotating writes the next version's.
    token_hash  BLOB    NOT NULL UNIQUE,
    version     INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    preset      TEXT    NOT NULL CHECK (preset IN ('host', 'sponsor', 'everything')),
    zone        TEXT    NOT NULL,
    lang        TEXT    NOT NULL,
    -- A title of the link's own, and whether the host is left out.
    title       TEXT,
    hide_host   INTEGER NOT NULL DEFAULT 0,
    password    TEXT,
    expires_at  INTEGER,
    enabled     INTEGER NOT NULL DEFAULT 1,
    views       INTEGER NOT NULL DEFAULT 0,
    last_view   INTEGER,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL
);

CREATE INDEX share_of ON share (stream, id);

-- The document of a link, derived once per revision and edit: its own canonical bytes, hash and signature.
CREATE TABLE derived (
    share     INTEGER NOT NULL REFERENCES share (id) ON DELETE CASCADE,
    -- SHA-256 of the report it was derived from.
    report    TEXT    NOT NULL,
    sha256    TEXT    NOT NULL,
    signature BLOB    NOT NULL,
    key       TEXT    NOT NULL,
    document  BLOB    NOT NULL,
    made_at   INTEGER NOT NULL,
    PRIMARY KEY (share, sha256)
) WITHOUT ROWID;

CREATE INDEX derived_by_hash ON derived (sha256);

-- Who did what. Never holds a token, a password or an address.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    who     TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL
);
