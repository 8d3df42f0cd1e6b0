#!/usr/bin/env python3
"""Compares the compatibility view with the Python library smartmoneyconcepts 0.0.27, cell by cell.

    smartmoneyconcepts.py [--command "PATH smc"] [--seeds N] [--any-input] [--data DIR]
    smartmoneyconcepts.py [--command "PATH smc"] --benchmark BARS
    smartmoneyconcepts.py --write-fixtures FOLDER

Generated candles (walks, plateaus and equal highs, flat and monotone lines, jumps, missing bars, few bars) and real
ones where they are at hand. `--any-input` adds what a candle reader refuses but the view itself answers: NaN, infinite,
negative and zero prices, full-precision numbers, high below low, times out of order, no bars. Exit code 1 on any
difference. For `--benchmark` the command must take `--timing` and then print `computed in X ms` on stderr, the fastest
of several computations in one process. `--write-fixtures` makes the golden files of the Swift tests from the library.
"""
import argparse
import glob
import io
import os
import shlex
import subprocess
import sys
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

# This file is called like the library, which must not be looked for beside it.
sys.path.pop(0)
os.environ["SMC_CREDIT"] = "0"
import numpy as np
import pandas as pd

warnings.simplefilter("ignore")
np.seterr(all="ignore")
TOLERANCE = 1e-12


def library():
    with open(os.devnull, "w") as silence:
        stdout, sys.stdout = sys.stdout, silence
        try:
            from smartmoneyconcepts import smc
        finally:
            sys.stdout = stdout
    if smc.__version__ != "0.0.27":
        sys.exit(f"smartmoneyconcepts 0.0.27 is needed, found {smc.__version__}")
    return smc


SMC = library()

SESSIONS = ["Sydney", "Tokyo", "London", "New York", "Asian kill zone", "London open kill zone",
            "New York kill zone", "london close kill zone"]


def cases(length, any_input):
    """(name, options of the command, call of the library) for one swing length."""
    swing = ["--swing-length", str(length)]
    swings = lambda frame: SMC.swing_highs_lows(frame, length)
    yield "swing_highs_lows", swing, swings
    yield "retracements", swing, lambda f: SMC.retracements(f, swings(f))
    for flag in (True, False):
        text = "true" if flag else "false"
        yield "bos_choch", swing + ["--close-break", text], lambda f, flag=flag: SMC.bos_choch(f, swings(f), flag)
        yield "ob", swing + ["--close-mitigation", text], lambda f, flag=flag: SMC.ob(f, swings(f), flag)
    for percent in (0.01, 0.1, 0.5) + ((0.0, -0.01, 3.0) if any_input else ()):
        yield ("liquidity", swing + ["--range-percent", str(percent)],
               lambda f, percent=percent: SMC.liquidity(f, swings(f), percent))


def plain_cases(any_input):
    yield "fvg", [], lambda f: SMC.fvg(f)
    yield "fvg", ["--join-consecutive"], lambda f: SMC.fvg(f, True)
    for frame in ("1h", "4h", "7h", "1D", "3D", "W", "W-WED", "90min", "15min", "ME", "MS", "1M"):
        yield "previous_high_low", ["--time-frame", frame], lambda f, frame=frame: SMC.previous_high_low(f, frame)
    for name in SESSIONS:
        yield "sessions", ["--session", name], lambda f, name=name: SMC.sessions(f, name)
    for start, end, zone in (("22:30", "3:15", "UTC"), ("8:00", "8:00", "UTC"), ("09:07", "17:45", "UTC+3"),
                             ("09:00", "17:00", "GMT-11")):
        yield ("sessions", ["--session", "Custom", "--start-time", start, "--end-time", end, "--time-zone", zone],
               lambda f, s=start, e=end, z=zone: SMC.sessions(f, "Custom", s, e, z))


def candles(rng, count, kind):
    """Candles on a grid of 0.1, so that equal highs are frequent."""
    steps = {
        "walk": lambda: rng.integers(-30, 31, count),
        "plateaus": lambda: rng.integers(-60, 61, count) * (rng.random(count) < 0.2),
        "few levels": lambda: rng.integers(-1, 2, count) * 10,
        "flat": lambda: np.zeros(count, dtype=int),
        "rising": lambda: rng.integers(0, 30, count),
        "falling": lambda: -rng.integers(0, 30, count),
        "jumps": lambda: rng.integers(-5, 6, count) + (rng.random(count) < 0.05) * rng.integers(-900, 901, count),
        "waves": lambda: np.round(60 * np.sin(np.arange(count) / 7)).astype(int) + rng.integers(-20, 21, count),
        "no wicks": lambda: rng.integers(-30, 31, count),
    }[kind]()
    close = np.maximum(10_000 + np.cumsum(steps), 50) / 10
    open_ = np.concatenate([close[:1], close[:-1]])
    if kind in ("jumps", "few levels"):
        open_ = np.where(rng.random(count) < 0.3, close, open_)
    wick = 0 if kind in ("flat", "no wicks") else 15 if kind != "few levels" else 1
    high = np.maximum(open_, close) + rng.integers(0, wick + 1, count) / 10
    low = np.minimum(open_, close) - rng.integers(0, wick + 1, count) / 10
    volume = np.round(rng.exponential(20, count), 3) * (rng.random(count) > 0.1)
    times = 1_577_836_800 + 900 * int(rng.integers(0, 700)) + np.arange(count) * int(rng.choice([900, 3600, 14_400]))
    times = times + np.cumsum((rng.random(count) < 0.02) * rng.integers(1, 400, count)) * 900
    return frame_of(times, np.round(open_, 1), np.round(high, 1), np.round(np.maximum(low, 0.1), 1), np.round(close, 1), volume)


def frame_of(times, *columns):
    names = ("open", "high", "low", "close", "volume")
    return pd.DataFrame(dict(zip(names, (np.asarray(column, dtype=float) for column in columns))),
                        index=pd.to_datetime(np.asarray(times, dtype="int64"), unit="s"))


def restless(rng, count, _):
    """Wide bars on few levels: the only inputs where a bullish and a bearish order block are found to share a bar."""
    close = 100 + np.cumsum(rng.integers(-3, 4, count))
    open_ = np.concatenate([close[:1], close[:-1]])
    open_ = np.where(rng.random(count) < 0.5, open_, close + rng.integers(-2, 3, count))
    wide = (rng.random(count) < 0.2) * rng.integers(0, 12, count)
    high = np.maximum(open_, close) + rng.integers(0, 2, count) + wide
    low = np.minimum(open_, close) - rng.integers(0, 2, count) - wide
    lift = max(0, 1 - int(low.min(initial=1)))
    return frame_of(1_577_836_800 + 900 * np.arange(count), open_ + lift, high + lift, low + lift, close + lift,
                    rng.integers(0, 9, count))


KINDS = ["walk", "plateaus", "few levels", "flat", "rising", "falling", "jumps", "waves", "no wicks"]


def damaged(rng, count, kind):
    """What no candle file may hold."""
    frame = candles(rng, count, "waves" if rng.random() < 0.5 else "walk")
    prices = ["open", "high", "low", "close"]
    if kind == "nan":
        frame = frame.mask(rng.random(frame.shape) < 0.01)
    elif kind == "infinite":
        frame = frame.mask(rng.random(frame.shape) < 0.003, np.inf).mask(rng.random(frame.shape) < 0.003, -np.inf)
        frame["volume"] = frame["volume"].abs()
    elif kind == "negative":
        frame[prices] -= round(frame["close"].mean(), 1)
    elif kind == "precise":
        frame = frame * (1 + rng.random(frame.shape) / 100)
    elif kind == "disorder":
        frame.index = frame.index[rng.permutation(count)]
    elif kind == "crossed":
        frame[["high", "low"]] = frame[["low", "high"]].values
    elif kind == "tiny":
        frame[prices] *= 1e-42
    return frame


DAMAGES = ["nan", "infinite", "negative", "precise", "disorder", "crossed", "tiny"]


def inputs(seeds, any_input, data):
    for seed in range(seeds):
        for kind in KINDS:
            rng = np.random.default_rng([seed, KINDS.index(kind)])
            yield f"{kind} {seed}", candles(rng, int(rng.integers(200, 700)), kind)
        yield f"restless {seed}", restless(np.random.default_rng([seed, 131]), 600, None)
        rng = np.random.default_rng([seed, 100])
        for count in (2, 3, 4, 5, 7, 9, 12, 20, 40):
            yield f"short {count} {seed}", candles(rng, count, KINDS[int(rng.integers(len(KINDS)))])
        if any_input:
            for kind in DAMAGES:
                rng = np.random.default_rng([seed, 200 + DAMAGES.index(kind)])
                yield f"{kind} {seed}", damaged(rng, int(rng.integers(100, 400)), kind)
            yield f"one {seed}", candles(rng, 1, "walk")
            yield f"none {seed}", candles(rng, 0, "walk")
    for path in sorted(glob.glob(os.path.join(data, "*_15m.csv.gz"))):
        rows = pd.read_csv(path, float_precision="round_trip")
        yield os.path.basename(path), frame_of(rows["timestamp"], *(rows[c] for c in ("open", "high", "low", "close", "volume")))


def write(path, frame):
    seconds = frame.index.values.astype("datetime64[s]").astype("int64")
    with open(path, "w") as file:
        file.write("timestamp,open,high,low,close,volume\n")
        for time_, row in zip(seconds, frame.to_numpy()):
            file.write(f"{time_}," + ",".join("" if np.isnan(v) else repr(float(v)) for v in row) + "\n")


def ours(command, path, name, options):
    call = command + ["--input", path, "--compat", "smartmoneyconcepts", "--function", name] + options
    return subprocess.run(call, capture_output=True, text=True)


def difference(result, expected):
    """Says what differs, None if nothing does."""
    if result.returncode != 0:
        return f"exit {result.returncode}: {result.stderr.strip()[:200]}"
    table = pd.read_csv(io.StringIO(result.stdout), float_precision="round_trip", skip_blank_lines=False, dtype="float64")
    if list(table.columns) != list(expected.columns):
        return f"columns {list(table.columns)}, expected {list(expected.columns)}"
    if len(table) != len(expected):
        return f"{len(table)} rows, expected {len(expected)}"
    left, right = table.to_numpy(dtype="float64"), expected.to_numpy(dtype="float64")
    same = (left == right) | (np.isnan(left) & np.isnan(right)) | (np.abs(left - right) <= TOLERANCE * np.abs(right))
    if same.all():
        return None
    row, column = np.argwhere(~same)[0]
    return (f"{(~same).sum()} cells, first {expected.columns[column]} at bar {row}: "
            f"{left[row, column]!r} here, {right[row, column]!r} in the library")


def compare(arguments, command):
    runs = cells = failures = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        for title, frame in inputs(arguments.seeds, arguments.any_input, arguments.data):
            path = os.path.join(folder, "btcusd_spot_15m.csv")
            write(path, frame)
            real = title.endswith(".gz")
            work = list(plain_cases(arguments.any_input))
            for length in ((5, 50) if real else (1, 2, 3, 5, 10) + ((0, 500) if arguments.any_input else ())):
                work += cases(length, arguments.any_input)
            if real:
                work = [w for w in work if w[0] != "sessions" or "London" in w[1]]
            outputs = pool.map(lambda w: ours(command, path, w[0], w[1]), work)
            for (name, options, call), result in zip(work, outputs):
                expected = call(frame.copy())
                runs += 1
                cells += expected.size
                what = difference(result, expected)
                if what:
                    failures += 1
                    if failures <= 40:
                        print(f"{title} ({len(frame)} bars), {name} {' '.join(options)}: {what}")
    print(f"smartmoneyconcepts 0.0.27 (pandas {pd.__version__}, numpy {np.__version__}): "
          f"{runs} tables, {cells} cells, {failures} tables differ")
    return 1 if failures or not runs else 0


def benchmark(count, command):
    """Times every function once with the library's defaults; ours both inside and around the command."""
    frame = candles(np.random.default_rng(1), count, "walk")
    swings = None
    work = [
        ("fvg", [], lambda: SMC.fvg(frame)), ("fvg", ["--join-consecutive"], lambda: SMC.fvg(frame, True)),
        ("swing_highs_lows", [], lambda: SMC.swing_highs_lows(frame)),
        ("bos_choch", [], lambda: SMC.bos_choch(frame, swings)), ("ob", [], lambda: SMC.ob(frame, swings)),
        ("liquidity", [], lambda: SMC.liquidity(frame, swings)),
        ("previous_high_low", ["--time-frame", "1D"], lambda: SMC.previous_high_low(frame, "1D")),
        ("sessions", ["--session", "London"], lambda: SMC.sessions(frame.copy(), "London")),
        ("retracements", [], lambda: SMC.retracements(frame, swings)),
    ]
    total = [0.0, 0.0, 0.0]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "btcusd_spot_15m.csv")
        write(path, frame)
        swings = SMC.swing_highs_lows(frame)
        print(f"{count} bars, swing length 50; our functions find the swings again each time, the library's are handed them")
        for name, options, call in work:
            theirs = min(timed(call) for _ in range(3))
            inside, around = [], []
            for _ in range(3):
                around.append(timed(lambda: ours(command, path, name, options)))
                result = ours(command, path, name, options + ["--timing"])
                words = result.stderr.split()
                if result.returncode == 0 and words[:2] == ["computed", "in"]:
                    inside.append(float(words[2]) / 1000)
            if len(inside) < 3:
                print(f"the command does not answer --timing: {result.stderr.strip()[:200]}")
                return 1
            row = [theirs, min(inside), min(around)]
            total = [a + b for a, b in zip(total, row)]
            print_times(" ".join([name] + options), *row)
    print_times("all", *total)
    return 0


def timed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def print_times(name, theirs, inside, around):
    print(f"{name:36} library {theirs * 1e3:9.1f} ms   ours {inside * 1e3:7.3f} ms   {theirs / inside:8.0f} x"
          f"   (whole command with reading and printing {around * 1e3:6.1f} ms, {theirs / around:5.0f} x)")


def cell(value):
    return "" if np.isnan(value) else repr(int(value)) if value == int(value) else repr(float(value))


def write_fixtures(folder):
    """One file per input: the candles, then every table under a line with its function and options."""
    shapes = [("waves", candles, "waves", 150), ("levels", candles, "few levels", 150), ("jumps", candles, "jumps", 120),
              ("restless", restless, None, 120), ("missing", damaged, "nan", 120),
              ("precise", damaged, "precise", 100), ("short", candles, "walk", 5), ("empty", candles, "walk", 0)]
    for title, make, kind, count in shapes:
        # With seed 50 two order blocks share a bar, which decides how long the second one lives.
        seed = [50, 131] if make is restless else [7, count]
        frame = make(np.random.default_rng(seed), count, kind)
        work = [w for w in plain_cases(False) if w[0] != "previous_high_low" or w[1][1] in ("4h", "1D", "7h", "W", "MS")]
        work = [w for w in work if w[0] != "sessions" or w[1][1] in ("London", "Sydney", "Custom")]
        for length in (1, 3):
            work += [w for w in cases(length, False) if "0.5" not in w[1]]
        with open(os.path.join(folder, title + ".txt"), "w") as file:
            seconds = frame.index.values.astype("datetime64[s]").astype("int64")
            file.write("# candles\ntimestamp,open,high,low,close,volume\n")
            for time_, row in zip(seconds, frame.to_numpy()):
                file.write(f"{time_}," + ",".join(map(cell, row)) + "\n")
            for name, options, call in work:
                table = call(frame.copy())
                file.write("# " + "|".join([name] + options) + "\n" + ",".join(table.columns) + "\n")
                for row in table.to_numpy(dtype="float64"):
                    file.write(",".join(map(cell, row)) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--command", default=".build/release/trident smc")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--any-input", action="store_true")
    parser.add_argument("--data", default="../shared/data/sample")
    parser.add_argument("--benchmark", type=int, metavar="BARS")
    parser.add_argument("--write-fixtures", metavar="FOLDER")
    arguments = parser.parse_args()
    if arguments.write_fixtures:
        return write_fixtures(arguments.write_fixtures)
    command = shlex.split(arguments.command)
    return benchmark(arguments.benchmark, command) if arguments.benchmark else compare(arguments, command)


if __name__ == "__main__":
    sys.exit(main())
