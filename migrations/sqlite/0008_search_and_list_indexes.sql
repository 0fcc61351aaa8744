-- Search by any part of a room, title or host, and indexes for lists that a reading does not touch.
--
-- `search_text` is what a search looks into: RoomId, title, host account and host name, one a line, case-folded by the
-- program, since SQLite folds ASCII only. Null is a row that is not in the index yet; the program indexes such rows at its
-- start, before it serves. `search_gram` finds candidates: each position of the text is a token of three characters, and
-- the prefixes of one and two characters are indexed as well, so that one index serves terms of any length. It stores
-- rowids alone (no text, no positions); whether a candidate contains the whole term is decided by `search_text`. The
-- tokenizer `ascii` is used because it takes every character beyond ASCII as part of a token: the program writes ASCII
-- characters as such.

ALTER TABLE stream ADD COLUMN search_text TEXT;
CREATE INDEX stream_without_search_text ON stream (id) WHERE search_text IS NULL;
CREATE VIRTUAL TABLE search_gram USING fts5 (tokens, content = '', contentless_delete = 1, detail = none,
    tokenize = 'ascii', prefix = '1 2');

-- The counters of an open stream change with every reading. Lists in the order of a counter are therefore indexed for sealed
-- streams only; the few open ones are sorted in memory and merged.
DROP INDEX stream_by_viewers;
DROP INDEX stream_by_gifts;
DROP INDEX stream_by_coins;
DROP INDEX stream_by_gifters;
DROP INDEX stream_by_likes;
DROP INDEX stream_by_messages;
CREATE INDEX stream_by_viewers ON stream (viewers, id) WHERE state = 'sealed';
CREATE INDEX stream_by_gifts ON stream (gifts, id) WHERE state = 'sealed';
CREATE INDEX stream_by_coins ON stream (coins, id) WHERE state = 'sealed';
CREATE INDEX stream_by_gifters ON stream (gifters, id) WHERE state = 'sealed';
CREATE INDEX stream_by_likes ON stream (likes, id) WHERE state = 'sealed';
CREATE INDEX stream_by_messages ON stream (messages, id) WHERE state = 'sealed';

-- By start, sealed and open apart: neither has to be walked for the other. Kind and coins are in it for the day's sum.
DROP INDEX stream_by_start;
CREATE INDEX stream_by_start ON stream (started_at, id, kind, coins) WHERE state = 'sealed';
CREATE INDEX stream_unsealed ON stream (state, started_at, id) WHERE state <> 'sealed';

-- Streams sealed since a sum was made are added to it, instead of making it again.
CREATE INDEX stream_by_number ON stream (number) WHERE state = 'sealed';

-- A room or a host, whatever else is asked: the API asks for a room of any app, the host page for streams of any kind.
DROP INDEX stream_by_room;
CREATE INDEX stream_by_room ON stream (room, app, started_at, id);
DROP INDEX stream_by_host;
CREATE INDEX stream_by_host ON stream (host, app, started_at, id) WHERE host IS NOT NULL;
