-- What a restart needs to decide as the running collector would have.
--
-- The time at which a webhook last said that the host is there: an older message that says otherwise, repeated after a
-- restart, is then known to be older. Null where no webhook said so since this column exists.

ALTER TABLE stream ADD COLUMN host_online_at INTEGER;
