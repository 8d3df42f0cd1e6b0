#!/usr/bin/env bash
# Runs a command with a real PostgreSQL server beside it, made for the purpose and gone afterwards:
# TRIDENT_TEST_DATABASE_URL names it. Installs the server where it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
Scripts/setup.sh --postgres
programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
place=$(mktemp -d)
as_server=()
# The server refuses to be run by root.
if [ "$(id -u)" = 0 ]; then
    chown postgres "$place"
    as_server=(runuser -u postgres --)
fi
stop() {
    "${as_server[@]}" "$programs/pg_ctl" -D "$place/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$place"
}
trap stop EXIT
(cd "$place" && "${as_server[@]}" "$programs/initdb" -D "$place/data" -U trident -A trust >"$place/log" 2>&1) \
    || { cat "$place/log" >&2; exit 1; }
(cd "$place" && "${as_server[@]}" "$programs/pg_ctl" -D "$place/data" -w -t 60 -l "$place/data/server.log" \
    -o "-c listen_addresses='' -k $place -c fsync=off -c max_connections=200" start >/dev/null) \
    || { cat "$place/data/server.log" >&2; exit 1; }
TRIDENT_TEST_DATABASE_URL="postgresql:///postgres?host=$place&user=trident" "$@"
