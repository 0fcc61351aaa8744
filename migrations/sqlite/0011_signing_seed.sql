-- The seed of the key that signs moves into the key file: whoever reads a database or a backup of it cannot sign with what
-- is in there. `seed` holds what an earlier version wrote until `key_file::open` has moved it; nothing else writes it.
-- Public keys, old ones included, stay here: they verify what was signed.

ALTER TABLE signing_key ADD COLUMN seed BLOB;
UPDATE signing_key SET seed = secret WHERE active = 1;
ALTER TABLE signing_key DROP COLUMN secret;
