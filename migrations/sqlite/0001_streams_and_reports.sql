-- Rooms, their streams, what was read, and what was sealed.
--
-- A room lives on over many streams; a stream is one life of it, told apart by Tencent's CreateTime. `part` is 0 but
-- where a room outlives its show under the quiet rule: then one CreateTime has several streams.
-- Live readings are runs of equal values with the key (stream, first asked), without a rowid: the six counters of
-- ten thousand readings an hour are the bulk of the file, and a stream is always read whole and in order.
-- A sealed stream keeps nothing of them: its report holds the complete series, compressed, in one row.
-- Totals, times and the newest seal stand in `stream` a second time, so that a list needs no report.

CREATE TABLE room (
    app        INTEGER NOT NULL,
    room       TEXT    NOT NULL,
    title      TEXT,
    host       TEXT,
    host_name  TEXT,
    followed   INTEGER NOT NULL,
    found_by   TEXT    NOT NULL CHECK (found_by IN ('hand', 'list', 'webhook')),
    first_seen INTEGER NOT NULL,
    PRIMARY KEY (app, room)
) WITHOUT ROWID;

CREATE TABLE stream (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    app             INTEGER NOT NULL,
    room            TEXT    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('stream', 'snapshot')),
    create_time     INTEGER,
    part            INTEGER NOT NULL DEFAULT 0,
    title           TEXT,
    host            TEXT,
    host_name       TEXT,
    state           TEXT    NOT NULL CHECK (state IN ('live', 'ending', 'sealed')),
    interval_ms     INTEGER NOT NULL,
    first_seen      INTEGER NOT NULL,
    started_at      INTEGER NOT NULL,
    show_ended_at   INTEGER,
    ended_at        INTEGER,
    ended_after     INTEGER,
    ended_by        TEXT,
    -- When the evidence of the end reached us: the grace counts from here.
    evidence_at     INTEGER,
    host_left_at    INTEGER,
    viewers         INTEGER,
    gifts           INTEGER,
    coins           INTEGER,
    gifters         INTEGER,
    likes           INTEGER,
    messages        INTEGER,
    last_asked      INTEGER,
    last_answered   INTEGER,
    retries         INTEGER NOT NULL DEFAULT 0,
    last_request_id TEXT,
    note            TEXT,
    -- The newest seal.
    number          INTEGER,
    revision        INTEGER,
    sha256          TEXT,
    sealed_at       INTEGER,
    coverage        INTEGER,
    verdict         TEXT
);

CREATE UNIQUE INDEX stream_life ON stream (app, room, create_time, part)
    WHERE kind = 'stream' AND create_time IS NOT NULL;
CREATE INDEX stream_open ON stream (app, room) WHERE state <> 'sealed';
CREATE INDEX stream_by_room ON stream (app, room, started_at, id);
CREATE INDEX stream_by_start ON stream (started_at, id);
CREATE INDEX stream_by_viewers ON stream (viewers, id);
CREATE INDEX stream_by_gifts ON stream (gifts, id);
CREATE INDEX stream_by_coins ON stream (coins, id);
CREATE INDEX stream_by_gifters ON stream (gifters, id);
CREATE INDEX stream_by_likes ON stream (likes, id);
CREATE INDEX stream_by_messages ON stream (messages, id);

CREATE TABLE reading (
    stream        INTEGER NOT NULL REFERENCES stream (id),
    from_asked    INTEGER NOT NULL,
    from_answered INTEGER NOT NULL,
    until_asked   INTEGER NOT NULL,
    until_answered INTEGER NOT NULL,
    count         INTEGER NOT NULL,
    viewers       INTEGER NOT NULL,
    gifts         INTEGER NOT NULL,
    coins         INTEGER NOT NULL,
    gifters       INTEGER NOT NULL,
    likes         INTEGER NOT NULL,
    messages      INTEGER NOT NULL,
    PRIMARY KEY (stream, from_asked)
) WITHOUT ROWID;

-- Readings that were kept but not counted, with what became of them.
CREATE TABLE set_aside (
    stream   INTEGER NOT NULL REFERENCES stream (id),
    asked    INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    viewers  INTEGER NOT NULL,
    gifts    INTEGER NOT NULL,
    coins    INTEGER NOT NULL,
    gifters  INTEGER NOT NULL,
    likes    INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    verdict  TEXT    NOT NULL CHECK (verdict IN ('open', 'glitch', 'stale', 'restated', 'next_life')),
    PRIMARY KEY (stream, asked)
) WITHOUT ROWID;

CREATE TABLE gap (
    stream     INTEGER NOT NULL REFERENCES stream (id),
    from_at    INTEGER NOT NULL,
    until_at   INTEGER NOT NULL,
    cause      TEXT    NOT NULL,
    cause_code INTEGER,
    PRIMARY KEY (stream, from_at)
) WITHOUT ROWID;

-- Spans in which Tencent restated its totals: no bucket that touches one has a number.
CREATE TABLE restated (
    stream   INTEGER NOT NULL REFERENCES stream (id),
    from_at  INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    PRIMARY KEY (stream, from_at)
) WITHOUT ROWID;

-- Failures per stream by Tencent's code, or `no_answer` / `unreadable`.
CREATE TABLE failure (
    stream     INTEGER NOT NULL REFERENCES stream (id),
    code       TEXT    NOT NULL,
    count      INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    request_id TEXT,
    PRIMARY KEY (stream, code)
) WITHOUT ROWID;

-- What webhooks told of a stream: battles, follows, changes of owner.
CREATE TABLE moment (
    stream   INTEGER NOT NULL REFERENCES stream (id),
    kind     TEXT    NOT NULL,
    from_at  INTEGER NOT NULL,
    until_at INTEGER,
    -- Makes a repeated message the same row: a BattleId, an account.
    key      TEXT    NOT NULL,
    label    TEXT,
    PRIMARY KEY (stream, kind, key)
) WITHOUT ROWID;

-- Tencent's closing message, authenticated. Totals it does not carry are null.
CREATE TABLE closing (
    stream      INTEGER PRIMARY KEY REFERENCES stream (id),
    event_time  INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    viewers     INTEGER,
    gifts       INTEGER,
    coins       INTEGER,
    gifters     INTEGER,
    likes       INTEGER,
    messages    INTEGER,
    -- Set when the room answered again afterwards with the same CreateTime.
    contradicted_at INTEGER
);

-- Sealed reports, numbered and chained over the whole installation. `record` is the canonical
-- JSON, compressed; a later revision starts from the series in it.
CREATE TABLE report (
    number     INTEGER PRIMARY KEY,
    stream     INTEGER NOT NULL REFERENCES stream (id),
    revision   INTEGER NOT NULL,
    sealed_at  INTEGER NOT NULL,
    sha256     TEXT    NOT NULL UNIQUE,
    signature  BLOB    NOT NULL,
    key        TEXT    NOT NULL REFERENCES signing_key (id),
    record     BLOB    NOT NULL,
    UNIQUE (stream, revision)
);

-- Old keys stay, so that old reports verify; one key at a time signs.
CREATE TABLE signing_key (
    id         TEXT    PRIMARY KEY,
    public     BLOB    NOT NULL,
    secret     BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    active     INTEGER NOT NULL
) WITHOUT ROWID;
