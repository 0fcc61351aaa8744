-- Where a later part of a room's life began to count: what the room had when the part before ended. The totals in `stream`
-- are the stream's own while it is live too, not the room's, so that pages and lists tell the same before and after sealing.
-- Readings stay as Tencent told them.

ALTER TABLE stream ADD COLUMN start_viewers  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN start_gifts    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN start_coins    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN start_gifters  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN start_likes    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN start_messages INTEGER NOT NULL DEFAULT 0;

-- Own totals of all parts before add up to what the room had at their end.
UPDATE stream SET (start_viewers, start_gifts, start_coins, start_gifters, start_likes, start_messages) =
    (SELECT coalesce(sum(viewers), 0), coalesce(sum(gifts), 0), coalesce(sum(coins), 0), coalesce(sum(gifters), 0),
            coalesce(sum(likes), 0), coalesce(sum(messages), 0)
     FROM stream AS before WHERE before.app = stream.app AND before.room = stream.room AND before.kind = 'stream'
        AND before.create_time = stream.create_time AND before.part < stream.part AND before.state = 'sealed')
    WHERE part > 0;
UPDATE stream SET viewers = max(0, viewers - start_viewers), gifts = max(0, gifts - start_gifts),
    coins = max(0, coins - start_coins), gifters = max(0, gifters - start_gifters), likes = max(0, likes - start_likes),
    messages = max(0, messages - start_messages)
    WHERE part > 0 AND state <> 'sealed';
