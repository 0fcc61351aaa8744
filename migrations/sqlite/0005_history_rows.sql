-- What a row of history shows beside totals, repeated from its newest report, so that a page of fifty rows opens none.
--
-- `curve` is coins over the show in 40 equal pieces, one byte each: 0 to 250 of the highest piece, 255 where nothing was
-- read. `usual_streams` is how many earlier streams were compared, `usual_coins` the median of theirs from four on.

ALTER TABLE stream ADD COLUMN curve BLOB;
ALTER TABLE stream ADD COLUMN usual_streams INTEGER;
ALTER TABLE stream ADD COLUMN usual_coins INTEGER;
