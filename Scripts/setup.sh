#!/usr/bin/env bash
# Installs what a fresh Debian machine lacks. Safe to run again: it does nothing when all is there.
#   setup.sh            what a build needs
#   setup.sh --oracles  also the Python libraries that the tests compare against, in .venv
#   setup.sh --postgres also PostgreSQL, which the tests start for themselves, and its client library
set -euo pipefail
cd "$(dirname "$0")/.."

need_packages=()
[ -f /usr/include/zlib.h ] || need_packages+=(zlib1g-dev)
[ -f /usr/include/sqlite3.h ] || need_packages+=(libsqlite3-dev)
command -v pkg-config >/dev/null || need_packages+=(pkg-config)
if [ "${1:-}" = "--oracles" ]; then
    command -v python3 >/dev/null || need_packages+=(python3)
    python3 -c 'import venv, ensurepip' 2>/dev/null || need_packages+=(python3-venv)
    command -v openssl >/dev/null || need_packages+=(openssl)
fi
if [ "${1:-}" = "--postgres" ]; then
    [ -f /usr/include/postgresql/libpq-fe.h ] || need_packages+=(libpq-dev)
    ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || need_packages+=(postgresql)
fi

if [ ${#need_packages[@]} -gt 0 ]; then
    if ! command -v apt-get >/dev/null; then
        echo "setup: please install: ${need_packages[*]} (no apt-get on this machine)" >&2
        exit 1
    fi
    as_root=""
    if [ "$(id -u)" != 0 ]; then as_root="sudo"; fi
    echo "setup: installing ${need_packages[*]}" >&2
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "${need_packages[@]}" >&2
fi

if ! command -v swift >/dev/null; then
    echo "setup: no Swift toolchain found; install Swift 6.2 or later from https://www.swift.org/install" >&2
    exit 1
fi

if [ "${1:-}" = "--oracles" ]; then
    if ! cmp -s Tests/Oracles/requirements.txt .venv/requirements.txt; then
        echo "setup: installing the Python libraries that the tests compare against" >&2
        python3 -m venv .venv
        .venv/bin/pip install --quiet --disable-pip-version-check -r Tests/Oracles/requirements.txt
        cp Tests/Oracles/requirements.txt .venv/requirements.txt
    fi
fi
