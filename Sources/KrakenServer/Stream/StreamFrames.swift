import Market
import Venue
import Wire

extension LocalExchange {
    func traded(_ market: Int, _ side: StreamFeeds.Side) -> TradedMarket {
        side == .spot ? tape.markets[market].spot : tape.markets[market].perpetual
    }

    func form(_ market: Int, _ side: StreamFeeds.Side) -> WireForm {
        let listing = tape.markets[market]
        switch side {
        case .spot: return WireForm(priceDecimals: listing.names.priceDecimals, quantityDecimals: 8)
        case .derivatives:
            return WireForm(
                priceDecimals: listing.instrument.tick.wireDecimals,
                quantityDecimals: max(0, listing.instrument.lot.wirePrecision))
        }
    }

    /// The head that every data frame has.
    func frame(_ channel: String, _ type: String, _ fill: (inout JSONWriter) -> Void) -> [UInt8] {
        JSONWriter.text { writer in
            writer.field("channel", channel)
            writer.field("type", type)
            fill(&writer)
        }
    }

    // MARK: Ticker

    mutating func tickerFrame(_ market: Int, _ side: StreamFeeds.Side, _ type: String) -> [UInt8] {
        let day =
            side == .spot
            ? tape.markets[market].spot.day(at: clock) : tape.markets[market].perpetual.day(at: clock)
        let traded = traded(market, side)
        let form = form(market, side)
        let book = traded.book(at: tape.clock)
        return frame("ticker", type) { writer in
            writer.array("data") { writer in
                writer.object { writer in
                    writer.field("symbol", symbol(market, side))
                    if let bid = book.bids.first, let ask = book.asks.first {
                        writer.field("bid", digits: form.price(bid.price))
                        writer.field("bid_qty", digits: form.quantity(bid.quantity))
                        writer.field("ask", digits: form.price(ask.price))
                        writer.field("ask_qty", digits: form.quantity(ask.quantity))
                    }
                    writer.field("last", digits: form.price(traded.last))
                    writer.field("volume", digits: form.quantity(day.volume))
                    writer.field("vwap", digits: day.averagePrice.cut(form.priceDecimals))
                    writer.field("low", digits: form.price(day.low))
                    writer.field("high", digits: form.price(day.high))
                    writer.field("change", digits: form.price(traded.last - day.open))
                    writer.field("change_pct", day.change(to: traded.last).formatted2)
                    writer.field("trades", day.trades)
                    writer.field("timestamp", clock.rfc3339(digits: 6))
                }
            }
        }
    }

    // MARK: Trades

    func tradesFrame(_ prints: some Sequence<TradePrint>, _ market: Int, _ side: StreamFeeds.Side, _ type: String)
        -> [UInt8]
    {
        let form = form(market, side)
        return frame("trade", type) { writer in
            writer.array("data") { writer in
                for print in prints {
                    writer.object { writer in
                        writer.field("symbol", symbol(market, side))
                        writer.field("side", print.side.trade)
                        writer.field("price", digits: form.price(print.price))
                        writer.field("qty", digits: form.quantity(print.quantity))
                        writer.field("ord_type", print.number % 3 == 0 ? "market" : "limit")
                        writer.field("trade_id", print.number)
                        writer.field("timestamp", print.time.rfc3339(digits: 6))
                    }
                }
            }
        }
    }

    // MARK: Book

    func bookFrame(
        bids: [BookLevel], asks: [BookLevel], of book: Book, _ market: Int, _ side: StreamFeeds.Side, _ type: String
    ) -> [UInt8] {
        let form = form(market, side)
        func levels(_ levels: [BookLevel], _ writer: inout JSONWriter) {
            for level in levels {
                writer.object { writer in
                    writer.field("price", digits: form.price(level.price))
                    writer.field("qty", digits: form.quantity(level.quantity))
                }
            }
        }
        return frame("book", type) { writer in
            writer.array("data") { writer in
                writer.object { writer in
                    writer.field("symbol", symbol(market, side))
                    writer.array("bids") { writer in levels(bids, &writer) }
                    writer.array("asks") { writer in levels(asks, &writer) }
                    writer.field("checksum", form.checksum(book))
                    writer.field("timestamp", clock.rfc3339(digits: 6))
                }
            }
        }
    }

    // MARK: Candles

    func candlesFrame(
        _ candles: [ChartCandle], _ channel: StreamFeeds.Channel, _ side: StreamFeeds.Side, _ type: String
    ) -> [UInt8]? {
        guard case .ohlc(let market, let minutes, _) = channel else { return nil }
        let form = form(market, side)
        return frame("ohlc", type) { writer in
            writer.field("timestamp", clock.rfc3339(digits: 9))
            writer.array("data") { writer in
                for candle in candles {
                    writer.object { writer in
                        writer.field("symbol", symbol(market, side))
                        writer.field("open", digits: form.price(candle.open))
                        writer.field("high", digits: form.price(candle.high))
                        writer.field("low", digits: form.price(candle.low))
                        writer.field("close", digits: form.price(candle.close))
                        writer.field("trades", candle.trades)
                        writer.field("volume", digits: form.quantity(candle.volume))
                        writer.field("vwap", digits: candle.averagePrice.cut(form.priceDecimals))
                        writer.field("interval_begin", candle.openTime.rfc3339(digits: 9))
                        writer.field("interval", minutes)
                        writer.field("timestamp", (candle.openTime + .minutes(minutes)).rfc3339(digits: 6))
                    }
                }
            }
        }
    }

    // MARK: Instruments

    func instrumentFrame(_ side: StreamFeeds.Side, _ type: String) -> [UInt8] {
        frame("instrument", type) { writer in
            writer.object("data") { writer in
                writer.array("assets") { writer in
                    for name in ["USD"] + listed.map({ tape.markets[$0].names.base }) {
                        writer.object { writer in assetFields(name, &writer) }
                    }
                }
                writer.array("pairs") { writer in
                    for market in tape.markets.indices {
                        writer.object { writer in instrumentFields(market, side, &writer) }
                    }
                }
            }
        }
    }

    private func assetFields(_ name: String, _ writer: inout JSONWriter) {
        writer.field("id", name)
        writer.field("status", "enabled")
        writer.field("precision", name == "USD" ? 4 : 10)
        writer.field("precision_display", name == "USD" ? 2 : 5)
        writer.field("borrowable", false)
        writer.field("collateral_value", name == "USD" ? 1 : 0)
        writer.field("margin_rate", 0)
    }

    private func instrumentFields(_ market: Int, _ side: StreamFeeds.Side, _ writer: inout JSONWriter) {
        let listing = tape.markets[market]
        let form = form(market, side)
        let isSpot = side == .spot
        writer.field("symbol", symbol(market, side))
        writer.field("base", listing.names.base)
        writer.field("quote", listing.names.quote)
        writer.field("status", isSpot ? "online" : listing.state.word)
        writer.field("qty_precision", isSpot ? 8 : listing.instrument.lot.wirePrecision)
        // In exponent form on Spot, as recorded.
        writer.field("qty_increment", digits: isSpot ? "1e-08" : listing.instrument.lot.description)
        writer.field("price_precision", form.priceDecimals)
        writer.field("price_increment", isSpot ? listing.spot.tick : listing.instrument.tick)
        writer.field("tick_size", isSpot ? listing.spot.tick : listing.instrument.tick)
        writer.field("cost_precision", 5)
        writer.field("cost_min", digits: "0.5")
        writer.field("qty_min", digits: isSpot ? "0.00005" : listing.instrument.minimum.description)
        writer.field("marginable", !isSpot)
        writer.field("has_index", true)
        guard !isSpot else { return }
        writer.field("position_limit_long", listing.instrument.maximumPosition)
        writer.field("position_limit_short", listing.instrument.maximumPosition)
    }
}

extension MarketCondition {
    /// The word of an instrument's `status`.
    var word: String {
        if isDelisted { return "delisted" }
        if isSuspended { return "maintenance" }
        if isCancelOnly { return "cancel_only" }
        if isPostOnly { return "post_only" }
        return "online"
    }
}
