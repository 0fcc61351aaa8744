-- The whole schema of the store in PostgreSQL 15 or newer. The tables mean what they mean in `migrations/sqlite`; this
-- file says where they differ, and why.
--
-- Text has the collation "C": it is compared byte by byte, as in SQLite, whatever the locale of the cluster. PostgreSQL
-- stores no U+0000, so the program writes it as U+001A "0", and U+001A itself as U+001A "1". Times are milliseconds since
-- 1970, UTC, but `create_time`, which is Tencent's own seconds.

CREATE TABLE room (
    app        bigint  NOT NULL,
    room       text    COLLATE "C" NOT NULL,
    title      text    COLLATE "C",
    host       text    COLLATE "C",
    host_name  text    COLLATE "C",
    followed   boolean NOT NULL,
    found_by   text    COLLATE "C" NOT NULL CHECK (found_by IN ('hand', 'list', 'webhook')),
    first_seen bigint  NOT NULL,
    PRIMARY KEY (app, room)
);

-- Rooms that were added or excluded manually: few among all that were ever seen.
CREATE INDEX room_manual ON room (app, room) WHERE NOT followed OR found_by = 'hand';

-- The last stream id that was given. A row instead of a sequence, because several ids in a row are reserved at once.
CREATE TABLE stream_id (
    last bigint NOT NULL
);
INSERT INTO stream_id VALUES (0);

-- What changes with every reading is not here but in `live`, as long as a stream is not sealed: every column that an index
-- of this table uses would make each reading a new entry in all of its indexes.
CREATE TABLE stream (
    id              bigint PRIMARY KEY,
    app             bigint NOT NULL,
    room            text   COLLATE "C" NOT NULL,
    kind            text   COLLATE "C" NOT NULL CHECK (kind IN ('stream', 'snapshot')),
    create_time     bigint,
    part            bigint NOT NULL DEFAULT 0,
    title           text   COLLATE "C",
    host            text   COLLATE "C",
    host_name       text   COLLATE "C",
    state           text   COLLATE "C" NOT NULL CHECK (state IN ('live', 'ending', 'sealed')),
    interval_ms     bigint NOT NULL,
    first_seen      bigint NOT NULL,
    started_at      bigint NOT NULL,
    show_ended_at   bigint,
    ended_at        bigint,
    ended_after     bigint,
    ended_by        text   COLLATE "C",
    evidence_at     bigint,
    host_left_at    bigint,
    host_online_at  bigint,
    -- Totals and times of a sealed stream.
    viewers         bigint,
    gifts           bigint,
    coins           bigint,
    gifters         bigint,
    likes           bigint,
    messages        bigint,
    last_asked      bigint,
    last_answered   bigint,
    retries         bigint NOT NULL DEFAULT 0,
    last_request_id text   COLLATE "C",
    note            text   COLLATE "C",
    -- The newest seal, and what lists repeat of it.
    number          bigint,
    revision        bigint,
    sha256          text   COLLATE "C",
    sealed_at       bigint,
    coverage        bigint,
    verdict         text   COLLATE "C",
    curve           bytea,
    usual_streams   bigint,
    usual_coins     bigint,
    -- What the room had when the part before ended.
    start_viewers   bigint NOT NULL DEFAULT 0,
    start_gifts     bigint NOT NULL DEFAULT 0,
    start_coins     bigint NOT NULL DEFAULT 0,
    start_gifters   bigint NOT NULL DEFAULT 0,
    start_likes     bigint NOT NULL DEFAULT 0,
    start_messages  bigint NOT NULL DEFAULT 0,
    -- RoomId, title, host account and host name, one a line, case-folded by the program.
    search_text     text   COLLATE "C" NOT NULL,
    business_day    bigint NOT NULL,
    listed_at       bigint NOT NULL GENERATED ALWAYS AS
        (CASE kind WHEN 'snapshot' THEN coalesce(ended_at, started_at) ELSE started_at END) STORED,
    list_order      bigint NOT NULL GENERATED ALWAYS AS
        (business_day * 10000000000000 + CASE kind WHEN 'snapshot' THEN coalesce(ended_at, started_at) ELSE started_at END) STORED
);

CREATE UNIQUE INDEX stream_session ON stream (app, room, create_time, part)
    WHERE kind = 'stream' AND create_time IS NOT NULL;
CREATE INDEX stream_by_room ON stream (room, app, list_order, id);
CREATE INDEX stream_by_host ON stream (host, app, list_order, id) WHERE host IS NOT NULL;
CREATE INDEX stream_unsealed ON stream (state, list_order, id) WHERE state <> 'sealed';
CREATE INDEX stream_by_start ON stream (list_order, id) WHERE state = 'sealed';
CREATE INDEX stream_by_viewers ON stream (viewers, id) WHERE state = 'sealed';
CREATE INDEX stream_by_gifts ON stream (gifts, id) WHERE state = 'sealed';
CREATE INDEX stream_by_coins ON stream (coins, id) WHERE state = 'sealed';
CREATE INDEX stream_by_gifters ON stream (gifters, id) WHERE state = 'sealed';
CREATE INDEX stream_by_likes ON stream (likes, id) WHERE state = 'sealed';
CREATE INDEX stream_by_messages ON stream (messages, id) WHERE state = 'sealed';
CREATE INDEX stream_by_number ON stream (number) WHERE state = 'sealed';
-- Sums of a day or of a range of days, from the index alone.
CREATE INDEX stream_sums ON stream (business_day) INCLUDE (kind, app, started_at, show_ended_at, ended_at, viewers, gifts,
    coins, likes, messages) WHERE state = 'sealed';
-- Trigrams find nothing in Chinese or Japanese text where the cluster's LC_CTYPE is C; `aftershow check` refuses that.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX stream_search ON stream USING gin (search_text gin_trgm_ops);

-- Exactly one row for each stream that is not sealed. No index but its key, and room in each page: a reading then rewrites
-- its row in place.
CREATE TABLE live (
    stream          bigint PRIMARY KEY REFERENCES stream (id),
    viewers         bigint,
    gifts           bigint,
    coins           bigint,
    gifters         bigint,
    likes           bigint,
    messages        bigint,
    last_asked      bigint,
    last_answered   bigint,
    retries         bigint NOT NULL DEFAULT 0,
    last_request_id text   COLLATE "C"
) WITH (fillfactor = 50);

CREATE TABLE reading (
    stream         bigint NOT NULL REFERENCES stream (id),
    from_asked     bigint NOT NULL,
    from_answered  bigint NOT NULL,
    until_asked    bigint NOT NULL,
    until_answered bigint NOT NULL,
    count          bigint NOT NULL,
    viewers        bigint NOT NULL,
    gifts          bigint NOT NULL,
    coins          bigint NOT NULL,
    gifters        bigint NOT NULL,
    likes          bigint NOT NULL,
    messages       bigint NOT NULL,
    PRIMARY KEY (stream, from_asked)
) WITH (fillfactor = 90);

CREATE TABLE set_aside (
    stream   bigint NOT NULL REFERENCES stream (id),
    asked    bigint NOT NULL,
    answered bigint NOT NULL,
    viewers  bigint NOT NULL,
    gifts    bigint NOT NULL,
    coins    bigint NOT NULL,
    gifters  bigint NOT NULL,
    likes    bigint NOT NULL,
    messages bigint NOT NULL,
    verdict  text   COLLATE "C" NOT NULL CHECK (verdict IN ('open', 'glitch', 'stale', 'restated', 'next_life')),
    PRIMARY KEY (stream, asked)
);

CREATE TABLE gap (
    stream     bigint NOT NULL REFERENCES stream (id),
    from_at    bigint NOT NULL,
    until_at   bigint NOT NULL,
    cause      text   COLLATE "C" NOT NULL,
    cause_code bigint,
    PRIMARY KEY (stream, from_at)
);

CREATE TABLE restated (
    stream   bigint NOT NULL REFERENCES stream (id),
    from_at  bigint NOT NULL,
    until_at bigint NOT NULL,
    PRIMARY KEY (stream, from_at)
);

CREATE TABLE failure (
    stream     bigint NOT NULL REFERENCES stream (id),
    code       text   COLLATE "C" NOT NULL,
    count      bigint NOT NULL,
    last_at    bigint NOT NULL,
    request_id text   COLLATE "C",
    PRIMARY KEY (stream, code)
);

CREATE TABLE moment (
    stream   bigint NOT NULL REFERENCES stream (id),
    kind     text   COLLATE "C" NOT NULL,
    from_at  bigint NOT NULL,
    until_at bigint,
    key      text   COLLATE "C" NOT NULL,
    label    text   COLLATE "C",
    PRIMARY KEY (stream, kind, key)
);

CREATE TABLE closing (
    stream          bigint PRIMARY KEY REFERENCES stream (id),
    event_time      bigint NOT NULL,
    received_at     bigint NOT NULL,
    viewers         bigint,
    gifts           bigint,
    coins           bigint,
    gifters         bigint,
    likes           bigint,
    messages        bigint,
    contradicted_at bigint
);

CREATE TABLE waiting_reading (
    app      bigint NOT NULL,
    room     text   COLLATE "C" NOT NULL,
    asked    bigint NOT NULL,
    answered bigint NOT NULL,
    viewers  bigint NOT NULL,
    gifts    bigint NOT NULL,
    coins    bigint NOT NULL,
    gifters  bigint NOT NULL,
    likes    bigint NOT NULL,
    messages bigint NOT NULL,
    PRIMARY KEY (app, room, asked)
);

CREATE TABLE signing_key (
    id         text    COLLATE "C" PRIMARY KEY,
    public     bytea   NOT NULL,
    created_at bigint  NOT NULL,
    active     boolean NOT NULL
);

-- One narrow row for each report, for good, and its body apart: bodies are the bulk, can be partitioned by number or moved
-- to other storage, and nothing but the reading of a report needs them.
CREATE TABLE seal (
    number    bigint PRIMARY KEY,
    stream    bigint NOT NULL REFERENCES stream (id),
    revision  bigint NOT NULL,
    sealed_at bigint NOT NULL,
    sha256    text   COLLATE "C" NOT NULL UNIQUE,
    signature bytea  NOT NULL,
    key       text   COLLATE "C" NOT NULL REFERENCES signing_key (id),
    UNIQUE (stream, revision)
);

-- No foreign key to `seal`: a partition must be detachable. EXTERNAL: the body is compressed already.
CREATE TABLE record (
    number bigint PRIMARY KEY,
    body   bytea  NOT NULL
);
ALTER TABLE record ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE report_course (
    report bigint PRIMARY KEY REFERENCES seal (number),
    course bytea  NOT NULL
);
ALTER TABLE report_course ALTER COLUMN course SET STORAGE EXTERNAL;

-- The newest report. A seal locks this row, so that reports are numbered and chained one after another.
CREATE TABLE chain (
    number bigint NOT NULL,
    sha256 text   COLLATE "C"
);
INSERT INTO chain VALUES (0, NULL);

CREATE TABLE operator (
    id         bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    name       text   COLLATE "C" NOT NULL,
    password   text   COLLATE "C" NOT NULL,
    role       text   COLLATE "C" NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    zone       text   COLLATE "C",
    lang       text   COLLATE "C",
    created_at bigint NOT NULL
);

-- With the collation "C", `lower` changes ASCII letters only, as NOCASE of SQLite does.
CREATE UNIQUE INDEX operator_name ON operator (lower(name));

CREATE TABLE session (
    hash       bytea  PRIMARY KEY,
    operator   bigint NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    created_at bigint NOT NULL,
    seen_at    bigint NOT NULL,
    expires_at bigint NOT NULL
);

CREATE INDEX session_of ON session (operator);
CREATE INDEX session_end ON session (expires_at);

CREATE TABLE once (
    hash       bytea  PRIMARY KEY,
    operator   bigint REFERENCES operator (id) ON DELETE CASCADE,
    expires_at bigint NOT NULL
);

CREATE TABLE token (
    id           bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    name         text   COLLATE "C" NOT NULL UNIQUE,
    hash         bytea  NOT NULL UNIQUE,
    created_at   bigint NOT NULL,
    last_used_at bigint
);

CREATE TABLE share (
    id          bigint  GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    stream      bigint  NOT NULL REFERENCES stream (id),
    token_hash  bytea   NOT NULL UNIQUE,
    version     bigint  NOT NULL,
    name        text    COLLATE "C" NOT NULL,
    preset      text    COLLATE "C" NOT NULL CHECK (preset IN ('host', 'sponsor', 'everything')),
    zone        text    COLLATE "C" NOT NULL,
    lang        text    COLLATE "C" NOT NULL,
    title       text    COLLATE "C",
    hide_host   boolean NOT NULL DEFAULT false,
    slot_from   bigint,
    slot_until  bigint,
    password    text    COLLATE "C",
    expires_at  bigint,
    enabled     boolean NOT NULL DEFAULT true,
    views       bigint  NOT NULL DEFAULT 0,
    last_view   bigint,
    created_by  text    COLLATE "C" NOT NULL,
    created_at  bigint  NOT NULL
);

CREATE INDEX share_of ON share (stream, id);
-- Enabled links with their expiry: a disabled, expired or deleted link is missed exactly where an unknown one is.
CREATE INDEX share_alive ON share (token_hash, expires_at) WHERE enabled;

CREATE TABLE derived (
    share     bigint NOT NULL,
    report    text   COLLATE "C" NOT NULL,
    sha256    text   COLLATE "C" NOT NULL,
    signature bytea  NOT NULL,
    key       text   COLLATE "C" NOT NULL,
    document  bytea  NOT NULL,
    made_at   bigint NOT NULL,
    PRIMARY KEY (share, sha256)
);
ALTER TABLE derived ALTER COLUMN document SET STORAGE EXTERNAL;

CREATE INDEX derived_by_hash ON derived (sha256);
CREATE INDEX derived_by_report ON derived (report);

CREATE TABLE released (
    stream      bigint NOT NULL REFERENCES stream (id),
    finding     text   COLLATE "C" NOT NULL,
    released_by text   COLLATE "C" NOT NULL,
    released_at bigint NOT NULL,
    PRIMARY KEY (stream, finding)
);

CREATE TABLE issuer (
    id        bigint PRIMARY KEY CHECK (id = 1),
    name      text   COLLATE "C",
    contact   text   COLLATE "C",
    coins_en  text   COLLATE "C",
    coins_zh  text   COLLATE "C",
    coins_ja  text   COLLATE "C",
    lang      text   COLLATE "C",
    logo      bytea,
    logo_type text   COLLATE "C"
);

CREATE TABLE audit (
    id      bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    at      bigint NOT NULL,
    who     text   COLLATE "C" NOT NULL,
    action  text   COLLATE "C" NOT NULL,
    subject text   COLLATE "C" NOT NULL
);

-- Which process changed what a server caches, one row per statement: a server that sees a change of another process empties
-- its caches. A process names itself in `application_name`. Rows of earlier days are deleted when the store is opened.
CREATE TABLE change (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    writer text   COLLATE "C" NOT NULL,
    at     timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION record_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change (writer) VALUES (current_setting('application_name'));
    RETURN NULL;
END
$$;

CREATE TRIGGER share_changed AFTER INSERT OR DELETE OR UPDATE OF token_hash, version, name, preset, zone, lang, title,
    hide_host, slot_from, slot_until, password, expires_at, enabled ON share
    FOR EACH STATEMENT EXECUTE FUNCTION record_change();
CREATE TRIGGER released_changed AFTER INSERT OR DELETE ON released FOR EACH STATEMENT EXECUTE FUNCTION record_change();
CREATE TRIGGER issuer_changed AFTER INSERT OR UPDATE ON issuer FOR EACH STATEMENT EXECUTE FUNCTION record_change();
CREATE TRIGGER seal_changed AFTER INSERT ON seal FOR EACH STATEMENT EXECUTE FUNCTION record_change();
CREATE TRIGGER note_changed AFTER UPDATE OF note ON stream FOR EACH STATEMENT EXECUTE FUNCTION record_change();
CREATE TRIGGER operator_changed AFTER INSERT OR DELETE OR UPDATE ON operator
    FOR EACH STATEMENT EXECUTE FUNCTION record_change();
CREATE TRIGGER token_changed AFTER INSERT OR DELETE ON token FOR EACH STATEMENT EXECUTE FUNCTION record_change();
