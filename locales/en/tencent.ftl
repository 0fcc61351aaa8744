error-remedy-separator = ;{ " " }
remedy-clock-certificate = check this machine's clock, then the certificate
remedy-scheme-port = check scheme and port of tencent.endpoint, and proxies on the way
remedy-tls = check this machine's clock, tencent.endpoint, and whether a proxy opens encrypted connections
remedy-timeout = check the network and firewall; a slow response from Tencent usually passes by itself
remedy-name-resolution = check tencent.region or tencent.endpoint, and this machine's name server
remedy-connection-closed = check the network and proxies between this machine and Tencent
remedy-http-status = Tencent's service does not send this status; check tencent.endpoint and proxies on the way
error-code-separator = ,{ " " }
remedy-passes = this usually passes by itself; ask Tencent's support if it lasts
remedy-slower = if it lasts, lower tencent.budget_share: other programs use the same SDKAppID
remedy-report = this should not happen; please report it
remedy-support = ask Tencent's support
remedy-credentials = check identifier and secret_key
remedy-secret-key = check tencent.secret_key
remedy-admin = make it an administrator in Tencent's console, or set tencent.identifier to one
remedy-endpoint = check tencent.endpoint and proxies on the way
remedy-stats-command = check tencent.stats_command: get_room_stats, or get_room_statistic
tencent-room-list-page = Tencent does not accept a page of the room list
tencent-room-list-page-remedy = nothing to do if it passes; please report it if it lasts
tencent-60002 = Tencent cannot read the request's address
tencent-60003 = Tencent cannot read the request's JSON
tencent-60004 = Tencent could not check the account or the UserSig
tencent-60005 = Tencent could not check the account or the UserSig
tencent-60006 = the SDKAppID is not valid
tencent-60006-remedy = check tencent.sdkappid
tencent-60007 = more calls a second than Tencent allows
tencent-60008 = Tencent's service timed out
tencent-60009 = Tencent does not know this command
tencent-60010 = this identifier is not an admin of the app
tencent-60011 = more calls a second than this SDKAppID may make
tencent-60012 = the SDKAppID is missing in the request
tencent-60013 = Tencent could not read its own response
tencent-60014 = Tencent's account service timed out
tencent-60015 = Tencent wants accounts as texts
tencent-60016 = this SDKAppID is disabled
tencent-60016-remedy = enable it in Tencent's console
tencent-60017 = requests of this SDKAppID are forbidden
tencent-60018 = too many calls
tencent-60019 = too many calls
tencent-60020 = the app's package has expired or is in arrears
tencent-60020-remedy = renew it in Tencent's console; it works 5 minutes later
tencent-60021 = this machine's IP is not allowed
tencent-60021-remedy = add this machine's public IP to the allow-list of the app, or call from one that is on it
tencent-60025 = SDKAppID, identifier, UserSig or content type of the request is wrong
tencent-60025-remedy = check sdkappid and identifier
tencent-60026 = wrong region for this SDKAppID
tencent-60026-remedy = set tencent.region to the data centre that Tencent's console shows for the app
tencent-60027 = this SDKAppID belongs to another product
tencent-60027-remedy = use the SDKAppID of the live app
tencent-60028 = the trial edition's requests of 24 hours are used up
tencent-60028-remedy = wait, or buy a package
tencent-70001 = the UserSig has expired
tencent-70001-remedy = check this machine's clock
tencent-70002 = the UserSig is empty
tencent-70003 = the UserSig is not valid
tencent-70005 = the UserSig is malformed
tencent-70009 = the UserSig was made with another app's key
tencent-70009-remedy = copy secret_key of this very SDKAppID from Tencent's console
tencent-70013 = the UserSig is of another identifier
tencent-70013-remedy = check tencent.identifier
tencent-70014 = the UserSig is of another SDKAppID
tencent-70014-remedy = check tencent.sdkappid and tencent.endpoint
tencent-70015 = the app has no way of checking this account
tencent-70016 = Tencent has no key of this SDKAppID in this region
tencent-70016-remedy = check tencent.region, then tencent.sdkappid
tencent-70020 = this SDKAppID does not exist in this region
tencent-70020-remedy = check tencent.sdkappid and tencent.region
tencent-70050 = too many wrong signatures; Tencent has locked the account for a minute
tencent-70050-remedy = correct secret_key and wait a minute
tencent-70051 = this account is on Tencent's block list
tencent-70052 = the UserSig is no longer valid
tencent-70107 = this identifier is not an account of the app
tencent-70107-remedy = set tencent.identifier to an administrator's account
tencent-70169 = Tencent's service timed out
tencent-70202 = Tencent's service timed out
tencent-70402 = a parameter of the request is wrong
tencent-70403 = this identifier is not an admin of the app
tencent-70500 = Tencent's service had an internal error
tencent-72010 = too many calls of this account
tencent-100001 = Tencent's live service had an internal error
tencent-100002 = Tencent does not accept this RoomId
tencent-100002-remedy = check it: letter case and blanks count
tencent-100004 = there is no such room
tencent-100004-remedy = it never existed or is gone; Tencent keeps nothing of it
tencent-100007 = the app has no live package
tencent-100007-remedy = buy or renew it in Tencent's console
tencent-100302 = no webhook token is set
tencent-100302-remedy = set one in Tencent's console, and the same as webhook_token here
# $host (Text)
tls-untrusted = the TLS certificate of { $host } is not trusted
# $host (Text)
tls-expired = the TLS certificate of { $host } has expired
# $host (Text)
tls-not-yet-valid = the TLS certificate of { $host } is not valid yet
# $host (Text)
tls-other-host = the TLS certificate of { $host } is for another host
# $host (Text)
tls-not-tls = the response of { $host } is not TLS
# $host (Text)
tls-failed = no TLS connection to { $host } can be made
# $host (Text)
network-timeout = no response from { $host } in time
# $host (Text)
network-name = the name of { $host } cannot be resolved
# $host (Text)
network-connect = no connection to { $host }
# $host (Text)
network-closed = the connection to { $host } was closed before the response was complete
# $host (Text) · $status (Text)
network-http-status = HTTP status { $status } from { $host }
# $host (Text) · $why (Text)
network-invalid-response = invalid response from { $host }: { $why }
# $cause (Text)
network-paused = not sent, calls are paused: { $cause }
# $count (Number)
network-tried = ; tried { $count } times
# $host (Text)
remedy-connect = check the network, and that the firewall lets this machine reach { $host }
# $command (Text) · $percent (Text)
tencent-slowed-command = Tencent asks for fewer calls; { $command } runs at { $percent } of its rate for now
# $seconds (Number)
tencent-slowed-rooms = Tencent asks for fewer calls; rooms are polled every { $seconds } s for now
