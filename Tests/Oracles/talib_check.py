#!/usr/bin/env python3
"""Compares `trident indicators` with TA-Lib on generated candles, and on real ones where they are at hand.

    talib_check.py [--trident PATH] [--data DIR]

Every value must agree to 1e-9 (relative, or absolute below one) and start at the same bar. Exit code 1 if not.
"""
import argparse
import csv
import glob
import gzip
import io
import os
import subprocess
import sys
import tempfile

import numpy as np
import talib

COLUMNS = {
    "ema:20": lambda h, l, c: talib.EMA(c, 20),
    "ema:200": lambda h, l, c: talib.EMA(c, 200),
    "sma:50": lambda h, l, c: talib.SMA(c, 50),
    "tr": lambda h, l, c: talib.TRANGE(h, l, c),
    "atr:14": lambda h, l, c: talib.ATR(h, l, c, 14),
    "adx:14": lambda h, l, c: talib.ADX(h, l, c, 14),
    "plus_di:14": lambda h, l, c: talib.PLUS_DI(h, l, c, 14),
    "minus_di:14": lambda h, l, c: talib.MINUS_DI(h, l, c, 14),
    "rsi:14": lambda h, l, c: talib.RSI(c, 14),
    "max:20": lambda h, l, c: talib.MAX(h, 20),
    "min:20": lambda h, l, c: talib.MIN(l, 20),
}


def random_candles(rng, count, kind):
    """Candles on a grid of 0.1: a walk, a walk with plateaus and gaps, or a flat line with few moves."""
    if kind == "walk":
        close = 1000 + np.cumsum(rng.integers(-30, 31, count)) / 10
    elif kind == "plateaus":
        close = 1000 + np.cumsum(rng.integers(-60, 61, count) * (rng.random(count) < 0.2)) / 10
    else:
        close = 1000 + np.cumsum(rng.integers(-5, 6, count) * (rng.random(count) < 0.01)) / 10
    close = np.maximum(close, 100)
    open_ = np.concatenate([[close[0]], close[:-1]])
    wick = 0 if kind == "flat" else 15
    high = np.maximum(open_, close) + rng.integers(0, wick + 1, count) / 10
    low = np.minimum(open_, close) - rng.integers(0, wick + 1, count) / 10
    return [np.round(column, 1) for column in (open_, high, low, close)]


def write_csv(path, columns):
    with open(path, "w", newline="") as file:
        file.write("timestamp,open,high,low,close,volume\n")
        for index, row in enumerate(zip(*columns)):
            file.write(f"{1577836800 + 900 * index}," + ",".join(repr(float(value)) for value in row) + ",1\n")


def read_candles(path):
    with gzip.open(path, "rt") as file:
        rows = list(csv.DictReader(file))
    return [np.array([float(row[name]) for row in rows]) for name in ("open", "high", "low", "close")]


def compare(trident, path, columns, name):
    command = [trident, "indicators", "--input", path, "--columns", ",".join(COLUMNS)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = list(csv.DictReader(io.StringIO(output)))
    _, high, low, close = columns
    failures = 0
    for column, oracle in COLUMNS.items():
        expected = oracle(high, low, close)
        ours = np.array([float(row[column]) if row[column] else np.nan for row in rows])
        if len(ours) != len(expected):
            print(f"{name} {column}: {len(ours)} rows, expected {len(expected)}")
            failures += 1
            continue
        starts = np.isnan(ours) != np.isnan(expected)
        error = np.abs(ours - expected) / np.maximum(1, np.abs(expected))
        worst = np.nanmax(error) if not np.all(np.isnan(error)) else 0
        if starts.any() or worst > 1e-9:
            at = int(np.flatnonzero(starts)[0]) if starts.any() else int(np.nanargmax(error))
            print(f"{name} {column}: bar {at}: {ours[at]} here, {expected[at]} in TA-Lib")
            failures += 1
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trident", default=".build/release/trident")
    parser.add_argument("--data", default="../shared/data/sample")
    arguments = parser.parse_args()
    failures = runs = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(12):
            for kind in ("walk", "plateaus", "flat"):
                columns = random_candles(np.random.default_rng(seed), 1500, kind)
                path = os.path.join(folder, f"{kind}{seed}_spot_15m.csv")
                write_csv(path, columns)
                failures += compare(arguments.trident, path, columns, f"{kind} {seed}")
                runs += 1
    for path in sorted(glob.glob(os.path.join(arguments.data, "*_spot_15m.csv.gz"))):
        failures += compare(arguments.trident, path, read_candles(path), os.path.basename(path))
        runs += 1
    print(f"TA-Lib {talib.__version__}: {runs} series x {len(COLUMNS)} columns, {failures} differences")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
