-- Rooms that were added or excluded manually: few among all that were ever seen, and all that a start reads of them.
CREATE INDEX room_manual ON room (app, room) WHERE followed = 0 OR found_by = 'hand';
