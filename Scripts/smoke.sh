#!/usr/bin/env bash
# Half a minute: the program starts, reads, decides, trades and writes, and refuses nonsense.
set -euo pipefail
cd "$(dirname "$0")/.."
trident=.build/release/trident
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

step() { echo "smoke: $1"; }
step "it answers"
"$trident" --help >/dev/null
"$trident" config show >/dev/null
step "it decides and trades on the demo market"
"$trident" backtest --quiet --out "$folder/demo" >/dev/null
python3 - "$folder/demo/summary.json" <<'PYTHON'
import json, sys
summary = json.load(open(sys.argv[1]))
assert summary["signals"] > 0, "no signal on the demo market"
assert summary["trades"] > 0, "no trade on the demo market"
assert summary["data"] and all(series["synthetic"] for series in summary["data"]), "demo data must say so"
print(f"smoke: {summary['signals']} signals, {summary['trades']} trades, journal {summary['journal_hash']}")
PYTHON
for file in trades.csv equity.csv decisions.jsonl report.html; do
    [ -s "$folder/demo/$file" ] || { echo "smoke: $file is missing or empty" >&2; exit 1; }
done
step "it refuses nonsense with exit code 2"
set +e
"$trident" backtest --data "$folder/nothing" >/dev/null 2>"$folder/error"
code=$?
set -e
[ "$code" = 2 ] && [ "$(wc -l <"$folder/error")" -ge 1 ] || { echo "smoke: wrong exit code $code for missing data" >&2; exit 1; }
echo "smoke: passed"
