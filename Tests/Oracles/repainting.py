#!/usr/bin/env python3
"""Measures what repainting costs: how the compatibility view of closed bars changes as bars are added.

    repainting.py [--command "PATH smc"] [--input FILE.csv.gz] [--first BAR] [--bars N]

The view is made again after every bar of a window, as a bot on this library would do it, and compared with the view
made one bar earlier. Then one toy rule is traded twice: as the finished table suggests, and when it was first shown.
Prints the tables of docs/compatibility.md. The same input gives the same numbers.
"""
import argparse
import csv
import gzip
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

SWING = ["--swing-length", "5"]
# Name, options, columns that say what the row is.
FUNCTIONS = [
    ("fvg", [], 1), ("swing_highs_lows", SWING, 1), ("bos_choch", SWING, 2), ("ob", SWING, 1),
    ("liquidity", SWING, 1), ("previous_high_low", ["--time-frame", "1D"], 2),
    ("sessions", ["--session", "London"], 1), ("retracements", SWING, 3),
]
# What the toy rule trades, and the sign of the trade for a 1: against swings, with everything else.
TRADED = {"swing_highs_lows": -1, "bos_choch": 1, "ob": 1, "fvg": 1}
HOLD = 16
AFTER = 480


class View:
    """One function's table, kept up to date bar by bar."""

    def __init__(self, options, columns, command, folder):
        self.name, self.options, self.event_columns = options[0], options[1], columns
        self.command, self.folder = command, folder
        self.rows = []
        self.changed_rows = self.changed_cells = self.steps = 0
        self.oldest = 0
        self.first_shown = {}
        self.first_shown_inside = {}

    def read(self, path):
        call = self.command + ["--input", path, "--compat", "smartmoneyconcepts", "--function", self.name]
        result = subprocess.run(call + self.options, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{' '.join(call)}: {result.stderr.strip()}")
        return result.stdout.split("\n")[1:-1]

    def event(self, row):
        cells = row.split(",")[:self.event_columns]
        return None if all(cell in ("", "0") for cell in cells) else tuple(cells)

    def advance(self, path):
        new = self.read(path)
        last = len(new) - 1
        if self.rows:
            self.steps += 1
            for index, (before, after) in enumerate(zip(self.rows, new)):
                if before != after:
                    self.changed_rows += 1
                    self.changed_cells += sum(a != b for a, b in zip(before.split(","), after.split(",")))
                    self.oldest = max(self.oldest, last - index)
                    self.note(index, after, last)
                elif index == last - 1:
                    self.note(index, after, last)
            self.note(last, new[last], last)
        self.rows = new

    def note(self, index, row, last):
        event = self.event(row)
        if event is not None:
            self.first_shown.setdefault((index, event), last)
            if index < last:
                self.first_shown_inside.setdefault((index, event), last)


def candles(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt") as file:
        return list(csv.reader(file))


def write(path, header, rows):
    with open(path, "w") as file:
        file.write("\n".join(",".join(row) for row in [header] + rows) + "\n")


def grow(view, header, rows, first, bars):
    path = os.path.join(view.folder, f"btcusd_spot_15m_{view.name}.csv")
    for count in range(first, first + bars + 1):
        write(path, header, rows[:count])
        view.advance(path)
    write(path, header, rows[:first + bars + AFTER])
    view.final = view.read(path)
    return view


def events_between(view, table, start, end):
    found = ((index, view.event(table[index])) for index in range(start, end))
    return {(index, event) for index, event in found if event is not None}


def report_changes(view, first, bars):
    start, end = first, first + bars - 200
    shown = {key: at for key, at in view.first_shown.items() if start <= key[0] < end}
    final = events_between(view, view.final, start, end)
    gone = sum(key not in final for key in shown)
    delays = [shown[key] - key[0] for key in final if key in shown]
    print(f"| `{view.name}` | {view.changed_rows / view.steps:.2f} | {view.changed_cells / view.steps:.2f} | {view.oldest} | "
          f"{len(shown)} | {gone} ({100 * gone / max(1, len(shown)):.0f} %) | {len(final)} | "
          f"{statistics.median(delays) if delays else '-'} | {max(delays) if delays else '-'} |")


def sign(view, event):
    return TRADED[view.name] * (1 if "1" in event else -1)


def result(trades, close):
    """Number, hit rate, mean return in basis points with its standard error."""
    returns = [1e4 * side * (close[bar + HOLD] / close[bar] - 1) for bar, side in trades]
    hits = sum(value > 0 for value in returns) / max(1, len(returns))
    if len(returns) < 2:
        return f"{len(returns)} | - | -"
    error = statistics.stdev(returns) / len(returns) ** 0.5
    return f"{len(returns)} | {100 * hits:.0f} % | {statistics.mean(returns):+.1f} ± {error:.1f}"


def report_rule(view, close, first, bars):
    start, end = first, first + bars - 200
    final = events_between(view, view.final, start, end)
    hindsight = [(index, sign(view, event)) for index, event in sorted(final)]
    known = sorted((at, sign(view, event)) for (index, event), at in view.first_shown_inside.items() if start <= index < end)
    print(f"| `{view.name}` | {result(hindsight, close)} | {result(known, close)} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", default=".build/release/trident smc")
    parser.add_argument("--input", default="../shared/data/sample/btcusd_kraken_spot_15m.csv.gz")
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--bars", type=int, default=3000)
    arguments = parser.parse_args()
    header, *rows = candles(arguments.input)
    close = [float(row[header.index("close")]) for row in rows]
    if len(rows) < arguments.first + arguments.bars + AFTER or arguments.bars <= 200:
        parser.error(f"the file has {len(rows)} bars; needed: first + bars + {AFTER}, and more than 200 bars")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as pool:
        views = [View((name, options), columns, shlex.split(arguments.command), folder) for name, options, columns in FUNCTIONS]
        views = list(pool.map(lambda view: grow(view, header, rows, arguments.first, arguments.bars), views))
    print(f"{os.path.basename(arguments.input)}: {arguments.bars} bars added one by one to {arguments.first}, swing length 5\n")
    print("| function | closed rows changed per added bar | cells | oldest changed row, bars ago | events shown | later gone or altered "
          "| events in the finished table | shown after, median bars | at most |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for view in views:
        report_changes(view, arguments.first, arguments.bars)
    print(f"\nHeld for {HOLD} bars, close to close, no costs; returns in basis points per trade, ± one standard error\n")
    print("| function | trades by the finished table | hit rate | mean | trades as known at the time | hit rate | mean |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for view in views:
        if view.name in TRADED:
            report_rule(view, close, arguments.first, arguments.bars)


if __name__ == "__main__":
    main()
