-- What a restart needs to decide as the running collector would have.
--
-- The time at which a webhook last said that the host is there: an older message that says otherwise, repeated after a
-- restart, is then known to be older. Null where no webhook said so since this column exists.

ALTER TABLE stream ADD COLUMN host_online_at INTEGER;

-- Readings that waited for get_room_info when the collector stopped: which stream they are of, and so whether they count,
-- is not known yet. The next start takes them out of here. They are kept by room, because a room can wait for its first
-- stream.

CREATE TABLE waiting_reading (
    app      INTEGER NOT NULL,
    room     TEXT    NOT NULL,
    asked    INTEGER NOT NULL,
    answered INTEGER NOT NULL,
    viewers  INTEGER NOT NULL,
    gifts    INTEGER NOT NULL,
    coins    INTEGER NOT NULL,
    gifters  INTEGER NOT NULL,
    likes    INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    PRIMARY KEY (app, room, asked)
) WITHOUT ROWID;
