-- What the collector of an app committed and reported, one row for each of its transactions, written in the same one: every
-- server keeps its board with it. Numbers have no holes, so a server that misses one reads the streams again. Nothing is
-- lost with the table, so it is not in the write-ahead log; rows are deleted after a while.
CREATE UNLOGGED TABLE feed (
    app   bigint NOT NULL,
    batch bigint NOT NULL,
    body  text   COLLATE "C" NOT NULL,
    PRIMARY KEY (app, batch)
);
