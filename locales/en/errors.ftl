error-this-is-not-the-password = This is not the password.
error-this-was-sent-from-another-site = This was sent from another site, or the public address (AFTERSHOW_PUBLIC_URL) is not the one in the browser.
error-not-from-here = Not from here
# $count (Number)
error-only-rooms-are-added-in-one = only { $count } rooms are added in one go; add this one with the next
error-your-session-has-ended-sign-in = Your session has ended; sign in again.
# $role (Text)
error-this-needs-the-role-ask-an = This needs the role { $role }; ask an admin.
error-this-sign-in-link-was-used = This sign-in link was used already, or is too old.
error-no-app-is-configured-see-aftershow = No app is configured; see `aftershow check`.
error-several-apps-are-configured-say-which = Several apps are configured; say which one by its SDKAppID.
error-the-server-could-not-do-this = The server could not do this; its log has the cause.
error-the-database-refused-the-status-page = The database refused; the status page and the log say why. Nothing was changed.
error-change-your-own-password-under-settings = Change your own password under Settings, with the current one.
error-a-name-is-missing = A name is missing.
error-a-name-holds-no-control-characters = A name holds no control characters.
error-a-links-name = a link's name
error-a-title = a title
error-the-word-for-coins = the word for coins
error-the-issuers-name = the issuer's name
error-the-contact = the contact
error-type-or-paste-one-or-several = Type or paste one or several RoomIds, one a line.
error-this-set-up-link-does-not = This set-up link does not work any more. Start the server again for a new one, or use `aftershow operator add`.
error-the-current-password-is-not-right = The current password is not right.
# $count (Number)
error-a-note-has-at-most-characters = A note has at most { $count } characters.
# $name (Text)
error-name-taken = The name { $name } is already in use.
# $name (Text)
error-no-such-name = There is no entry named { $name }.
# $name (Text)
error-last-admin = { $name } is the last admin, or there is no such user. Make someone else admin first.
# $length (Number)
error-name-too-long = A name has at most 64 characters, this one has { $length }.
