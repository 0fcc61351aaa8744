demo-waits-for-sign-in = Demo · the scenario starts when you sign in
demo-cue-replay = the scenario starts again
demo-replay = Replay
demo-hide = Hide
demo-label = Demo
demo-show-bar = Show demo bar
demo-amounts-separator = ,{ " " }
demo-counter = Counter
demo-this-report = This report
demo-ground-truth = Simulator's ground truth
demo-as-of = As of
demo-disable-link = Disable
demo-enable-link = Enable again
demo-phone-label = The shared report as a recipient sees it on a phone
demo-share-and-revoke = Share it, revoke it
demo-recipient-view = This is exactly what recipients see: no account, no cookies.
demo-close-preview = Close preview ×
demo-tamper-test = Tamper test: this JSON has one digit changed,{ " " }
demo-full-stop = { "." }{ " " }
demo-download-file = Download the file
demo-submit-to-verify = Submit it to /verify
demo-no-qr-code = No QR code: the demo only listens on this machine. Start it with --listen 0.0.0.0:3000 to open the link from a phone on the same network.
demo-qr-code = On a phone in the same network:
# $event (Text) · $time (Text)
demo-next-cue = Demo · next: { $event } in { $time }
# $name (Text)
demo-cue-starts = { $name } starts
# $name (Text)
demo-cue-battle = { $name } starts a PK
# $name (Text)
demo-cue-record = { $name } sets a record
# $name (Text)
demo-cue-large-gift = { $name } gets one large gift
# $name (Text)
demo-cue-no-response = { $name } stops responding
# $name (Text)
demo-cue-possibly-ended = { $name } seems to end
# $name (Text)
demo-cue-recovers = { $name } responds again
# $name (Text)
demo-cue-ends = { $name } ends
# $interval (Number) · $grace (Number)
demo-speed = Tencent is simulated. Polling every { $interval } s, grace period { $grace } s, so you can see a full cycle in three minutes.
# $amounts (Text)
demo-ground-truth-match = Simulator's ground truth: { $amounts } · match ✓ (compare ›)
# $amounts (Text)
demo-ground-truth-differs = Simulator's ground truth: { $amounts } · no match ✗ (compare ›)
