#!/usr/bin/env python3
"""Times the yardstick strategy ema-cross in Trident and in backtesting.py, file to result on both sides.

    compare_backtesting_py.py [--trident PATH] [--file CSV.GZ] [--bars N] [--rounds N] [--gate]

Trident plays the whole file. backtesting.py plays its first N bars: its cost per bar does not fall with more of them.
Rules and settings are those of Tests/Oracles/ema_cross.py, which shows that the trades are the same ones. Exit code 1
only with --gate, when Trident does less than 20 times as many bars a second.
"""
import argparse
import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "Tests", "Oracles"))
import ema_cross

GOAL = 20


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def ours(command, path):
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.abspath(path), os.path.join(folder, os.path.basename(path)))
        call = [command, "backtest", "--data", folder, "--quiet", "--format", "json"] + ema_cross.settings()
        # The library makes no bootstrap.
        call += ["--set", "backtest.resamples=40"]
        seconds, result = timed(lambda: subprocess.run(call, capture_output=True, text=True))
    if result.returncode != 0:
        sys.exit(f"trident failed ({result.returncode}): {result.stderr.strip()}")
    return seconds


def theirs(path, bars):
    """Seconds with and without reading the file."""
    reading, frame = timed(lambda: ema_cross.recorded(path, bars))
    running, _ = timed(lambda: ema_cross.oracle(frame))
    return reading + running, running, len(frame)


def count(path):
    with gzip.open(path, "rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) - 1


def shown(name, seconds, bars):
    rate = bars / statistics.median(seconds)
    spread = (max(seconds) - min(seconds)) / 2 / statistics.median(seconds)
    print(f"{name:44} {rate / 1e6:8.4f} M bars/s   {bars} bars, median of {len(seconds)}, ±{spread:.0%}")
    return rate


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trident", default=".build/release/trident")
    parser.add_argument("--file", default="../shared/data/spot/btcusdt_binance_spot_1m_2020-2023.csv.gz")
    parser.add_argument("--bars", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--gate", action="store_true")
    arguments = parser.parse_args()
    total = count(arguments.file)
    # By turns, so that a busy machine slows both.
    pairs = [(ours(arguments.trident, arguments.file), theirs(arguments.file, arguments.bars))
             for _ in range(arguments.rounds)]
    mine = shown("ema-cross: trident, file to result", [a for a, _ in pairs], total)
    other = shown("ema-cross: backtesting.py, file to result", [b[0] for _, b in pairs], pairs[0][1][2])
    shown("ema-cross: backtesting.py, run alone", [b[1] for _, b in pairs], pairs[0][1][2])
    print(f"{mine / other:.1f} times as many bars a second, goal ≥ {GOAL}: {'ok' if mine >= GOAL * other else 'MISSED'}")
    return 1 if arguments.gate and mine < GOAL * other else 0


if __name__ == "__main__":
    sys.exit(main())
