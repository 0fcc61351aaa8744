-- The business day of a stream, by the zone and `day_start` of its app when it began: days since 1970-01-01. The program
-- fills it in for streams of older versions at its start; until then, and for an app that is not configured, it is the date
-- in UTC.
--
-- Lists in the order of time follow `list_order`: by business day, and within a day by `listed_at`, which is the start of a
-- stream and the reading of a snapshot. One number, so that a page of a list, a range of days and a cursor are all ranges of
-- one index. A moment takes thirteen digits of it, which lasts until the year 2286.

ALTER TABLE stream ADD COLUMN business_day INTEGER;
CREATE INDEX stream_without_business_day ON stream (id) WHERE business_day IS NULL;

ALTER TABLE stream ADD COLUMN listed_at INTEGER GENERATED ALWAYS AS
    (CASE kind WHEN 'snapshot' THEN coalesce(ended_at, started_at) ELSE started_at END) VIRTUAL;
ALTER TABLE stream ADD COLUMN list_order INTEGER GENERATED ALWAYS AS
    (coalesce(business_day, listed_at / 86400000) * 10000000000000 + listed_at) VIRTUAL;

DROP INDEX stream_by_start;
CREATE INDEX stream_by_start ON stream (list_order, id, kind, app, coins) WHERE state = 'sealed';
DROP INDEX stream_unsealed;
CREATE INDEX stream_unsealed ON stream (state, list_order, id) WHERE state <> 'sealed';
DROP INDEX stream_by_room;
CREATE INDEX stream_by_room ON stream (room, app, list_order, id);
DROP INDEX stream_by_host;
CREATE INDEX stream_by_host ON stream (host, app, list_order, id) WHERE host IS NOT NULL;
DROP INDEX stream_sums;
CREATE INDEX stream_sums ON stream (show_ended_at, ended_at, started_at, list_order, state, kind, app, viewers, gifts, coins,
    likes, messages) WHERE state = 'sealed';
