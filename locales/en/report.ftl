report-full-stop = { "." }
report-try-again = Please try again in a minute
report-unavailable = The report exists but is temporarily unavailable.
report-stream = stream report
report-snapshot = snapshot report
report-details = details ›
report-highlights = Highlights
report-other-totals = Other totals
# Where a total is shown for a slot, the totals below are those of the stream.
report-whole-stream = Whole stream
report-ratios = Ratios
# Beside the heading of the ratios, each of which opens.
report-ratios-hint = tap to see the calculation
report-more-ratios = More ratios
report-time = Time
# Under a table, for the rows marked with a star.
report-table-note = { "*" } includes data gaps; a range where the split of a gap is unknown
report-data-quality = Data quality
report-fingerprint = Fingerprint
report-verify = Verify ›
report-save-image = Save as image
report-copy-text = Copy text
report-link = Link
report-copied = Copied
report-files = Files: offline page · CSV · JSON · print
# The word alone, before a list.
report-files-label = Files
report-print = Print
# Without scripts only the browser's own menu prints.
report-print-hint = To print, use your browser's menu (A4 layout).
# In the offline file, where there is nothing to download.
report-offline-hint = This file contains the complete report. You can save, forward or print it; anyone can verify it.
report-theme = Theme
theme-system = System
theme-light = Light
theme-dark = Dark
chart-zoom-in = Zoom in
chart-zoom-out = Zoom out
chart-show-all = Show all
report-offline-page = Offline page
report-made-with = made with Aftershow
# Under numbers of which some are ranges.
report-ranges-hint = Ranges: a data gap lies across these hours; how its amount splits is unknown.
report-slot = your slot
report-collection-log = Findings and collection log
log-readings = Readings
log-retries = Retries
log-excluded = Readings excluded
log-ended-by = End detected by
finding-internal = internal
# At the end of the typical line.
chart-typical = typical
# At the end of this stream's line.
chart-this-stream = this stream
# Instead of a comparison, while totals still run.
baseline-at-end = Still live; compared with typical once the stream ends.
report-before-first-reading = before the first reading
ratio-gifters = Share of visitors who gifted
baseline-same = in line with typical
baseline-zero = typically 0
baseline-same-short = the same
report-all-six-charts = All six charts
report-all-charts = All charts
picture-scan = Scan to see when this fingerprint was sealed. The file verifies the figures.
picture-enter-fingerprint = Enter it on the verify page to see when it was sealed.
report-too-little-data = No chart: too little data.
report-only-one-reading = No chart: only one reading.
report-charts-hint = Each chart has its own scale; the number is the total.
log-no-response = No response
log-invalid-response = Invalid response
report-peak = Peak:{ " " }
quality-no-readings = No readings.
gap-totals-unaffected = Totals are not affected.
gap-tail-missing = What happened during the gap is not in the totals.
gap-none = No data gaps.
source-last-reading = last reading
source-room-closed-notice = Tencent's room-closed notice
report-unknown-total = unknown: no readings
source-greater-shown = The greater value is shown
source-later-shown = The later value is shown
report-entries-are-visits = Entries count every visit: someone who enters three times counts as three.
report-bots-undocumented = Tencent does not document whether the host or bots are counted.
report-no-reading = No readings: the stream ended before Tencent responded. Its totals are unknown.
report-newest-revision = This link always shows the newest revision.
date-separator = ,{ " " }
time-zone-utc = Times in UTC
number-under-one-percent = <1%
counter-entries = Entries
counter-gifts = Gifts
counter-coins = Coins
counter-gifters = Gifters
counter-likes = Likes
counter-messages = Messages
counter-gifters-note = unique gift senders
counter-likes-note = number of taps, not people
counter-coins-note = spent by viewers, not the host's earnings
quality-complete = Complete
quality-minor-gaps = Minor gaps
quality-significant-gaps = Significant gaps
state-live = Live
state-ending = Ending
state-sealed = Sealed
end-webhook = Tencent's room-closed notice
end-room-missing = Tencent reported the room missing twice
end-room-recreated = the room was re-created
end-sealed-early = the report was sealed early
end-idle = no activity for the configured time
end-continued = longer than 7 days; it continues as the next part
end-snapshot = manual snapshot
gap-before-first = monitoring started after the stream began
gap-after-last = the stream ended after the last reading
gap-not-running = Aftershow was not running
gap-no-response = Tencent did not respond
gap-invalid-response = the responses were invalid
gap-excluded = lower totals were received and excluded
gap-clock-changed = the server clock was changed
gap-call-limit = more rooms than the call limit allows
page-locale = en_GB
report-language = Language
# $counter (Text) · $amount (Text) · $comparison (Text)
host-past-line = { $counter }: { $amount } · { $comparison }
# $count (Number)
host-past-title = Compared with the host's last { $count } streams, in all rooms
# Between the parts of a list that contain commas.
list-semicolon = ;{ " " }
# $percent (Text)
baseline-above = { $percent } above typical
# $percent (Text)
baseline-below = { $percent } below typical
# $percent (Text)
baseline-above-short = { $percent } above
# $percent (Text)
baseline-below-short = { $percent } below
# $comparison (Text) · $median (Number) · $low (Number) · $high (Number)
baseline-full = { $comparison } ({ $median }); typical range { $low }–{ $high }
# $step (Text)
report-table-steps = Table, { $step } steps
# $step (Text)
report-table-explained = Increase during the { $step } from each time; rows add up to the measured total.
# $what (Text)
chart-values = Chart values: { $what }
# $issuer (Text)
report-issued-by = Issued by { $issuer }
# $counter (Text) · $span (Text)
report-in-slot = { $counter } in your slot { $span }
# $lower (Number) · $upper (Number)
report-between = between { $lower } and { $upper }
# $issuer (Text)
report-preview = Stream report by { $issuer }
# $issuer (Text) · $time (Text)
report-preview-sealed = Stream report by { $issuer } · sealed { $time }
# $counter (Text) · $length (Text)
chart-counter-per = { $counter } per { $length }
# $counter (Text)
chart-counter-per-minute = { $counter } per minute
# $length (Text)
chart-line-is-mean = line: mean of { $length }
# $counter (Text)
chart-so-far = { $counter } so far
# $length (Text) · $span (Text)
chart-hatched = Hatched: data gap of { $length }, { $span }.
# $count (Number) · $length (Text) · $span (Text)
chart-hatched-several = Hatched: { $count } data gaps, the longest { $length }, { $span }.
# $counter (Text)
ratio-per-gift = { $counter } per gift
# $counter (Text)
ratio-per-100-entries = { $counter } per 100 entries
# $counter (Text)
ratio-per-gifter = { $counter } per gifter
# $percent (Text)
ratio-at-least = at least { $percent }
# $code (Text)
log-error-code = Error { $code }
# $count (Number)
log-all-gaps = { $count ->
    [one] The data gap
   *[other] All { $count } data gaps
}
# $stream (Number)
baseline-missing = Comparison available after 4 streams (this is stream { $stream }).
# $count (Number)
baseline-explained = Typical = median of the last { $count } streams; typical range = middle 50%.
# $count (Number)
baseline-your-last-streams = Compared with your last { $count } streams
# $count (Number)
baseline-last-streams = Compared with the last { $count } streams
# $minute (Number) · $time (Text)
baseline-above-from = Above typical from minute { $minute } ({ $time }) on.
# $minute (Number) · $time (Text)
baseline-below-from = Below typical from minute { $minute } ({ $time }) on.
# $amount (Text) · $seconds (Number) · $from (Text) · $until (Text)
report-peak-sentence = { $amount } in { $seconds } seconds, { $from } to { $until }.
# $amount (Text) · $seconds (Number)
report-peak-short = { $amount } in { $seconds } s
# $lower (Number) · $amount (Text)
report-amount-between = between { $lower } and { $amount }
# $time (Text) · $amount (Text)
report-busiest-minute = Busiest minute: { $time }, { $amount }.
# $counter (Text)
report-by-hour = { $counter } by hour
# $minutes (Number)
report-including-rest = incl. the last { $minutes } min
# $count (Number) · $every (Text)
quality-readings-every = { $count } readings, one every { $every } seconds.
# $count (Number)
quality-readings = { $count ->
    [one] 1 reading.
   *[other] { $count } readings.
}
# $count (Number)
quality-readings-every-second = { $count } readings, one every second.
# $readings (Text) · $coverage (Text)
quality-coverage = { $readings } Coverage { $coverage }.
# $readings (Text)
quality-coverage-unknown = { $readings } Coverage unknown because the stream length is unknown.
# $count (Number)
quality-readings-so-far = { $count ->
    [one] 1 reading so far.
   *[other] { $count } readings so far.
}
# $length (Text) · $from (Text) · $until (Text) · $cause (Text)
gap-longest = Longest gap: { $length }, { $from } to { $until }, { $cause }.
# $from (Text) · $until (Text) · $cause (Text)
gap-on-chart = { $from }–{ $until }: { $cause }
# $amount (Text) · $from (Text) · $until (Text)
gap-split = Totals are not affected. { $amount } arrived during the gap; their split between { $from } and { $until } is unknown.
# $minute (Text)
gap-inside-minute = Neither totals nor minutes are affected: the whole gap lies within { $minute }.
# $amount (Text)
gap-before-first-reading = Totals are not affected: { $amount } from before the first reading are included, but not in the chart.
# $counters (Text) · $source (Text) · $time (Text)
source-of = { $counters }: { $source }, { $time }.
# $counters (Text) · $source (Text) · $time (Text)
source-not-in-notice = { $counters }: { $source }, { $time } (not included in Tencent's room-closed notice).
# $time (Text) · $amount (Text)
source-only-notice = The room-closed notice of { $time } says { $amount }; no reading confirms it, so it is not shown.
# $reading (Text) · $notice (Number) · $rule (Text)
source-reading-differs = Last reading: { $reading }; room-closed notice: { $notice }. { $rule }.
# $notice (Text) · $reading (Number) · $rule (Text)
source-notice-differs = Room-closed notice: { $notice }; last reading: { $reading }. { $rule }.
# $length (Text)
report-as-of-before-end = as of { $length } before the end
# $time (Text) · $issuer (Text)
report-seal-explained = Sealed: finalised at { $time } and digitally signed by { $issuer }; the figures have not changed since. The seal does not vouch for Tencent's own counting.
# $coins (Text)
report-coins-explained = { $coins } are what viewers spent, not the host's earnings.
# $time (Text)
report-one-reading = One reading, taken { $time } while the stream was live. No chart: a snapshot is one reading.
# $after (Text) · $before (Text)
report-end-between = The room was closed between { $after } and { $before }.
# $show (Text) · $room (Text)
report-show-and-room = Host live until { $show }; room open until { $room }.
# $time (Text)
report-sealed-at = Sealed { $time }
# $count (Number)
report-totals-corrected = { $count ->
    [one] Tencent corrected its totals once; that period has no value.
   *[other] Tencent corrected its totals { $count } times; those periods have no value.
}
# $revision (Number)
report-revision-explained = Revision { $revision }. The previous report is kept and verifies as superseded.
# $what (Text) · $from (Text) · $until (Text)
chart-described = { $what } from { $from } to { $until }.
# $what (Text) · $from (Text) · $until (Text) · $total (Text)
chart-described-total = { $what } from { $from } to { $until }; { $total } in total.
# $percent (Text) · $counter (Text) · $amount (Number) · $span (Text)
finding-best-ten-minutes = { $percent } of { $counter } in ten minutes: { $amount }, { $span }.
# $percent (Text) · $counter (Text) · $minutes (Number) · $amount (Number) · $battle (Text) · $span (Text)
finding-battle-minutes =
    { $percent } of { $counter } in { $minutes -> 
        [one] one minute
       *[other] { $minutes } minutes
    }: { $amount } in { $battle }, { $span }.
# $percent (Text) · $counter (Text) · $amount (Number) · $battle (Text) · $span (Text)
finding-battle = { $percent } of { $counter } in { $battle }: { $amount }, { $span }.
# $partner (Text)
finding-battle-with = the PK with { $partner }
finding-battle-alone = a PK
# $count (Number)
finding-gifters = { $count ->
    [one] 1 gifter
   *[other] { $count } gifters
}
# $subject (Text)
finding-typical = { $subject }, in line with typical
# $subject (Text) · $difference (Text)
finding-more-than-typical = { $subject }, { $difference } more than typical
# $subject (Text) · $difference (Text)
finding-fewer-than-typical = { $subject }, { $difference } fewer than typical
# $comparison (Text)
finding-in-this-room = { $comparison }.
# $comparison (Text)
finding-of-this-host = { $comparison } for this host, in all rooms.
# A difference with its unit. $count (Number)
difference-entries = { $count }
# $count (Number)
difference-gifters = { $count }
# $count (Number)
difference-likes = { $count }
# $amount (Text) · $gifts (Text)
finding-inconsistent = Inconsistent counts from Tencent: { $amount } but only { $gifts }.
# $amount (Text) · $percent (Text)
finding-returning-gifters = At least { $amount } ({ $percent }) from people who had already given in this stream.
finding-totals-corrected = Tencent corrected its totals; the minutes in which this happened have no value.
# $amount (Text) · $span (Text) · $median (Number)
finding-surge = { $amount } in one minute ({ $span }); median per minute: { $median }.
# $amount (Text) · $span (Text)
finding-likes-without-entries = { $amount } in one minute with no new entries, { $span }.
# $amount (Text) · $span (Text)
finding-entries-without-reaction = { $amount } in one minute; no message, like or gift, { $span }.
# $amount (Text) · $time (Text) · $gifters (Text)
finding-coins-without-gifter = { $amount } at once by { $time }, no new gifters ({ $gifters } before and after).
# $length (Text) · $span (Text)
finding-totals-unchanged = No change in any total for { $length }, { $span }.
# $label (Text)
moment-battle-with = PK with { $label }
moment-battle = PK
# $label (Text)
moment-room-owner = New room owner: { $label }
moment-room-owner-changed = New room owner
# $count (Text)
moment-followers = New followers: { $count }
moment-follower = New follower
moment-notice-contradicted = Room-closed notice contradicted: the room was still active
# $what (Text) · $when (Text)
moment-at = { $what }, { $when }
# $what (Text) · $when (Text) · $coins (Text)
moment-coins = { $what }, { $when }: { $coins }
# $title (Text) · $span (Text)
copy-title = { $title } · { $span }
# $title (Text) · $span (Text) · $length (Text)
copy-title-length = { $title } · { $span } ({ $length })
# $counter (Text) · $value (Number) · $median (Number) · $comparison (Text)
copy-main-figure = { $counter } { $value } (typical { $median }, { $comparison })
# $battle (Text) · $coins (Text)
copy-battle = { $battle }: { $coins }
# $count (Number)
copy-gifters = Gifters { $count }
# $count (Number)
copy-entries = Entries { $count }
# $count (Number)
copy-messages = Messages { $count }
# $count (Number)
copy-likes = Likes { $count }
# $count (Number)
counter-entries-note = { $count ->
    [one] at most 1 person
   *[other] at most { $count } people
}
# $count (Number)
amount-entries = { $count ->
    [one] 1 entry
   *[other] { $count } entries
}
# $count (Number)
amount-gifts = { $count ->
    [one] 1 gift
   *[other] { $count } gifts
}
# $count (Number)
amount-coins = { $count ->
    [one] 1 coin
   *[other] { $count } coins
}
# The issuer's own name for coins. $count (Number) · $name (Text)
amount-named-coins = { $count } { $name }
# $count (Number)
amount-gifters = { $count ->
    [one] 1 gifter
   *[other] { $count } gifters
}
# $count (Number)
amount-likes = { $count ->
    [one] 1 like
   *[other] { $count } likes
}
# $count (Number)
amount-messages = { $count ->
    [one] 1 message
   *[other] { $count } messages
}
# $code (Text)
gap-error-code = Tencent returned error { $code }
# $hours (Number) · $minutes (Text)
length-hours = { $hours } h { $minutes } min
# $minutes (Number)
length-minutes = { $minutes } min
# $seconds (Number)
length-seconds = { $seconds } s
# The start of a day in a heading. $time (Text)
day-from = from { $time }
# $time (Text) · $zone (Text)
day-from-in-zone = from { $time } ({ $zone })
# $label (Text) · $amount (Text)
report-slot-line = { $label }: { $amount }
# $label (Text) · $amount (Text) · $bounds (Text)
report-slot-line-bounds = { $label }: { $amount } ({ $bounds })
report-not-sealed-yet = Live, not sealed yet
share-link-dead-title = This link does not work
share-link-dead-why = It may have expired or been disabled, or the address is incomplete.
share-link-dead-what-to-do = Ask the sender for a new link.
share-link-open = Open
share-link-password-title = This report is password-protected
sign-in-password = Password
error-wrong-password = Incorrect password.
# $seconds (Number)
error-too-many-attempts = Too many attempts. Try again in { $seconds } s.
# $number (Number)
report-number = Report { $number }
# $number (Number) · $revision (Number)
report-number-revision = Report { $number }, revision { $revision }
# $revision (Number)
report-revision = Revision { $revision }
# $revision (Number)
list-revision = revision { $revision }
error-server-fault-title = Something went wrong
error-server-fault = This is an error in Aftershow; its log has the cause. Readings and sealed reports are safe.
# The row of an hour of the stream. $place (Number)
report-nth-hour = { NUMBER($place, type: "ordinal") ->
    [one] { $place }st hour
    [two] { $place }nd hour
    [few] { $place }rd hour
   *[other] { $place }th hour
}
