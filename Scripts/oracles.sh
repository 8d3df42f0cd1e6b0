#!/usr/bin/env bash
# Compares with independent libraries on the same inputs. Each script names every difference it finds.
set -euo pipefail
cd "$(dirname "$0")/.."
for script in talib_check smartmoneyconcepts ema_cross kraken_sdk; do
    [ -f "Tests/Oracles/$script.py" ] || continue
    .venv/bin/python "Tests/Oracles/$script.py"
done
Scripts/simulate.sh
# The real program is killed at random, and its books are compared with the exchange.
.venv/bin/python Scripts/kills.py --kills 12
