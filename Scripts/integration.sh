#!/usr/bin/env bash
# The whole pipeline, from candles to report, for more than 20 synthetic symbols in one portfolio, twice: the second
# run must reproduce the first to the byte.
set -euo pipefail
cd "$(dirname "$0")/.."
trident=.build/release/trident
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for run in first second; do
    "$trident" backtest --quiet --set demo.symbols=24 --set demo.days=240 --out "$folder/$run" >"$folder/$run.txt"
done
python3 - "$folder" <<'PYTHON'
import csv, json, sys
from decimal import Decimal
folder = sys.argv[1]
first, second = (json.load(open(f"{folder}/{run}/summary.json")) for run in ("first", "second"))
assert first == second, "two runs of the same thing differ"
symbols = {series["symbol"] for series in first["data"]}
assert len(symbols) >= 20, f"only {len(symbols)} symbols"
trades = list(csv.DictReader(open(f"{folder}/first/trades.csv")))
assert len(trades) == first["trades"] >= 20, f"{len(trades)} trades"
net = sum(Decimal(trade["net"]) for trade in trades)
assert net == Decimal(first["final_equity"]) - Decimal(first["initial_equity"]), "trades do not add up to the profit"
for trade in trades:
    assert Decimal(trade["gross"]) - Decimal(trade["fees"]) + Decimal(trade["funding"]) == Decimal(trade["net"])
print(f"integration: {len(symbols)} symbols, {first['signals']} signals, {len(trades)} trades, "
      f"journal {first['journal_hash']}: passed")
PYTHON
for file in trades.csv equity.csv decisions.jsonl; do cmp "$folder/first/$file" "$folder/second/$file"; done
