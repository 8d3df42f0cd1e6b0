#!/usr/bin/env python3
"""Runs the yardstick strategy ema-cross in Trident and in backtesting.py on the same candles and rules.

    ema_cross.py [--trident PATH] [--data DIR] [--bars N]

Rules: EMA 50/200 cross both ways, market entry at the next open, stop 2 ATR14, target 3 ATR14, size from a fixed
fraction of equity at risk, taker fee on every fill, one position at a time. Trades must agree one to one in side, bars,
size and prices, final equity to 0.01 %. Exit code 1 if not.

Conventions that differ, and how they are brought together here:
1. Trident's prices lie on the contract's tick and its sizes are whole lots; stop and target are rounded to the tick
   toward the market, sizes down to the lot. The oracle's strategy rounds in the same way.
2. backtesting.py knows whole units only: its prices are divided by the lots in a coin, so that one unit is one lot.
3. The library fills a market order at the next open and charges commission at entry and exit; Trident runs with zero
   latency, spread and impact to do the same.
4. Within a bar the library tries the stop before the target; Trident's path model `worst` does so too.
5. The library fills a target that the open has already passed at the open; Trident's targets are take-profit market
   orders here, which do the same. (Resting limit orders, its default, would fill at their own price.)
6. A trade that is open when the data ends is closed by both at the last close, with a fee.
7. A signal whose stop or target the library would refuse (the next open beyond it is not known to it) does not occur:
   both place them from the close of the signal's bar.
"""
import argparse
import csv
import gzip
import json
import math
import os
import subprocess
import sys
import tempfile
import warnings
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import pandas as pd
import talib
from backtesting import Backtest, Strategy

EQUITY = 10_000
RISK = 0.0005
FEE = 0.0005
LOTS_A_COIN = 10_000  # PF_XBTUSD: 0.0001 BTC
TICK = 1  # dollar


def settings():
    values = {
        "strategy.preset": "ema-cross", "risk.gates": "none", "risk.size_includes_costs": "false",
        "risk.per_trade": str(RISK), "risk.leverage_cap": "10", "account.equity": str(EQUITY),
        "costs.taker_fee": str(FEE), "costs.maker_fee": str(FEE), "costs.half_spread": "0", "costs.impact": "0",
        "costs.entry_slippage": "0", "costs.stop_slippage": "0", "costs.funding_without_data": "0",
        "simulation.order_latency": "0s", "simulation.feed_latency": "0s", "simulation.jitter": "0s",
        "simulation.participation": "off", "simulation.path": "worst", "trading.target_orders": "take-profit",
        "trading.breaks_even": "false", "trading.trail_atr": "off", "trading.trails_structure": "false",
        "trading.closes_on_broken_premise": "false", "backtest.random_runs": "0", "backtest.warm_up": "0s",
    }
    return [word for key, value in values.items() for word in ("--set", f"{key}={value}")]


def on_tick(price, up):
    """To the tick in the named direction, as an exact decimal with the 12 decimals of Trident's fractions."""
    exact = Decimal(repr(price))
    return float((exact / TICK).to_integral_value(ROUND_CEILING if up else ROUND_FLOOR) * TICK)


class EmaCross(Strategy):
    def init(self):
        scale = LOTS_A_COIN
        close = np.asarray(self.data.Close) * scale
        self.fast = self.I(talib.EMA, close, 50)
        self.slow = self.I(talib.EMA, close, 200)
        high, low = np.asarray(self.data.High) * scale, np.asarray(self.data.Low) * scale
        self.atr = self.I(talib.ATR, high, low, close, 14)
        self.above = None

    def next(self):
        fast, slow, atr = self.fast[-1], self.slow[-1], self.atr[-1]
        if math.isnan(slow) or fast == slow:
            return
        above = fast > slow
        crossed = self.above is not None and above != self.above
        self.above = above
        if not crossed or self.position or self.orders:
            return
        close = self.data.Close[-1] * LOTS_A_COIN
        sign = 1 if above else -1
        stop = close * (1 - sign * round(2 * atr / close, 12))
        target = close * (1 + sign * round(3 * atr / close, 12))
        stop, target = on_tick(round(stop, 6), above), on_tick(round(target, 6), not above)
        distance = abs(close - stop)
        lots = math.floor(min(self.equity * RISK / distance, 10 * self.equity / close) * LOTS_A_COIN * (1 + 1e-12))
        if lots < 1:
            return
        order = self.buy if above else self.sell
        order(size=lots, sl=stop / LOTS_A_COIN, tp=target / LOTS_A_COIN)


def oracle(frame):
    scaled = frame.copy()
    for column in ("Open", "High", "Low", "Close"):
        scaled[column] = scaled[column] / LOTS_A_COIN
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stats = Backtest(scaled, EmaCross, cash=EQUITY, commission=FEE, margin=0.01, finalize_trades=True).run()
    return stats["_trades"], stats["Equity Final [$]"]


def trident(command, folder, out):
    call = [command, "backtest", "--data", folder, "--symbol", "BTC/USD", "--out", out, "--quiet"] + settings()
    result = subprocess.run(call, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"trident failed ({result.returncode}): {result.stderr.strip()}")
    trades = list(csv.DictReader(open(os.path.join(out, "trades.csv"))))
    return trades, float(json.load(open(os.path.join(out, "summary.json")))["final_equity"])


def compare(name, frame, step, command):
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        os.mkdir(data)
        timeframe = {60: "1m", 900: "15m"}[step]
        with open(os.path.join(data, f"btcusd_spot_{timeframe}.csv"), "w") as file:
            file.write("timestamp,open,high,low,close,volume\n")
            for time, row in zip(frame.index.astype("int64") // 10**9, frame.to_numpy()):
                file.write(f"{time}," + ",".join(repr(float(v)) for v in row) + "\n")
        extra = [] if step == 60 else ["--set", f"strategy.ema_cross.timeframe={timeframe}"]
        global settings_extra
        ours, equity = trident_with(command, data, os.path.join(folder, "out"), extra)
    theirs, expected = oracle(frame)
    times = frame.index
    problems = []
    if len(ours) != len(theirs):
        problems.append(f"{len(ours)} trades here, {len(theirs)} in backtesting.py")
    theirs = theirs.sort_values(["EntryBar", "ExitBar"])
    for number, (mine, (_, other)) in enumerate(zip(ours, theirs.iterrows()), 1):
        opened, closed = pd.Timestamp(mine["opened_at"]), pd.Timestamp(mine["closed_at"])
        entry_bar = times.searchsorted(opened.tz_localize(None), "right") - 1
        # A fill at the very end of a bar belongs to it, one at the very start to the bar that starts.
        exit_bars = {times.searchsorted(closed.tz_localize(None), side) - 1 for side in ("left", "right")}
        side = "long" if other["Size"] > 0 else "short"
        facts = [
            ("side", mine["side"], side), ("entry bar", entry_bar, other["EntryBar"]),
            ("quantity", round(float(mine["quantity"]) * LOTS_A_COIN), abs(int(other["Size"]))),
            ("entry price", float(mine["entry_price"]), other["EntryPrice"] * LOTS_A_COIN),
            ("exit price", float(mine["exit_price"]), other["ExitPrice"] * LOTS_A_COIN),
        ]
        for fact, left, right in facts:
            same = abs(left - right) <= 1e-9 * abs(right) if isinstance(left, float) else left == right
            if not same:
                problems.append(f"trade {number}: {fact} is {left} here, {right} in backtesting.py")
        if other["ExitBar"] not in exit_bars and mine["exit_reason"] != "end_of_data":
            problems.append(f"trade {number}: exit bar is {exit_bars} here, {other['ExitBar']} in backtesting.py")
    if abs(equity / expected - 1) > 1e-4:
        problems.append(f"final equity is {equity} here, {expected} in backtesting.py")
    print(f"{name}: {len(frame)} bars, {len(ours)} trades, final equity {equity:.4f} here, {expected:.4f} there, "
          f"{len(problems)} differences")
    for problem in problems[:12]:
        print("  " + problem)
    return len(problems)


def trident_with(command, data, out, extra):
    call = [command, "backtest", "--data", data, "--symbol", "BTC/USD", "--out", out, "--quiet"] + settings() + extra
    result = subprocess.run(call, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"trident failed ({result.returncode}): {result.stderr.strip()}")
    trades = list(csv.DictReader(open(os.path.join(out, "trades.csv"))))
    return trades, float(json.load(open(os.path.join(out, "summary.json")))["final_equity"])


def generated(seed, count):
    """A walk with jumps on a grid of one dollar."""
    rng = np.random.default_rng(seed)
    close = 20_000 + np.cumsum(np.round(rng.standard_t(3, count) * 12))
    close = np.maximum(close, 2_000)
    open_ = np.concatenate([[close[0]], close[:-1]]) + np.where(rng.random(count) < 0.02, rng.integers(-60, 61, count), 0)
    high = np.maximum(open_, close) + rng.integers(0, 15, count)
    low = np.minimum(open_, close) - rng.integers(0, 15, count)
    index = pd.date_range("2021-01-01", periods=count, freq="min")
    return pd.DataFrame({"Open": open_, "High": high, "Low": low, "Close": close, "Volume": 1.0}, index=index)


def recorded(path, bars):
    with gzip.open(path, "rt") as file:
        frame = pd.read_csv(file, nrows=bars)
    frame.index = pd.to_datetime(frame.pop("timestamp"), unit="s")
    frame.columns = ["Open", "High", "Low", "Close", "Volume"]
    return frame.astype("float64")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trident", default=".build/release/trident")
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--bars", type=int, default=60_000, help="bars of the recorded 1-minute file")
    arguments = parser.parse_args()
    failures = 0
    for seed in range(3):
        failures += compare(f"generated {seed}", generated(seed, 12_000), 60, arguments.trident)
    sample = os.path.join(arguments.data, "sample/btcusd_kraken_spot_15m.csv.gz")
    if os.path.exists(sample):
        failures += compare("Kraken 15m sample", recorded(sample, None), 900, arguments.trident)
    minutes = os.path.join(arguments.data, "spot/btcusdt_binance_spot_1m_2020-2023.csv.gz")
    if os.path.exists(minutes):
        failures += compare("recorded 1m", recorded(minutes, arguments.bars), 60, arguments.trident)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
