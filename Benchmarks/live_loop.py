#!/usr/bin/env python3
"""What a live session costs while it runs: processor and memory, two symbols at real speed against the local exchange."""
import argparse, json, os, resource, subprocess, sys, tempfile, time

GOAL_PROCESSOR, GOAL_MEMORY = 2.0, 100.0


def used(process):
    """Seconds of processor time and megabytes of memory."""
    with open(f"/proc/{process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds, int(fields[21]) * resource.getpagesize() / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trident", default=".build/release/trident")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--gate", action="store_true", help="leave with code 1 when a goal is missed")
    given = parser.parse_args()
    trident = os.path.abspath(given.trident)
    exchange = subprocess.Popen([trident, "exchange", "--port", "0", "--format", "json", "--quiet"],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        ready = json.loads(exchange.stdout.readline())
        account = ready["accounts"][0]
        keys = {f"KRAKEN_{kind.upper()}": account[kind] for kind in ("futures_key", "futures_secret")}
        with tempfile.TemporaryDirectory() as folder:
            session = subprocess.Popen(
                [trident, "live", "--confirm", "main", "--endpoint", ready["spot_rest"], "--set", "monitoring.port=0"],
                cwd=folder, env={**os.environ, **keys}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                time.sleep(10)
                before, began = used(session)[0], time.time()
                time.sleep(given.seconds)
                after, memory = used(session)
                share = 100 * (after - before) / (time.time() - began)
            finally:
                session.terminate()
                session.wait(30)
    finally:
        exchange.terminate()
        exchange.wait()
    isMissed = share > GOAL_PROCESSOR or memory > GOAL_MEMORY
    print(f"live loop at real speed: {share:.2f} % of a core (goal {GOAL_PROCESSOR:g}), {memory:.0f} MB (goal {GOAL_MEMORY:g})"
          + (" MISSED" if isMissed else ""))
    return 1 if given.gate and isMissed else 0


if __name__ == "__main__":
    sys.exit(main())
