-- Which server collects for an app. Each transaction of the collector begins with an update of this row, so that a server
-- that has lost the lease writes nothing more: `token` is raised whenever another server takes the lease, `batch` with each
-- transaction. `holder` is random for each start of a server, since a standby that was promoted could repeat a token.
-- Times are of the database's clock alone.
CREATE TABLE lease (
    app    bigint PRIMARY KEY,
    holder text   COLLATE "C" NOT NULL,
    server text   COLLATE "C" NOT NULL,
    token  bigint NOT NULL,
    batch  bigint NOT NULL,
    since  timestamptz NOT NULL,
    until  timestamptz NOT NULL
) WITH (fillfactor = 20);
