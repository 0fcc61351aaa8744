-- Every request for a shared link reads the link, and what its page is made of, from the database (`basis` in
-- `src/store/postgres/shares.rs`): a new report needs no notice of its own, and several come each second.
DROP TRIGGER seal_changed ON seal;
