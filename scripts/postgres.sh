#!/usr/bin/env bash
# Runs a command with a PostgreSQL server of its own: scripts/postgres.sh cargo test --features ssr --lib store
#
# The server lives in a temporary directory, listens on a Unix socket only and ends with the command, which finds it by
# TEST_POSTGRES_URL. Without PostgreSQL, Debian's package is installed where that is possible; else the command runs without
# a server, and tests that need one are skipped (with REQUIRE_POSTGRES=1 they fail).
set -euo pipefail

[ $# -gt 0 ] || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }

find_binaries() {
    local directory
    for directory in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr) "$(dirname "$(command -v initdb || echo /)")"; do
        if [ -x "$directory/initdb" ]; then
            echo "$directory"
            return
        fi
    done
    return 1
}

# Debian's package would create a cluster and start it; only the programs are wanted.
install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    echo "postgres.sh: installing Debian's package postgresql" >&2
    mkdir -p /etc/postgresql-common
    grep -qs '^create_main_cluster' /etc/postgresql-common/createcluster.conf ||
        echo 'create_main_cluster = false' >>/etc/postgresql-common/createcluster.conf
    apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >&2
}

if ! binaries=$(find_binaries) && ! { install && binaries=$(find_binaries); }; then
    echo "postgres.sh: no PostgreSQL; tests that need it are skipped" >&2
    [ -z "${REQUIRE_POSTGRES:-}" ] || exit 1
    exec "$@"
fi

directory=$(mktemp -d /tmp/aftershow-postgres.XXXXXX)
as_owner=()
if [ "$(id -u)" = 0 ]; then
    # The server refuses to run as root.
    owner=$(id -u postgres 2>/dev/null || id -u nobody)
    chown "$owner" "$directory"
    as_owner=(setpriv --reuid="$owner" --clear-groups)
fi

run() { (cd "$directory" && "${as_owner[@]}" env -i PATH="$PATH" LC_ALL=C.UTF-8 "$@"); }

finish() {
    run "$binaries/pg_ctl" -D "$directory/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$directory"
}
trap finish EXIT
trap 'exit 130' INT TERM

# C.UTF-8 and not C: with LC_CTYPE C, trigrams find nothing in Chinese and Japanese text.
run "$binaries/initdb" -D "$directory/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
run "$binaries/pg_ctl" -D "$directory/data" -l "$directory/log" -w start -o \
    "-k $directory -c listen_addresses= -c max_connections=500 -c fsync=${POSTGRES_FSYNC:-off} -c full_page_writes=off" >/dev/null ||
    { cat "$directory/log" >&2; exit 1; }
run "$binaries/psql" -q -h "$directory" -U postgres -c 'CREATE EXTENSION pg_trgm' >/dev/null

export TEST_POSTGRES_URL="postgres://postgres@localhost/postgres?host=${directory//\//%2F}"
status=0
"$@" || status=$?
exit "$status"
