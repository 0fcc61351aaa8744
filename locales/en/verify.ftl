verify-please-wait = Please wait
verify-too-many-files = Too many files at once. Try again in a minute.
verify-not-a-report = Not a report
verify-file-too-large = The file is larger than 2 MiB. Reports are never that large.
verify-upload-failed = The file was not received
verify-upload-timeout = The upload took longer than 20 seconds. Please try again.
verify-unavailable = Verification unavailable
verify-database-unavailable = The database is unavailable, so your file has not been checked.
verify-another = Verify another report
verify-compare-totals = Compare these totals with those of the report in front of you:
verify-genuine = Genuine
verify-superseded = Superseded
verify-altered = Altered
verify-not-issued-here = Not issued here
verify-other-key = The file is a report, but it was not signed by a key of this server.
verify-issued-here = Issued here
verify-unknown = Unknown
verify-no-such-fingerprint = No report with this fingerprint was sealed here.
verify-not-a-fingerprint = Not a fingerprint
verify-fingerprint-format = A fingerprint is 16 hexadecimal characters, e.g. 8F3A-91C2-D04B-77E1.
verify-title = Verify a report
verify-intro = Sealed reports are digitally signed. Check here that a report is authentic and unchanged.
verify-file = Report file (JSON or offline web page, up to 2 MiB)
verify-submit-file = Verify file
verify-fingerprint = Or enter the fingerprint on the report (confirms it exists and when it was sealed, not the figures)
verify-look-up = Look up
verify-public-keys = Public keys
# $fingerprint (Text) · $time (Text) · $issuer (Text)
verify-genuine-sentence = { $fingerprint }: sealed { $time } by { $issuer }, unchanged since.
# $fingerprint (Text) · $revision (Text) · $time (Text)
verify-superseded-sentence = { $fingerprint } was issued here and is unchanged, but was replaced by revision { $revision }, sealed { $time }.
# $what (Text)
verify-altered-sentence = Altered: { $what }.
# $why (Text)
verify-not-a-report-sentence = Not a report: { $why }.
# $time (Text)
verify-fingerprint-known = A report with this fingerprint was sealed here, { $time }. To compare its figures, submit its file.
# $time (Text) · $revision (Text) · $replaced (Text)
verify-fingerprint-superseded = A report with this fingerprint was sealed here, { $time }. It was corrected by revision { $revision }, sealed { $replaced }.
# $field (Text)
verify-altered-field = { $field } does not match the seal
verify-altered-figures = the figures do not match the signature
verify-altered-page = the page content does not match its signature
verify-altered-page-unsigned = the page content around the figures is not signed
verify-altered-several = the page contains more than one report
# $field (Text)
verify-altered-added = { $field } was added and is not part of what was sealed
verify-file-over-limit = the file is larger than 2 MiB
verify-not-text = the file is not text
verify-page-without-report = the page contains no report
verify-other-json = it is JSON, but not a report of Aftershow
# $field (Text)
verify-without-proof = { $field } is missing: this is the data of a report without its proof
verify-other-version = it was signed here, but by a version of Aftershow that this version cannot read
# $detail (Text)
verify-not-json = it is not JSON: { $detail }
verify-bad-number = a number is not whole, or exceeds 2^53 − 1
# $key (Text)
verify-repeated-key = the key { $key } appears twice in one object
# $key (Text)
verify-bad-key = the key { $key } is not ASCII
menu-skip-to-content = Skip to content
menu-label = Main menu
menu-verify = Verify
