#!/usr/bin/env bash
# The whole live program against the simulated exchange, in a release build: 200 runs of twelve hours with every kind of
# fault, each twice and equal; the same on the unified surface once; every death of the scripted lives; every planted bug.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product trident
trident=.build/release/trident
$trident simulate --days 0.5 --seeds 200 --twice
$trident simulate --days 0.5 --seeds 50 --surface unified --seed 1000
# Seeds of longer runs that broke once.
$trident simulate --days 3 --seed 5019 --quiet
$trident simulate --days 5 --seed 5094 --quiet
$trident simulate --crash-matrix
$trident simulate --sabotage
