#!/usr/bin/env bash
# Ten million broken messages through every decoder of the exchange's protocols, in a release build: no trap, and no
# message that takes long. Arguments go to the program: --frames, --seed, --limit.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product fuzz
.build/release/fuzz "$@"
