sums-entries-are-visits = Entries are visits, not people, so repeat visits are included. Gifters are not totalled because the same person may appear in several streams.
trend-missing = The trend appears after two sealed streams.
board-duration = Duration
board-coins-per-minute = Coins/min
board-coins = Coins
board-vs-typical = vs typical
board-entries-per-minute = Entries/min
board-gifters = Gifters
board-activity = Activity
board-coins-30-minutes = Coins, 30 min
board-live-streams = Live streams
board-host-and-room = Host · room
list-curve = Curve
list-time = Time
list-streams = Streams
list-host-and-stream = Host · stream
list-data-quality = Data quality
list-snapshot = snapshot
list-not-shared = not shared
list-pagination = Pagination
list-previous-page = ‹ Previous
list-next-page = Next ›
menu-live = Live
menu-settings = Settings
menu-sign-out = Sign out
menu-streams = Streams
menu-hosts = Hosts
menu-links = Links
menu-all-apps = All apps
menu-search = Search
menu-search-everything = Search hosts, rooms, titles, fingerprints and links
menu-wall = Wall display
system-all-normal = All systems normal
system-all-normal-or-details = System
system-database-failing = Database cannot be written
search-title = Search
search-apply = Search
search-hint = Searches live and ended streams by host, room, title or fingerprint, and share links by name or address. A RoomId can be monitored or read once from here.
search-live = Live
search-hosts = Hosts
search-streams = Streams
search-links = Links
search-all = All results ›
search-none-title = Nothing found
search-none-hint = Check the spelling, or type the beginning of a word.
notice-view-stream = View stream ›
notice-link-ready = Link ready:
notice-copy-token = Copy this token now. It will not be shown again:
notice-copy = Copy
notice-report-sealed = Report sealed.
notice-revision-sealed = New revision sealed.
notice-back-to-live = Back to live. Monitoring continues until the stream ends.
notice-monitoring-stopped = Stopped monitoring this room.
notice-refreshed = Refreshed.
notice-snapshot-saved = Snapshot saved.
notice-note-saved = Note saved.
notice-link-deleted = Link deleted.
notice-link-saved = Saved. Takes effect immediately.
notice-issuer-saved = Saved. Readers see it the next time they load a report.
notice-finding-published = Published. Share links that include these counters now show it.
notice-finding-unpublished = Unpublished. No share link shows it any more.
notice-password-reset = Password changed. The user has been signed out everywhere.
notice-token-revoked = Token revoked.
notice-done = Done.
live-updates-unavailable = Live updates unavailable. Refreshing every 10 s.
# The link from an alert to what is known of it.
board-status-link = System ›
board-details-link = Details ›
share-link-copy = Copy link
# In the place of the numbers, before the link that signs in.
board-signed-out = You are signed out.
sign-in = Sign in
activity-separator = ;{ " " }
activity-possibly-ended = Possibly ended: Tencent reported the room missing once
pace-first-stream = first stream
sign-in-username = Username
sign-in-forgot-password = Forgot your password? An admin can reset it under Settings, or run: aftershow operator passwd NAME
sign-in-no-user-yet = No users yet
sign-in-create-first-admin = Create the first admin
sign-in-setup-link-invalid = This setup link does not work
sign-in-setup-link-used = This setup link has already been used
sign-in-has-users = An account already exists. An admin can add users under Settings.
sign-in-first-account-is-admin = This account is an administrator and can add other users.
sign-in-passphrase-hint = A passphrase of several unrelated words works well.
sign-in-create-and-sign-in = Create and sign in
rooms-title = Manual rooms
rooms-none-title = No rooms added or excluded manually
rooms-none-hint = Rooms that someone added by RoomId or excluded appear here.
rooms-page-link = Manually added and excluded rooms ›
rooms-caption = Rooms
rooms-room = Room
rooms-state = State
rooms-action = Action
rooms-added-manually = Added manually
rooms-excluded = Excluded: not monitored even if public
rooms-stop-monitoring = Stop monitoring
rooms-monitor = Monitor
share-links-title = Links
share-links-none-title = No share links yet
share-links-none-hint = Use “Copy link” on a sealed stream to create one. You can disable or delete it here at any time.
share-link-has-password = Password-protected
share-link-host-hidden = host hidden
share-link-disable = Disable
share-link-enable = Enable
share-link-replace-url-ask = Replace URL…
share-link-replace-url-effect = The current URL stops working immediately. Send the new URL to everyone who needs the report.
share-link-replace-url = Replace URL
share-link-delete = Delete…
share-link-delete-effect = The link stops working permanently and its open count is deleted. The report is kept.
share-link-delete-permanently = Delete permanently
share-link-edit = Edit
share-link-disabled = Disabled
share-link-expired = Expired
share-link-no-expiry = Active, no expiry
share-link-remove-password = Remove password
share-link-new-password = New password (leave blank to keep the current one)
share-link-password = Password (optional)
share-link-content = Content
share-link-name = Link name (internal)
share-link-public-title = Public title
share-link-language = Language
share-link-time-zone = Time zone (default: the app's)
share-link-expires = Expires: a date, 30d or never (default: end of next month)
share-link-sponsor-slot = Sponsor slot, in the link's time zone (Sponsor only)
share-link-slot-from = From
share-link-slot-until = Until
share-link-hide-host = Hide host, room and title (the public title is still shown)
content-host = Host
content-sponsor = Sponsor
content-full = Full
content-host-explained = Host: everything shareable
content-sponsor-explained = Sponsor: entries, likes, messages; no coins or gifts
content-full-explained = Full: including internal findings and collection log
share-link-never-opened = not opened yet
share-link-other-key = Key file was replaced: the existing URL still works but can no longer be copied. Use “Replace URL” to get a new one.
page-not-found-title = Page not found
page-not-found-hint = Check the address. Live streams are under Live, ended streams under Streams.
page-not-found = Not found
page-database-unavailable = Database unavailable
page-no-data-lost = No data is lost; readings are buffered until the database is back. See the log for details, then reload.
page-unavailable = Unavailable
settings-title = Settings
settings-preferences = Preferences
settings-time-zone = Time zone (default: the app's)
settings-language = Language
settings-browser-default = Browser default
settings-save = Save
settings-current-password = Current password
settings-new-password = New password
settings-change-password = Change password
settings-collection = Collection settings
settings-coins-placeholder = Coins
settings-coins-name = Name for coins
settings-current-logo = Current logo
settings-remove-logo = Remove logo
settings-issuer = Report issuer
settings-name = Name
settings-issuer-is-signed = Included in the signature: applies to reports sealed from now on. Earlier reports keep their original name.
settings-contact = Contact (email, URL or text)
settings-link-language = Default language for new links
settings-contact-is-not-signed = Contact, coin name and logo are not part of the signature; changes show on all pages immediately.
settings-logo = Logo (PNG, JPEG or WebP, at most 16 KiB)
settings-upload = Upload
settings-remove = Remove
settings-save-role = Save
settings-users = Users
settings-last-active = Last active
settings-role = Role
settings-add-user = Add user
settings-add = Add
settings-reset-password = Reset a password
settings-user = User
settings-signs-out-everywhere = This signs the user out everywhere.
settings-save-password = Reset password
settings-never-used = never used
settings-last-used = Last used
settings-api-tokens = API tokens
settings-api-tokens-hint = Bearer tokens give read-only access to streams and reports as JSON.{ " " }
settings-token-name = Token name
settings-create-token = Create
settings-monitor-public = All public rooms
settings-monitor-manual = Only rooms added manually
# $pattern (Text)
settings-monitor-matching = Rooms whose RoomId matches { $pattern }
settings-idle-never = Never
settings-collection-hint = Set in aftershow.toml or AFTERSHOW_… variables; changes apply after a restart. Sealed reports and readings are kept indefinitely.
audit-time = Time
audit-user = User
audit-action = Action
audit-none = No entries yet. Room, link and account changes are recorded here.
audit-title = Audit log
role-viewer = Viewer – read-only
role-operator = Operator – manages rooms, streams and links
role-admin = Admin – also manages users and settings
live-title = Live
live-views = Views
live-view-all = All
live-view-attention = Needs attention
live-view-battles = PK
live-view-ending = Ending
live-view-new = New
live-apps = Apps
live-show-more = Show 100 more
live-monitor-rooms-ask = Monitor rooms…
live-shortcuts = Row shortcuts: Enter open · P pin · N note · E keep monitoring (ending streams)
live-search = Room, title or host
live-apply = Apply
live-no-attention-title = Nothing needs attention
live-no-attention-hint = A stream appears here when its host left 3 minutes ago and the room is still open, when it gets entries without any reaction, or when Tencent does not respond.
live-no-match-title = No matching live streams
live-no-match-hint = Ended streams are under Streams.
live-none-title = No live rooms
live-none-hint = Public rooms appear within seconds of going live. Add private rooms by RoomId.
live-app = App
live-rooms = Rooms
live-monitor-rooms = Monitor rooms
live-room-ids = RoomIds, one per line
live-snapshot = Room snapshot
live-snapshot-hint = Reads the totals once and saves them as a sealed report. Does not start or stop monitoring.
live-take-snapshot = Take snapshot
stream-not-found-title = Stream not found
stream-not-found-hint = No stream has this ID.
stream-not-found = Not found
stream-room = Room
stream-host = Host
stream-app = App
stream-fingerprint-of-full = Fingerprint of the full report
stream-report-label = Report
stream-create-revision-effect = Creates a new revision from the same readings with the current issuer, baseline and rules. Share links show the new revision; the previous report is kept and verifies as superseded.
stream-create-revision-ask = Create revision…
stream-create-revision = Create revision
stream-refresh-now = Refresh now
stream-seal-effect = Seals the report now with the data so far. The broadcast is not affected, and anything after this is not reported.
stream-seal-ask = Seal report now…
stream-seal-report = Seal report
stream-keep-monitoring = Keep monitoring
stream-seal-now = Seal now
stream-stop-monitoring-ask = Stop monitoring this room…
stream-stop-monitoring-effect = Seals the report now and stops monitoring until you add the room again. The broadcast is not affected.
stream-stop-monitoring = Stop monitoring
stream-actions = Actions
stream-share-links = Share links
finding-unpublish = Unpublish
finding-publish = Publish
finding-internal-title = Internal findings
finding-internal-hint = Suspicious findings stay internal until you publish them. Publishing does not change the sealed report; share links are regenerated and signed again.
stream-more-link-options = More link options
stream-create-link = Create link
stream-note = Note
stream-note-hint = Internal only; never shown in reports
stream-save-note = Save
room-not-found-hint = The address does not contain a valid RoomId.
room-not-found-title = Room not found
room-no-data-title = No data for this room
room-no-data-hint = Start monitoring it on the Live page; data appears after the first reading.
host-no-data-title = No data for this host
host-no-data-hint = A host appears with the first stream whose room owner Tencent reports.
status-title = System
status-writes-failing = Writes are failing; changes are buffered and retried every second. Pending:
status-writes-refused = The database refused changes; they were not written. The log lists them. Number and last cause:
status-report-failed = The report of this stream could not be created. No data is lost; the next start tries again:
status-no-app = No app configured
status-database-not-writable = cannot be written; readings are buffered and retried every second. Check disk space and the log
status-database-ok = OK
status-database-unavailable = unavailable; retrying. See the log for details
status-database = Database
status-public-url = Public URL
status-public-url-missing = not set; links have no host name (AFTERSHOW_PUBLIC_URL)
status-webhooks-unknown-app = Webhooks for unknown apps
status-version = Version
status-collected-by = Collected by
status-collected-by-no-server = no server right now
status-server-time = Server time
status-reverse-proxy = Reverse proxy
status-demo = Demo
status-clock-in-sync = in sync
status-secret-key = Secret key
status-endpoint = Endpoint
status-admin-account = Admin account (identifier)
status-rooms = Rooms
status-live = live
status-monitored = monitored
status-polling-interval = Polling interval
status-grace-period = Grace period
status-polling-delay = Polling delay, p99 (% of interval)
status-room-list-fetched = Room list last fetched
status-clock-offset = Clock offset to Tencent
status-latency = Latency
status-webhook-counts = Webhooks: verified · unverified · rejected · over the limit
status-last-webhook = Last webhook
status-test-connection = Test connection
status-api = API
status-errors-since-start = Errors since start
status-last-request-id = Last RequestId
status-room-list-repeats = Tencent's room list repeats a cursor; the rest of the list is not read
status-room-list-endless = Tencent's room list does not end; reading stops after 100,000 rooms or ten pages without a new one
status-calls-per-second = Calls/s: current / own limit / Tencent limit
history-title = Streams
history-download-csv = Download CSV
history-other-apps = Other apps
history-coins-above-typical = coins above typical
history-coins-below-typical = coins below typical
history-clear-filters = Clear filters
history-too-many-to-sum = More than 2,000 streams match. Add a start date or a longer search term to see totals.
history-search = Room, title, host or fingerprint
history-from = From
history-to = To
history-coins = Coins
history-any = Any
history-above-typical = Above typical
history-below-typical = Below typical
history-state = State
history-ended = Ended
history-apply = Apply
history-no-match-title = No matching streams
history-no-match-hint = Try removing a filter.
history-none-title = No ended streams yet
history-none-hint = Streams appear here once they end and their report is sealed.
hosts-title = Hosts
hosts-none-title = No hosts this month
hosts-none-hint = Hosts appear once one of their streams is sealed and Tencent has reported the room owner.
hosts-month = Month
hosts-previous-month = ‹ Previous month
hosts-next-month = Next month ›
hosts-host = Host
hosts-streams = Streams
hosts-time-live = Time live
hosts-last-stream = Last stream
settings-rule-rooms = Monitored rooms
settings-rule-interval = Polling interval
settings-rule-grace = Seal delay (grace period)
settings-rule-idle = End idle streams
settings-rule-rate-limit = Share of Tencent's rate limit used
settings-rule-day = Start of day, time zone
# $minimum (Number)
sign-in-password-rule = At least { $minimum } characters.
# A command follows.
sign-in-setup-how = Open the setup link in the server's log, where it is printed every minute. Or run:
# $count (Number)
rooms-first-only = The first { $count } rooms, excluded ones first. A room's own page says whether it is monitored.
# $date (Text)
share-link-active-until = Active until { $date }
# $date (Text) · $zone (Text)
share-link-date-in-zone = { $date } ({ $zone })
# $count (Number) · $last (Text)
share-link-opened =
    opened { $count -> 
        [one] once
       *[other] { $count } times
    }, last { $last }
# $count (Number) · $opened (Text)
share-links-of-stream =
    { $count -> 
        [one] 1 share link
       *[other] { $count } share links
    } · { $opened }
# $span (Text)
share-link-slot = slot { $span }
# $user (Text) · $at (Text)
share-link-created-by = Created by { $user }, { $at }
# $at (Text)
stream-last-reading = last reading { $at }
# $minutes (Number)
settings-idle-after = After { $minutes } min without activity
# $name (Text)
settings-role-for = Role for { $name }
# $user (Text) · $at (Text)
finding-published-by = Published by { $user }, { $at }.
# $peer (Text)
status-untrusted-proxy = { $peer } sends X-Forwarded-For but is not in trusted_proxies (AFTERSHOW_TRUSTED_PROXIES); everyone behind it counts as one address
# $time (Text) · $zone (Text)
history-day-start-in = { $time } ({ $zone })
# $start (Text)
history-days-begin = Days begin at { $start }. A stream belongs to the day it began in.
# $starts (Text)
history-days-begin-by-app = Days begin at: { $starts }. A stream belongs to the day of its own app in which it began.
# $typed (Text)
history-not-a-date = “{ $typed }” is not a valid date (use YYYY-MM-DD) and was ignored
# $from (Text) · $until (Text)
history-days-between = { $from } to { $until }
# $from (Text)
history-days-from = from { $from }
# $until (Text)
history-days-until = until { $until }
# $count (Number)
hosts-first-only = Top { $count } hosts by coins. Use Search to find others.
# $count (Number)
notice-rooms-added = { $count ->
    [one] Now monitoring 1 room. It appears here after its first reading.
   *[other] Now monitoring { $count } rooms. They appear here after their first reading.
}
# $count (Number)
sums-streams = { $count ->
    [one] 1 stream
   *[other] { $count } streams
}
# $count (Number)
trend-title = The last { $count } streams
# $first (Text) · $last (Text)
trend-dates = { $first } to { $last }
# $first (Text) · $last (Text)
trend-business-days = business days { $first } to { $last }
# $days (Text)
trend-note = One bar per sealed stream, { $days }. Latest in bold; dashed line: median.
# $counter (Text) · $totals (Text)
trend-chart-label = { $counter } per stream, oldest first: { $totals }
# $median (Number)
trend-median = median { $median }
# What a user did, in the audit log.
audit-added-rooms = added rooms
audit-stopped-monitoring = stopped monitoring a room
audit-took-snapshot = took a snapshot
audit-sealed-early = sealed a report early
audit-created-revision = created a revision
audit-kept-monitoring = kept monitoring
audit-edited-note = edited a note
audit-published-finding = published a finding
audit-unpublished-finding = unpublished a finding
audit-created-link = created a link
audit-edited-link = edited a link
audit-enabled-link = enabled or disabled a link
audit-replaced-link-url = replaced a link URL
audit-deleted-link = deleted a link
audit-signed-in = signed in
audit-signed-in-once = signed in with a one-time link
audit-sign-in-failed = failed to sign in
audit-set-up = created the first account
audit-added-user = added a user
audit-changed-role = changed a role
audit-reset-password = reset a password
audit-removed-user = removed a user
audit-changed-own-password = changed their own password
audit-created-token = created a token
audit-removed-token = revoked a token
audit-changed-issuer = changed the issuer
audit-uploaded-logo = uploaded a logo
audit-removed-logo = removed the logo
share-link-save = Save changes
# $length (Text) · $last (Text)
activity-no-response = No response from Tencent for { $length }; last reading { $last }
# $length (Text)
activity-no-response-ever = No response from Tencent for { $length }; no reading yet
# $code (Text) · $length (Text) · $last (Text)
activity-error = Tencent has returned error { $code } for { $length }; last reading { $last }
# $code (Text) · $length (Text)
activity-error-ever = Tencent has returned error { $code } for { $length }; no reading yet
# $time (Text)
activity-host-left = Host left at { $time }
# $length (Text)
activity-idle = No activity for { $length }
# $partner (Text)
activity-battle = PK with { $partner }
# $partner (Text) · $own (Number) · $theirs (Number)
activity-battle-scores = PK with { $partner } { $own } : { $theirs }
# $entries (Text)
activity-no-reaction = { $entries } in a minute; no message, like or gift
# $coins (Text)
activity-existing-gifters = { $coins } from existing gifters only
# $time (Text)
activity-totals-dropped = Totals dropped at { $time }; reading excluded, re-checking
# $time (Text)
activity-ending-webhook = room-closed webhook at { $time }
# $evidence (Text) · $time (Text)
activity-ending-evidence = { $evidence }, { $time }
# $why (Text) · $rest (Text)
activity-ending-seals = Ending: { $why }; seals in { $rest }
# $why (Text)
activity-ending-waits = Ending: { $why }; waiting for Tencent
# $have (Number)
pace-no-baseline = no baseline yet ({ $have }/4 streams)
# $previous (Number)
pace-record-high = record high (previous: { $previous })
# $count (Number)
strip-live = { $count } live
# $amount (Text)
strip-per-minute = { $amount }/min
# $amount (Text) · $time (Text) · $zone (Text)
strip-since = { $amount } since { $time } ({ $zone })
# $sum (Text) · $count (Number)
strip-unknown = { $sum } ({ $count } unknown)
# $count (Number)
strip-need-attention = { $count ->
    [one] 1 needs attention
   *[other] { $count } need attention
}
# $since (Text) · $length (Text)
alert-since = { $since } ({ $length })
# $app (Text) · $since (Text) · $cause (Text)
alert-slowed = { $app }, since { $since }: { $cause }.
# $app (Text) · $address (Text) · $since (Text)
alert-no-response = { $app }: no response from Tencent ({ $address }) since { $since }.
# $app (Text) · $code (Text) · $since (Text)
alert-error = { $app }: Tencent has returned error { $code } since { $since }.
# $what (Text) · $count (Number)
alert-rooms-wait = { $count ->
    [one] { $what } 1 room is waiting; nothing is sealed meanwhile.
   *[other] { $what } { $count } rooms are waiting; nothing is sealed meanwhile.
}
# $what (Text) · $cause (Text)
alert-and-cause = { $what } { $cause }.
# $time (Text)
board-not-updated = Not updated since { $time }. Reconnecting…
# $now (Text) · $set (Text) · $rooms (Number) · $calls (Number)
board-polling-slowed = Polling slowed to every { $now } s (set: { $set } s): { $rooms } rooms exceed the limit of { $calls } calls/s.
# $count (Number)
board-new-streams = { $count } new ↑
# $title (Text)
toast-sealed = Sealed: { $title }
# $title (Text) · $coins (Text)
toast-sealed-coins = Sealed: { $title }, { $coins }
# $title (Text) · $coins (Text) · $comparison (Text)
toast-sealed-compared = Sealed: { $title }, { $coins }, { $comparison }
# $shown (Number) · $all (Number)
live-rows-shown = { $shown } of { $all } streams shown
# $app (Text) · $length (Text)
system-no-response = { $app }: no response for { $length }
# $app (Text) · $code (Text) · $length (Text)
system-error = { $app }: error { $code } for { $length }
# $app (Text)
system-slowed = { $app }: polling slowed
# $count (Number)
system-reports-failed = { $count ->
    [one] 1 report could not be created
   *[other] { $count } reports could not be created
}
# $first (Text) · $count (Number)
system-and-more = { $first } (+{ $count })
# $room (Text)
search-actions = Room { $room }
