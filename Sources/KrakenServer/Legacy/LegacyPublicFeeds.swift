import Market
import Venue
import Wire

extension LocalExchange {
    /// What a new listener of a product is told first.
    mutating func snapshot(_ feed: LegacyFeeds.Product, _ market: Int, _ connection: ConnectionID) {
        switch feed {
        case .ticker: send(legacyTicker(market), to: connection)
        case .tickerLite: send(legacyTickerLite(market), to: connection)
        case .trade: send(tradeSnapshot(market), to: connection)
        case .book:
            if legacy.listeners(.book, market).isEmpty {
                legacy.books[market].book = tape.markets[market].perpetual.book(at: tape.clock)
                legacy.books[market].sequence += 1
            }
            send(bookSnapshot(market), to: connection)
        }
    }

    /// Writes what a move of the market brought.
    mutating func tellLegacy(_ move: Tape.Move) {
        for trade in move.trades {
            let listeners = legacy.listeners(.trade, trade.market)
            guard !listeners.isEmpty else { continue }
            broadcast(
                JSONWriter.text { writer in tradeFields(trade.print, trade.market, "trade", &writer) }, to: listeners)
        }
        for market in tape.markets.indices {
            tellBook(market)
            tellTickers(market)
        }
    }

    /// One frame for each level that changed.
    private mutating func tellBook(_ market: Int) {
        let listeners = legacy.listeners(.book, market)
        guard !listeners.isEmpty else { return }
        let new = tape.markets[market].perpetual.book(at: tape.clock)
        let old = legacy.books[market].book
        legacy.books[market].book = new
        for side in Side.allCases {
            for level in old.changes(to: new, side) {
                legacy.books[market].sequence += 1
                let sequence = legacy.books[market].sequence
                let frame = JSONWriter.text { writer in
                    writer.field("feed", "book")
                    writer.field("product_id", tape.markets[market].names.contract)
                    writer.field("side", side.trade)
                    writer.field("seq", sequence)
                    writer.field("price", level.price)
                    writer.field("qty", level.quantity)
                    writer.field("timestamp", milliseconds: clock)
                }
                broadcast(frame, to: listeners)
            }
        }
    }

    /// At most one frame a second for each product.
    private mutating func tellTickers(_ market: Int) {
        let full = legacy.listeners(.ticker, market)
        let lite = legacy.listeners(.tickerLite, market)
        guard !full.isEmpty || !lite.isEmpty else { return }
        guard clock - legacy.tickedAt[market] >= .seconds(1) else { return }
        legacy.tickedAt[market] = clock
        if !full.isEmpty { broadcast(legacyTicker(market), to: full) }
        if !lite.isEmpty { broadcast(legacyTickerLite(market), to: lite) }
    }

    // MARK: Frames

    private mutating func legacyTicker(_ market: Int) -> [UInt8] {
        let day = tape.markets[market].perpetual.day(at: clock)
        let listing = tape.markets[market]
        return JSONWriter.text { writer in
            writer.field("time", milliseconds: clock)
            writer.field("product_id", listing.names.contract)
            if let funding = listing.currentFunding {
                // A funding field that is exactly zero is left out.
                if !funding.rate.rate.isZero {
                    writer.field("funding_rate", funding.perCoin)
                    writer.field("funding_rate_prediction", funding.perCoin)
                    writer.field("relative_funding_rate", funding.rate.rate)
                    writer.field("relative_funding_rate_prediction", funding.rate.rate)
                }
                writer.field("next_funding_rate_time", milliseconds: clock.floor(to: .hours(1)) + .hours(1))
            }
            writer.field("leverage", "\(Rate.scale / listing.instrument.margin.levels[0].initial.raw)x")
            writer.field("premium", listing.premium.formatted2)
            writer.field("feed", "ticker")
            tickerPrices(listing, &writer, withSizes: true)
            writer.field("volume", day.volume)
            writer.field("dtm", 0)
            writer.field("index", listing.index)
            writer.field("last", listing.perpetual.last)
            writer.field("change", day.change(to: listing.perpetual.last).formatted2)
            writer.field("suspended", listing.state.isSuspended)
            writer.field("tag", "perpetual")
            writer.field("pair", listing.names.legacyPair)
            writer.field("openInterest", listing.openInterest)
            writer.field("markPrice", listing.mark)
            writer.field("maturityTime", 0)
            writer.field("post_only", listing.state.isPostOnly)
            writer.field("volumeQuote", day.quoteVolume)
            writer.field("open", day.open)
            writer.field("high", day.high)
            writer.field("low", day.low)
        }
    }

    private func tickerPrices(_ listing: ListedMarket, _ writer: inout JSONWriter, withSizes: Bool) {
        let book = listing.perpetual.book(at: tape.clock)
        guard let bid = book.bids.first, let ask = book.asks.first else { return }
        writer.field("bid", bid.price)
        writer.field("ask", ask.price)
        guard withSizes else { return }
        writer.field("bid_size", bid.quantity)
        writer.field("ask_size", ask.quantity)
    }

    private mutating func legacyTickerLite(_ market: Int) -> [UInt8] {
        let day = tape.markets[market].perpetual.day(at: clock)
        let listing = tape.markets[market]
        return JSONWriter.text { writer in
            writer.field("feed", "ticker_lite")
            writer.field("product_id", listing.names.contract)
            tickerPrices(listing, &writer, withSizes: false)
            writer.field("change", day.change(to: listing.perpetual.last).formatted2)
            writer.field("premium", listing.premium.formatted2)
            writer.field("volume", day.volume)
            writer.field("tag", "perpetual")
            writer.field("pair", listing.names.legacyPair)
            writer.field("dtm", 0)
            writer.field("maturityTime", 0)
            writer.field("volumeQuote", day.quoteVolume)
        }
    }

    /// The hundred newest trades, the newest first.
    private func tradeSnapshot(_ market: Int) -> [UInt8] {
        JSONWriter.text { writer in
            writer.field("feed", "trade_snapshot")
            writer.field("product_id", tape.markets[market].names.contract)
            writer.array("trades") { writer in
                for print in tape.markets[market].perpetual.prints.suffix(100).reversed() {
                    writer.object { writer in tradeFields(print, market, "trade", &writer) }
                }
            }
        }
    }

    private func tradeFields(_ print: TradePrint, _ market: Int, _ feed: String, _ writer: inout JSONWriter) {
        writer.field("feed", feed)
        writer.field("product_id", tape.markets[market].names.contract)
        writer.field("uid", uid(of: print, market))
        writer.field("side", print.side.trade)
        writer.field("type", "fill")
        writer.field("seq", print.number)
        writer.field("time", milliseconds: print.time)
        writer.field("qty", print.quantity)
        writer.field("price", print.price)
    }

    private func bookSnapshot(_ market: Int) -> [UInt8] {
        let state = legacy.books[market]
        func levels(_ levels: [BookLevel], _ writer: inout JSONWriter) {
            for level in levels {
                writer.object { writer in
                    writer.field("price", level.price)
                    writer.field("qty", level.quantity)
                }
            }
        }
        return JSONWriter.text { writer in
            writer.field("feed", "book_snapshot")
            writer.field("product_id", tape.markets[market].names.contract)
            writer.field("timestamp", milliseconds: clock)
            writer.field("seq", state.sequence)
            writer.field("tickSize", orNull: nil)
            writer.array("bids") { writer in levels(state.book.bids, &writer) }
            writer.array("asks") { writer in levels(state.book.asks, &writer) }
        }
    }

    // MARK: Heartbeat

    var nextLegacyBeat: Timestamp? { legacy.heartbeat.isEmpty ? nil : legacy.beatAt + configuration.heartbeat }

    mutating func beatLegacy() {
        guard !legacy.heartbeat.isEmpty, clock - legacy.beatAt >= configuration.heartbeat else { return }
        legacy.beatAt = clock
        let frame = JSONWriter.text { writer in
            writer.field("feed", "heartbeat")
            writer.field("time", milliseconds: clock)
        }
        broadcast(frame, to: legacy.heartbeat)
    }
}

extension ListedMarket {
    /// Of the mark over the index, in per cent.
    var premium: Rate { (mark - index).ratio(to: index).map { Rate(raw: $0.raw * 100) } ?? .zero }
}
