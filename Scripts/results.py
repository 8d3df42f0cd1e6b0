#!/usr/bin/env python3
"""Runs the presets on real data and prints docs/results.md: what was found, good or bad, with the commands.

    Scripts/results.py --data DIR > docs/results.md
"""
import argparse
import json
import subprocess
import sys

TRIDENT = ".build/release/trident"


def run(data, *settings, path="worst", runs=20):
    words = [w for s in (*settings, f"backtest.random_runs={runs}") for w in ("--set", s)]
    call = [TRIDENT, "backtest", "--data", data, "--symbol", "BTC/USD", "--symbol", "ETH/USD", "--quiet",
            "--format", "json", "--path", path] + words
    result = subprocess.run(call, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(result.stderr)
    return json.loads(result.stdout)


def number(value, places=2, sign=False):
    return "–" if value is None else f"{value:{'+' if sign else ''}.{places}f}"


def percent(value, places=1):
    return "–" if value is None else f"{100 * value:+.{places}f} %"


def interval(pair):
    return "–" if pair is None else f"{pair[0]:+.2f} to {pair[1]:+.2f}"


def row(name, s):
    gain = (float(s["final_equity"]) / float(s["initial_equity"])) - 1
    return (f"| {name} | {s['trades']} | {percent(s['win_rate'], 0).lstrip('+')} | {percent(gain)} | "
            f"{number(s['expectancy_r'], 3, True)} | {interval(s['confidence']['expectancy_r'])} | "
            f"{number(s['profit_factor'])} | {number(s['sharpe'], 2, True)} | "
            f"{percent(s['max_drawdown']).lstrip('+')} |")


HEAD = ("| | Trades | Won | Net | Expectancy (R) | 95 % interval | Profit factor | Sharpe | Max drawdown |\n"
        "|---|---:|---:|---:|---:|---|---:|---:|---:|")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    data = parser.parse_args().data
    presets = {name: run(data, f"strategy.preset={name}") for name in ("swing", "intraday")}
    first = presets["swing"]
    print("# Results on real data\n")
    print("This page is printed by `Scripts/results.py --data DIR` and shows what was found, good or bad. The data: 1-minute spot\n"
          f"candles of BTC and ETH, {first['span']['start'][:10]} to {first['span']['end'][:10]} ({first['span']['bars']:,} bars; USDT quotes read as USD),\n"
          "perpetual, mark and funding series of another exchange standing in for Kraken's. 10,000 dollars, 0.5 % of equity at\n"
          "risk a trade, 0.02 % maker and 0.05 % taker fee, the worst path inside each bar unless said otherwise. Nothing was\n"
          "fitted to this data.\n")
    print("## The presets\n")
    print(HEAD)
    for name, summary in presets.items():
        print(row(name, summary))
    print("\nEvery interval of the expectancy holds zero: **no edge is shown**." if all(
        s["confidence"]["expectancy_r"] and s["confidence"]["expectancy_r"][0] <= 0 <= s["confidence"]["expectancy_r"][1]
        for s in presets.values()) else "\nAt least one interval does not hold zero: read the tables below before believing it.")
    print("\n## The path inside a bar\n")
    print(HEAD)
    for name in presets:
        for path in ("worst", "likely", "best"):
            print(row(f"{name}, {path}", run(data, f"strategy.preset={name}", path=path, runs=0)))
    print("\n## Against doing without\n")
    print("| | Net | Max drawdown | Sharpe | Expectancy (R) | At least as good as the preset |\n|---|---:|---:|---:|---:|---:|")
    for name, summary in presets.items():
        for kind, baseline in summary["baselines"].items():
            print(f"| {kind.replace('_', ' ')} ({name}) | {percent(baseline['return'])} | {percent(baseline['max_drawdown']).lstrip('+')} | "
                  f"{number(baseline['sharpe'], 2, True)} | {number(baseline['expectancy_r'], 3, True)} | "
                  f"{percent(baseline['share_at_least_as_good'], 0).lstrip('+')} |")
    print("\n## Each setup alone\n")
    print(HEAD)
    for name in presets:
        for setup in ("ob+fvg", "ob", "fvg", "bos-retest"):
            print(row(f"{name}, {setup}", run(data, f"strategy.preset={name}", f"strategy.setups={setup}", runs=0)))
    print("\n## Other choices\n")
    print(HEAD)
    for name in presets:
        for title, setting in (("ladder of targets", "strategy.exit_plan=ladder"), ("post-only entries", "trading.enters_post_only=true"),
                               ("entry at the middle of the zone", "strategy.entry_point=midpoint"),
                               ("stop behind the protected level", "strategy.stop_base=farther"),
                               ("only after a sweep", "strategy.requires_sweep=true")):
            print(row(f"{name}, {title}", run(data, f"strategy.preset={name}", setting, runs=0)))
    print("\nWith this many rows one or the other looks better by chance alone; none of them is a discovery.\n")
    print("## Where candidates end\n")
    names = sorted({reason for s in presets.values() for reason in s["rejections"]},
                   key=lambda r: -sum(s["rejections"].get(r, 0) for s in presets.values()))
    print("| | " + " | ".join(presets) + " |\n|---|" + "---:|" * len(presets))
    for reason in names:
        print(f"| {reason} | " + " | ".join(str(s["rejections"].get(reason, 0)) for s in presets.values()) + " |")
    for reason in sorted({r for s in presets.values() for r in s["abandoned"]}):
        print(f"| entry not filled: {reason} | " + " | ".join(str(s["abandoned"].get(reason, 0)) for s in presets.values()) + " |")
    print("| traded | " + " | ".join(str(s["trades"]) for s in presets.values()) + " |")


if __name__ == "__main__":
    main()
