#!/usr/bin/env bash
# All benchmarks, as ratios to reference loops measured in the same run. Arguments go to the benchmark program:
#   --compare  names what lost more than 10 % against Benchmarks/baseline.json
#   --record   stores this run's ratios there
#   --gate     makes a missed goal or a loss an error
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product benchmarks
failed=0
.build/release/benchmarks "$@" || failed=$?

swift build -c release --product trident
gate=()
case " $* " in *" --gate "*) gate=(--gate) ;; esac
echo
python3 Benchmarks/live_loop.py "${gate[@]}" || failed=$?

# The comparisons with Python libraries need them and the recorded candles.
minutes=../shared/data/spot/btcusdt_binance_spot_1m_2020-2023.csv.gz
python=.venv/bin/python
if [ ! -x "$python" ]; then
    echo "bench: not compared with Python libraries: run Scripts/setup.sh --oracles first"
    exit "$failed"
fi
echo
if [ -f "$minutes" ]; then
    "$python" Benchmarks/compare_backtesting_py.py --file "$minutes" "${gate[@]}" || failed=$?
else
    echo "bench: not compared with backtesting.py: no recorded candles at $minutes"
fi
echo
"$python" Tests/Oracles/smartmoneyconcepts.py --benchmark 35000 || failed=$?
exit "$failed"
