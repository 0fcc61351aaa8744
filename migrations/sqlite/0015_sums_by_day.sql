-- Sums of a day, of a range of days and of everything are answered by one index alone. It holds the business day itself:
-- where a query names a virtual column, as `list_order` is, SQLite reads the row as well. Lists do not ask for the day, so
-- no list takes this index.

DROP INDEX stream_sums;
CREATE INDEX stream_sums ON stream (business_day, kind, app, started_at, show_ended_at, ended_at, viewers, gifts, coins, likes,
    messages) WHERE state = 'sealed';
