"""Trades on the local exchange with a client that we did not write: python-kraken-sdk.

Starts `trident exchange` with a throw-away TLS certificate, points the SDK's REST and WebSocket clients of Spot and
Derivatives at it, and checks each answer. Every wait ends by an event or a time-out; nothing here knows how the
exchange works inside.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
SYMBOL = "PF_XBTUSD"


class Failed(Exception):
    pass


checks = 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        raise Failed(what)


def certificate(folder):
    """A self-signed certificate for 127.0.0.1, as files."""
    cert, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


class Exchange:
    """The process under test, from its ready line to its end."""

    def __init__(self, cert, key):
        binary = ROOT / ".build/release/trident"
        arguments = [
            str(binary), "exchange", "--port", "0", "--seed", "7", "--speed", "60", "--format", "json",
            "--tls-certificate", str(cert), "--tls-key", str(key),
        ]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        check(line.strip(), "the exchange prints one line when it is ready")
        self.ready = json.loads(line)

    def stop(self):
        self.process.terminate()
        try:
            code = self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failed("the exchange did not end within 15 s of SIGTERM")
        check(code == 0, f"the exchange ends with 0 after SIGTERM, not {code}")


class Inbox:
    """Frames of one socket; `expect` waits for one that fits."""

    def __init__(self):
        self.frames = []
        self.changed = asyncio.Condition()

    async def __call__(self, frame):
        async with self.changed:
            self.frames.append(frame)
            self.changed.notify_all()

    async def expect(self, what, fits):
        async def wait():
            async with self.changed:
                while True:
                    for frame in self.frames:
                        if isinstance(frame, dict) and fits(frame):
                            return frame
                    await self.changed.wait()

        try:
            found = await asyncio.wait_for(wait(), PATIENCE)
        except asyncio.TimeoutError:
            tail = [json.dumps(frame)[:300] for frame in self.frames[-8:]]
            raise Failed(f"{what} did not come; last frames: {tail}") from None
        check(True, what)
        return found


def eventually(what, probe):
    """Asks again until the probe gives something true; the exchange's own time is running."""
    deadline = time.monotonic() + PATIENCE
    while True:
        value = probe()
        if value:
            check(True, what)
            return value
        if time.monotonic() > deadline:
            raise Failed(what)
        time.sleep(0.05)


def refused(what, call, *kinds):
    try:
        answer = call()
    except kinds:
        check(True, what)
        return
    raise Failed(f"{what}: answered {answer}")


def run(conversation):
    """Runs a conversation to its end. The SDK's sockets are left open: closing them may wait for ever."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(conversation)


def spot_rest(base):
    from kraken.exceptions import KrakenUnknownAssetError
    from kraken.spot import Market

    market = Market(url=base)
    check(market.get_system_status()["status"] == "online", "system status is online")
    pairs = market.get_asset_pairs(pair=["XBTUSD", "ETHUSD"])
    check(pairs["XXBTZUSD"]["wsname"] == "XBT/USD", "asset pairs are found by altname")
    check(pairs["XETHZUSD"]["lot_decimals"] == 8, "asset pairs tell their decimals")
    ohlc = market.get_ohlc(pair="XBTUSD", interval=60)
    key = next(name for name in ohlc if name != "last")
    rows = ohlc[key]
    check(key == "XXBTZUSD", "the result key is the exchange's own name")
    check(1 < len(rows) <= 721, "at most 720 candles and the forming one")
    check(all(a[0] + 3600 == b[0] for a, b in zip(rows, rows[1:])), "candles follow each other by the hour")
    check(ohlc["last"] == rows[-2][0], "last is the last finished candle")
    for row in rows:
        opened, high, low, close = (float(text) for text in row[1:5])
        check(low <= min(opened, close) and max(opened, close) <= high, "a candle holds its open and close")
    ticker = market.get_ticker(pair="XBTUSD")["XXBTZUSD"]
    check(float(ticker["b"][0]) < float(ticker["a"][0]), "bid is below ask")
    trades = market.get_recent_trades(pair="XBTUSD")
    rows = trades["XXBTZUSD"]
    ids = [row[6] for row in rows]
    check(ids == list(range(ids[0], ids[0] + len(ids))), "trade ids have no hole")
    check(int(trades["last"]) > 10**18, "the cursor is in nanoseconds")
    book = market.get_order_book(pair="XBTUSD", count=10)["XXBTZUSD"]
    check(float(book["bids"][0][0]) < float(book["asks"][0][0]), "the book is not crossed")
    refused("an unknown pair", lambda: market.get_ticker(pair="NOPE"), KrakenUnknownAssetError)


async def spot_stream(urls, base):
    from kraken.spot import Market, SpotOrderBookClient, SpotWSClient

    inbox = Inbox()
    # The SDK adds the version to the address by itself.
    address = urls["spot_ws"].removesuffix("/v2")
    client = SpotWSClient(rest_url=base, ws_url=address, callback=inbox)
    await asyncio.wait_for(client.start(), PATIENCE)
    for channel, extra in (("ticker", {}), ("trade", {"snapshot": True}), ("ohlc", {"interval": 1})):
        await client.subscribe(params={"channel": channel, "symbol": ["BTC/USD"], **extra})
        await inbox.expect(
            f"spot {channel} data",
            lambda frame, name=channel: frame.get("channel") == name and frame["data"][0]["symbol"] == "BTC/USD",
        )
    await client.subscribe(params={"channel": "ticker", "symbol": ["NO/PE"]})
    await inbox.expect("a refusal of an unknown pair", lambda frame: frame.get("success") is False)

    # The SDK's own book client checks the CRC-32 of each update and resubscribes when one is wrong.
    updates = []

    class Book(SpotOrderBookClient):
        async def on_book_update(self, pair, message):
            updates.append((self.get(pair=pair)["valid"], message))

    # It takes no addresses, so its classes are told.
    SpotOrderBookClient.WS_URL = address
    Market.URL = base
    book = Book(depth=10)
    await asyncio.wait_for(book.start(), PATIENCE)
    await book.add_book(pairs=["BTC/USD"])
    deadline = time.monotonic() + PATIENCE
    while len(updates) < 20 and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    check(len(updates) >= 20, "twenty book updates arrive")
    check(all(valid for valid, _ in updates), "every checksum is right")


def futures_market(base):
    from kraken.futures import Market

    market = Market(url=base)
    instruments = {entry["symbol"]: entry for entry in market.get_instruments()["instruments"]}
    check(instruments[SYMBOL]["type"] == "flexible_futures", "the perpetual is listed")
    check("lastTradingTime" not in instruments[SYMBOL], "a perpetual has no last trading time")
    ticker = next(entry for entry in market.get_tickers()["tickers"] if entry["symbol"] == SYMBOL)
    check(ticker["bid"] < ticker["ask"], "futures bid is below ask")
    check(abs(ticker["markPrice"] / ticker["indexPrice"] - 1) < 0.05, "mark lies near the index")
    book = market.get_orderbook(symbol=SYMBOL)["orderBook"]
    check(book["bids"][0][0] < book["asks"][0][0], "futures book is not crossed")
    check(len(market.get_trade_history(symbol=SYMBOL)["history"]) > 0, "there are public trades")
    rates = market.get_historical_funding_rates(symbol=SYMBOL)["rates"]
    check(len(rates) > 1 and rates[0]["timestamp"] < rates[-1]["timestamp"], "funding rates rise in time")
    check("relativeFundingRate" in rates[-1], "funding rates are told as fractions too")
    check(sorted(market.get_tick_types()) == ["mark", "spot", "trade"], "charts have three kinds of price")
    candles = market.get_ohlc(tick_type="trade", symbol=SYMBOL, resolution="1h")["candles"]
    check(len(candles) > 1 and isinstance(candles[0]["open"], str), "chart prices are texts")
    statuses = market.get_instruments_status()["instrumentStatus"]
    check(any(entry["tradeable"] == SYMBOL for entry in statuses), "market states are told")
    return ticker


def futures_account(base, keys):
    from kraken.exceptions import KrakenAuthenticationError
    from kraken.futures import Market, User

    user = User(key=keys["futures_key"], secret=keys["futures_secret"], url=base)
    flex = user.get_wallets()["accounts"]["flex"]
    check(float(flex["portfolioValue"]) == float(keys["equity_usd"]), "the wallet holds the deposit")
    check(user.get_open_positions()["openPositions"] == [], "no position is open")
    check(user.get_open_orders()["openOrders"] == [], "no order is open")
    check("notifications" in user.get_notifications(), "notifications are answered")
    leverage = Market(key=keys["futures_key"], secret=keys["futures_secret"], url=base)
    check("leveragePreferences" in leverage.get_leverage_preference(), "leverage preferences are answered")
    wrong = User(key=keys["futures_key"], secret="AAAA" + keys["futures_secret"][4:], url=base)
    refused("a wrong signature", wrong.get_wallets, KrakenAuthenticationError)
    stranger = User(key="stranger", secret=keys["futures_secret"], url=base)
    refused("an unknown key", stranger.get_wallets, KrakenAuthenticationError)
    return user


def futures_orders(base, keys, ticker):
    """The life of orders by REST alone."""
    from kraken.exceptions import KrakenInsufficientAvailableFundsError
    from kraken.futures import Trade, User

    trade = Trade(key=keys["futures_key"], secret=keys["futures_secret"], url=base)
    user = User(key=keys["futures_key"], secret=keys["futures_secret"], url=base)
    far = round(ticker["bid"] * 0.8)
    client_id = str(uuid.uuid4())
    sent = trade.create_order(
        orderType="lmt", size="0.001", symbol=SYMBOL, side="buy", limitPrice=far, cliOrdId=client_id
    )
    check(sent["sendStatus"]["status"] == "placed", "a far limit order is placed")
    order_id = sent["sendStatus"]["order_id"]
    check(sent["sendStatus"]["orderEvents"][0]["type"] == "PLACE", "the answer tells the order")
    listed = user.get_open_orders()["openOrders"]
    check([entry["order_id"] for entry in listed] == [order_id], "the order is listed")
    check(listed[0]["cliOrdId"] == client_id, "with our id")
    again = trade.create_order(
        orderType="lmt", size="0.001", symbol=SYMBOL, side="buy", limitPrice=far, cliOrdId=client_id
    )
    check(again["sendStatus"]["status"] == "clientOrderIdAlreadyExist", "a client id is taken once")
    state = trade.get_orders_status(cliOrdIds=[client_id])["orders"][0]
    check(state["status"] == "ENTERED_BOOK", "the order's state is told by our id")
    edited = trade.edit_order(orderId=order_id, limitPrice=far - 1, size="0.002")
    check(edited["editStatus"]["status"] == "edited", "an order is edited")
    listed = user.get_open_orders()["openOrders"][0]
    check(float(listed["limitPrice"]) == far - 1 and float(listed["unfilledSize"]) == 0.002, "with its new terms")
    cancelled = trade.cancel_order(order_id=order_id)
    check(cancelled["cancelStatus"]["status"] == "cancelled", "an order is cancelled")
    check(
        trade.cancel_order(order_id=order_id)["cancelStatus"]["status"] == "notFound",
        "a cancelled order is not found",
    )
    refused(
        "an order beyond the account's means",
        lambda: trade.create_order(orderType="mkt", size="900", symbol=SYMBOL, side="buy"),
        KrakenInsufficientAvailableFundsError,
    )

    bought = trade.create_order(orderType="mkt", size="0.01", symbol=SYMBOL, side="buy")
    executed = bought["sendStatus"]["orderEvents"][0]
    check(bought["sendStatus"]["status"] == "placed", "a market order is placed, although it filled at once")
    check(executed["type"] == "EXECUTION" and executed["amount"] == 0.01, "its execution is in the answer")
    check(user.get_open_orders()["openOrders"] == [], "a filled order is in no list")
    position = user.get_open_positions()["openPositions"][0]
    check(position["side"] == "long" and position["size"] == 0.01, "the position is told")
    fill = eventually("the fill is listed", lambda: trade.get_fills()["fills"])[0]
    check(fill["order_id"] == bought["sendStatus"]["order_id"], "under its order")
    check("fee_paid" not in fill, "fills of REST carry no fee")

    below, above = round(executed["price"] * 0.9), round(executed["price"] * 1.1)
    stop = trade.create_order(
        orderType="stp", size="0.01", symbol=SYMBOL, side="sell", stopPrice=below, triggerSignal="mark",
        reduceOnly=True,
    )
    check(stop["sendStatus"]["status"] == "placed", "a stop is placed")
    take = trade.create_order(
        orderType="take_profit", size="0.01", symbol=SYMBOL, side="sell", stopPrice=above, triggerSignal="spot",
        reduceOnly=True,
    )
    check("orderTrigger" in take["sendStatus"]["orderEvents"][0], "a trigger order is told as one")
    kinds = sorted(entry["orderType"] for entry in user.get_open_orders()["openOrders"])
    check(kinds == ["stop", "take_profit"] or kinds == ["stp", "take_profit"], "untriggered stops are listed")
    batch = trade.create_batch_order(
        batchorder_list=[
            {"order": "send", "order_tag": "1", "orderType": "lmt", "symbol": SYMBOL, "side": "buy", "size": 0.001,
             "limitPrice": far, "cliOrdId": str(uuid.uuid4())},
            {"order": "cancel", "order_id": take["sendStatus"]["order_id"]},
        ]
    )
    states = sorted(entry["status"] for entry in batch["batchStatus"])
    check(states == ["cancelled", "placed"], "a batch places and cancels")

    armed = trade.dead_mans_switch(timeout=60)
    check(armed["status"]["triggerTime"] > armed["status"]["currentTime"], "the dead-man switch is armed")
    check(trade.dead_mans_switch(timeout=0)["status"]["triggerTime"] == "0", "and disarmed")
    trade.dead_mans_switch(timeout=20)
    eventually(
        "the dead-man switch cancels all, the stop too", lambda: user.get_open_orders()["openOrders"] == []
    )
    check(len(user.get_open_positions()["openPositions"]) == 1, "the dead-man switch closes no position")
    sold = trade.create_order(orderType="mkt", size="0.01", symbol=SYMBOL, side="sell", reduceOnly=True)
    check(sold["sendStatus"]["status"] == "placed", "the position is closed")
    check(user.get_open_positions()["openPositions"] == [], "and gone")
    check(
        trade.cancel_all_orders()["cancelStatus"]["status"] == "noOrdersToCancel", "there is nothing left to cancel"
    )
    executions = user.get_execution_events()["elements"]
    check(len(executions) == 2, "the history holds both executions")
    log = user.get_account_log()["logs"]
    check(any(entry["info"] == "futures trade" for entry in log), "the account log holds the trades")


async def futures_stream(urls, base, keys):
    from kraken.futures import FuturesWSClient, Trade

    host = urls["futures_ws"].split("://", 1)[1]
    inbox = Inbox()
    client = FuturesWSClient(key=keys["futures_key"], secret=keys["futures_secret"], url=host, callback=inbox)
    await asyncio.wait_for(client.start(), PATIENCE)
    for feed, first in (("ticker", "ticker"), ("book", "book_snapshot"), ("trade", "trade_snapshot")):
        await client.subscribe(feed=feed, products=[SYMBOL])
        await inbox.expect(
            f"futures {feed} data", lambda frame, name=first: frame.get("feed") == name and "event" not in frame
        )
    for feed, first in (
        ("open_orders", "open_orders_snapshot"), ("fills", "fills_snapshot"), ("open_positions", "open_positions"),
        ("balances", "balances_snapshot"), ("account_log", "account_log_snapshot"),
    ):
        await client.subscribe(feed=feed)
        await inbox.expect(
            f"futures {feed} data", lambda frame, name=first: frame.get("feed") == name and "event" not in frame
        )

    trade = Trade(key=keys["futures_key"], secret=keys["futures_secret"], url=base)
    bought = trade.create_order(orderType="mkt", size="0.01", symbol=SYMBOL, side="buy")
    order_id = bought["sendStatus"]["order_id"]
    frame = await inbox.expect(
        "the fill by the feed",
        lambda frame: frame.get("feed") == "fills"
        and any(fill["order_id"] == order_id for fill in frame.get("fills", [])),
    )
    fill = next(entry for entry in frame["fills"] if entry["order_id"] == order_id)
    check(fill["buy"] is True and fill["qty"] == 0.01 and fill["fill_type"] == "taker", "the fill is ours")
    check(abs(fill["fee_paid"] - fill["price"] * fill["qty"] * 0.0005) < 1e-6, "its fee is five basis points")
    await inbox.expect(
        "the position by the feed",
        lambda frame: frame.get("feed") == "open_positions"
        and any(entry["balance"] == 0.01 and entry["instrument"] == SYMBOL for entry in frame.get("positions", [])),
    )
    stop = trade.create_order(
        orderType="stp", size="0.01", symbol=SYMBOL, side="sell", stopPrice=round(fill["price"] * 0.9),
        triggerSignal="mark", reduceOnly=True,
    )["sendStatus"]["order_id"]
    await inbox.expect(
        "the stop by the feed",
        lambda frame: frame.get("feed") == "open_orders" and frame.get("order", {}).get("order_id") == stop,
    )
    trade.create_order(orderType="mkt", size="0.01", symbol=SYMBOL, side="sell", reduceOnly=True)
    await inbox.expect(
        "the stop goes with the position",
        lambda frame: frame.get("feed") == "open_orders" and frame.get("is_cancel") is True
        and (frame.get("order_id") == stop or frame.get("order", {}).get("order_id") == stop),
    )
    books = [frame for frame in inbox.frames if frame.get("feed") in ("book", "book_snapshot") and "seq" in frame]
    sequences = [frame["seq"] for frame in books]
    check(
        sequences == list(range(sequences[0], sequences[0] + len(sequences))), "the book's sequence has no hole"
    )


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cert, key = certificate(folder)
        os.environ["REQUESTS_CA_BUNDLE"] = os.environ["SSL_CERT_FILE"] = str(cert)
        exchange = Exchange(cert, key)
        try:
            ready = exchange.ready
            base = ready["spot_rest"]
            keys = ready["accounts"][0]
            spot_rest(base)
            run(spot_stream(ready, base))
            ticker = futures_market(base)
            futures_account(base, keys)
            futures_orders(base, keys, ticker)
            run(futures_stream(ready, base, keys))
        finally:
            exchange.stop()
    print(f"python-kraken-sdk on the local exchange: {checks} checks passed")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        print(f"FAILED: {failure}", file=sys.stderr, flush=True)
        os._exit(1)
    sys.stdout.flush()
    # Not sys.exit: the SDK's open sockets would be waited for.
    os._exit(0)
