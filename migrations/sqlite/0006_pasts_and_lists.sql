-- What a host did before, over all rooms, newest first; and sums of a list without its rows. Sums are of sealed streams,
-- whose totals stand still: a reading of a live one does not touch that index. It begins with what nobody looks for, so
-- that it is only ever walked from end to end.

CREATE INDEX stream_by_host ON stream (app, host, started_at, id) WHERE kind = 'stream' AND host IS NOT NULL;

CREATE INDEX stream_sums ON stream (show_ended_at, ended_at, started_at, state, kind, app, viewers, gifts, coins, likes,
    messages) WHERE state = 'sealed';
