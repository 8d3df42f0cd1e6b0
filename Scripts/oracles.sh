#!/usr/bin/env bash
# Compares with independent libraries on the same inputs. Each script names every difference it finds.
set -euo pipefail
cd "$(dirname "$0")/.."
for script in talib_check smartmoneyconcepts ema_cross kraken_sdk; do
    [ -f "Tests/Oracles/$script.py" ] || continue
    .venv/bin/python "Tests/Oracles/$script.py"
done
Scripts/simulate.sh
