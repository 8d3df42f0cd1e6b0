#!/usr/bin/env bash
# Line coverage of the core by the tests, with its floors.
set -euo pipefail
cd "$(dirname "$0")/.."
swift test --enable-code-coverage >/dev/null
profile=$(swift test --show-codecov-path)
python3 - "$profile" <<'PYTHON'
import json, os, sys

floors = {"Strategy": 90, "Risk": 95, "Trading": 90, "Exchange": 90}
totals = {}
for unit in json.load(open(sys.argv[1]))["data"][0]["files"]:
    parts = unit["filename"].split("/Sources/")
    if len(parts) != 2 or "/.build/" in unit["filename"]:
        continue
    target = parts[1].split("/")[0]
    lines = unit["summary"]["lines"]
    covered, count = totals.get(target, (0, 0))
    totals[target] = (covered + lines["covered"], count + lines["count"])
failed = False
for target, (covered, count) in sorted(totals.items()):
    share = 100 * covered / count
    floor = floors.get(target)
    verdict = "" if floor is None else f"   floor {floor} %: {'ok' if share >= floor else 'MISSED'}"
    failed |= floor is not None and share < floor
    print(f"{target:15} {share:6.2f} %  of {count:5} lines{verdict}")
sys.exit(1 if failed else 0)
PYTHON
