error-other-site = The request came from another site, or AFTERSHOW_PUBLIC_URL does not match the address in your browser.
error-request-blocked = Request blocked
# $count (Number)
error-too-many-rooms = at most { $count } rooms at a time; add this one in the next batch
error-session-expired = Your session has expired. Sign in again.
# $role (Text)
error-role-needed = You need the { $role } role for this. Ask an admin.
error-sign-in-link-spent = This sign-in link has already been used or has expired.
error-no-app = No app is configured; see `aftershow check`.
error-several-apps = Several apps are configured. Specify the SDKAppID.
error-internal = Something went wrong on the server. See the server log.
error-database = Database error; nothing was changed. See the status page and the log.
error-own-password = Change your own password under Settings, with the current one.
error-name-missing = Enter a name.
error-name-control-characters = Names cannot contain control characters.
error-field-link-name = the link name
error-field-title = the title
error-field-coins = the name for coins
error-field-issuer = the issuer's name
error-field-contact = the contact
error-no-rooms = Enter one or more RoomIds, one per line.
error-setup-link-spent = This setup link has expired. Restart the server to get a new one, or run `aftershow operator add`.
error-current-password = Current password is incorrect.
# $count (Number)
error-note-too-long = A note has at most { $count } characters.
# $name (Text)
error-name-taken = The name “{ $name }” is already in use.
# $name (Text)
error-no-such-name = “{ $name }” was not found.
# $name (Text)
error-last-admin = “{ $name }” cannot be changed: it is the last admin, or does not exist. Make another user admin first.
# $length (Number)
error-name-too-long = A name has at most 64 characters, this one has { $length }.
# $field (Text) · $most (Number) · $length (Number)
error-too-long = At most { $most } characters in { $field }; this has { $length }.
# $field (Text)
error-unprintable = There is a character in { $field } that cannot be shown on one line.
# $code (Text) · $known (Text)
error-language = “{ $code }” is not a supported language. Use one of: { $known }.
# $zone (Text)
error-time-zone = “{ $zone }” is not a valid time zone. Use a name such as Asia/Shanghai or UTC.
# $typed (Text)
error-expiry = “{ $typed }” is not a valid expiry. Use a date (2026-12-31), a time (2026-12-31 18:00), a duration (30d) or never.
# $typed (Text)
error-slot-time = “{ $typed }” is not a valid slot time. Use 20:30, or 2026-11-21 20:30 if the stream passed 20:30 twice.
error-slot-order = A slot needs a start and an end, and the end must be after the start.
# $from (Text) · $until (Text)
error-slot-outside = The slot is outside the stream, which ran from { $from } to { $until } in the link's time zone.
error-slot-content = A slot requires the content Sponsor. Choose Sponsor, or leave the slot empty.
error-expired-already = The link would already have expired. Choose a later expiry.
# $link (Text)
error-no-link = There is no share link { $link }; it may have been deleted.
# $stream (Text)
error-no-stream = There is no stream { $stream }.
# $stream (Text)
error-stream-not-sealed = Stream { $stream } is not sealed yet. A share link needs a sealed report.
# $link (Text)
error-other-key = The key file was replaced after share link { $link } was created: its URL still works but can no longer be shown. Restore the key file, or replace the URL.
error-link-changed = Someone else changed this share link at the same time. Reload and try again.
error-link-password = A link password needs at least 4 characters.
# $stream (Text)
error-no-finding = Stream { $stream } has no such internal finding; a new revision may differ.
# $app (Text)
error-unknown-app = No app with SDKAppID { $app } is configured.
# $stream (Text)
error-stream-ended = Stream { $stream } has ended: it is sealed, or will be shortly.
# $stream (Text)
error-no-report = Stream { $stream } has no sealed report to revise.
# $room (Text)
error-room-missing = Tencent has no room “{ $room }” at the moment and keeps no data of rooms that have ended.
error-stopping = Aftershow is stopping. Try again once it is running.
# $app (Text): SDKAppID
error-not-collected = No server is collecting for app { $app } right now. Try again in a few seconds.
# $words (Text)
error-from-tencent = { $words }.
error-logo-empty = Choose a file first.
error-logo-large = A logo has at most 16 KiB; this file is larger.
error-logo-kind = The file is not a complete PNG, JPEG or WebP image. SVG is not accepted because it can contain scripts.
error-logo-size = A logo has at most 1024 pixels per side.
error-room-id-empty = Enter a RoomId; copy it from the app or from Tencent's console.
# $bytes (Number)
error-room-id-too-long = A RoomId has at most 48 bytes, this one has { $bytes }. A Chinese or Japanese character takes 3, an emoji 4.
# $least (Number) · $length (Number)
error-password-short = A password needs at least { $least } characters, this one has { $length }.
# $most (Number)
error-password-long = A password has at most { $most } bytes.
error-sign-in = Incorrect username or password.
error-sign-in-busy = The server is busy checking passwords. Try again in a few seconds.
error-report-not-sealed-title = Not sealed yet
error-report-not-sealed = This stream is not sealed yet, so there is no report to download.
error-report-unreadable-title = Report cannot be read
error-report-unreadable = The report exists but cannot be read. See the server log.
error-not-allowed-title = Not allowed
