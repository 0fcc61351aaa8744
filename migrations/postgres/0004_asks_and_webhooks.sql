-- What any server asks the collector of an app, wherever it runs, and the answers. Whoever asks waits for seconds only, so
-- nothing is lost with the table.
CREATE UNLOGGED TABLE ask (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    app      bigint NOT NULL,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    body     text   COLLATE "C" NOT NULL,
    taken    boolean NOT NULL DEFAULT false,
    answer   text   COLLATE "C"
);

CREATE INDEX ask_waiting ON ask (app, id) WHERE NOT taken;

-- Webhooks, which arrive at any server, for the collector of the app. `authenticated` was decided on arrival: no token is
-- stored. A row is handed over once in each term of the app's lease (`term` is the last one's token) and deleted a while
-- after that: a collector that takes over hears again what the one before may have kept in memory.
CREATE TABLE inbox (
    id            bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    app           bigint  NOT NULL,
    received_at   bigint  NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000)::bigint,
    authenticated boolean NOT NULL,
    query         text    COLLATE "C" NOT NULL,
    body          bytea   NOT NULL,
    term          bigint  NOT NULL DEFAULT 0
);

CREATE INDEX inbox_of ON inbox (app, term);
