-- Tries that several servers count together. A key is an HMAC, so that no name and no address is stored. Nothing is lost
-- with the table but a delay for somebody who guesses.
CREATE UNLOGGED TABLE throttle (
    key     bytea  PRIMARY KEY,
    count   bigint NOT NULL,
    last    bigint NOT NULL,
    open_at bigint NOT NULL
);

CREATE INDEX throttle_last ON throttle (last);

-- Outcomes of forms, until the page after the form has shown them: it may come from another server.
CREATE UNLOGGED TABLE flash (
    name     text   COLLATE "C" PRIMARY KEY,
    session  bytea,
    until_at bigint NOT NULL,
    body     text   COLLATE "C" NOT NULL
);

CREATE INDEX flash_of ON flash (session, until_at);

-- Says whether a server has the key file of this installation, and nothing about what is in it.
CREATE TABLE key_check (
    value bytea NOT NULL
);
CREATE UNIQUE INDEX key_check_is_one ON key_check ((true));
