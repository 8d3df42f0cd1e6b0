import Market
import Venue
import Wire

extension LocalExchange {
    /// Public market data of derivatives REST v3; nil when the path is none of it.
    mutating func publicDerivatives(_ call: DerivativesCall) throws(DerivativesError) -> HTTPResponse? {
        guard call.request.method == .get else { return nil }
        switch (call.endpoint, call.parts.count) {
        case ("instruments", 1): return instruments()
        case ("instruments", 2) where call.parts[1] == "status": return statuses()
        case ("instruments", 3) where call.parts[2] == "status":
            let market = try known(call.parts[1])
            return success { writer in statusFields(market, &writer) }
        case ("tickers", 1): return tickers()
        case ("tickers", 2):
            let market = try known(call.parts[1])
            return ticker(market)
        case ("orderbook", 1): return orderBook(try known(call.required("symbol")))
        case ("history", 1): return publicTrades(try known(call.required("symbol")), before: try call.time("lastTime"))
        case ("historical-funding-rates", 1): return fundingRates(try known(call.required("symbol")))
        case ("historicalfundingrates", 1):
            guard call.request.path.contains("/v4/") else { throw .noSuchPath }
            return fundingRates(try known(call.required("symbol")))
        case ("feeschedules", 1): return feeSchedules()
        default: return nil
        }
    }

    func success(_ fill: (inout JSONWriter) -> Void) -> HTTPResponse {
        .json(
            JSONWriter.text { writer in
                writer.field("result", "success")
                fill(&writer)
                writer.field("serverTime", time: clock)
            })
    }

    func known(_ symbol: String) throws(DerivativesError) -> Int {
        guard let market = market(symbol) else { throw .engine(code: 11, message: "Argument invalid: symbol") }
        return market
    }

    var listed: [Int] { tape.markets.indices.filter { !tape.markets[$0].state.isDelisted } }

    // MARK: Instruments

    func instruments(forAccount: Bool = false) -> HTTPResponse {
        success { writer in
            writer.array("instruments") { writer in
                for market in listed {
                    writer.object { writer in instrumentFields(market, &writer, forAccount: forAccount) }
                }
            }
        }
    }

    private func instrumentFields(_ market: Int, _ writer: inout JSONWriter, forAccount: Bool) {
        let listing = tape.markets[market]
        let terms = listing.instrument
        writer.field("symbol", listing.names.contract)
        writer.field("type", "flexible_futures")
        writer.field("tickSize", terms.tick)
        writer.field("contractSize", 1)
        writer.field("tradeable", true)
        writer.field("impactMidSize", terms.maximumPosition.times(Rate(raw: Rate.scale / 15_000), .up))
        writer.field("maxPositionSize", terms.maximumPosition)
        writer.field("openingDate", "2022-03-22T13:15:36Z")
        writer.array("marginLevels") { writer in
            for level in terms.margin.levels {
                writer.object { writer in
                    writer.field("numNonContractUnits", level.notional)
                    writer.field("initialMargin", level.initial)
                    writer.field("maintenanceMargin", level.maintenance)
                }
            }
        }
        writer.field("fundingRateCoefficient", 8)
        writer.field("maxRelativeFundingRate", terms.fundingCap)
        writer.field("contractValueTradePrecision", terms.lot.wirePrecision)
        writer.field("postOnly", listing.state.isPostOnly)
        writer.field("feeScheduleUid", feeScheduleID)
        writer.field("mtf", true)
        writer.field("base", listing.names.base)
        writer.field("quote", listing.names.quote)
        writer.field("pair", listing.names.contractPair)
        writer.field("category", "Layer 1")
        writer.field("tradfi", false)
        writer.field("isExpired", false)
        if forAccount { writer.field("restricted", false) }
    }

    var feeScheduleID: String { Mixer.uuid(configuration.seed, 7) }

    private func statuses() -> HTTPResponse {
        success { writer in
            writer.array("instrumentStatus") { writer in
                for market in listed { writer.object { writer in statusFields(market, &writer) } }
            }
        }
    }

    private func statusFields(_ market: Int, _ writer: inout JSONWriter) {
        writer.field("tradeable", tape.markets[market].names.contract)
        writer.field("experiencingDislocation", false)
        writer.field("priceDislocationDirection", orNull: nil)
        writer.field("experiencingExtremeVolatility", false)
        writer.field("extremeVolatilityInitialMarginMultiplier", 1)
    }

    private func feeSchedules() -> HTTPResponse {
        success { writer in
            writer.array("feeSchedules") { writer in
                guard let terms = tape.markets.first?.instrument else { return }
                writer.object { writer in
                    writer.field("uid", feeScheduleID)
                    writer.field("name", "local")
                    writer.array("tiers") { writer in
                        writer.object { writer in
                            writer.field("makerFee", Rate(raw: terms.fees.maker.raw * 100))
                            writer.field("takerFee", Rate(raw: terms.fees.taker.raw * 100))
                            writer.field("usdVolume", 0)
                        }
                    }
                }
            }
        }
    }

    // MARK: Prices

    private mutating func tickers() -> HTTPResponse {
        let days = tape.markets.indices.map { tape.markets[$0].perpetual.day(at: clock) }
        return success { writer in
            writer.array("tickers") { writer in
                for market in listed {
                    writer.object { writer in tickerFields(market, days[market], &writer) }
                    writer.object { writer in indexFields(market, &writer) }
                }
            }
        }
    }

    private mutating func ticker(_ market: Int) -> HTTPResponse {
        let day = tape.markets[market].perpetual.day(at: clock)
        return success { writer in
            writer.object("ticker") { writer in tickerFields(market, day, &writer) }
        }
    }

    private func tickerFields(_ market: Int, _ day: DayStatistics, _ writer: inout JSONWriter) {
        let listing = tape.markets[market]
        let traded = listing.perpetual
        writer.field("symbol", listing.names.contract)
        if traded.last.isPositive {
            writer.field("last", traded.last)
            writer.field("lastTime", traded.lastTime.rfc3339(digits: 6))
        }
        writer.field("tag", "perpetual")
        writer.field("pair", listing.names.contractPair)
        writer.field("markPrice", listing.mark)
        let book = traded.book(at: clock)
        if let bid = book.bids.first, let ask = book.asks.first {
            writer.field("bid", bid.price)
            writer.field("bidSize", bid.quantity)
            writer.field("ask", ask.price)
            writer.field("askSize", ask.quantity)
        }
        writer.field("vol24h", day.volume)
        writer.field("volumeQuote", day.quoteVolume)
        writer.field("openInterest", listing.openInterest)
        writer.field("open24h", day.open)
        writer.field("high24h", day.high)
        writer.field("low24h", day.low)
        writer.field("lastSize", traded.lastQuantity)
        if let funding = listing.currentFunding {
            writer.field("fundingRate", funding.perCoin)
            writer.field("fundingRatePrediction", funding.perCoin)
        }
        writer.field("suspended", listing.state.isSuspended)
        writer.field("indexPrice", listing.index)
        writer.field("postOnly", listing.state.isPostOnly)
        writer.field("change24h", day.change(to: traded.last).formatted2)
    }

    private func indexFields(_ market: Int, _ writer: inout JSONWriter) {
        writer.field("symbol", tape.markets[market].names.index)
        writer.field("last", tape.markets[market].index)
        writer.field("lastTime", time: clock)
    }

    private func orderBook(_ market: Int) -> HTTPResponse {
        let book = tape.markets[market].perpetual.book(at: clock)
        return success { writer in
            writer.object("orderBook") { writer in
                writer.array("bids") { writer in Self.pairs(book.bids, &writer) }
                writer.array("asks") { writer in Self.pairs(book.asks, &writer) }
            }
        }
    }

    private static func pairs(_ levels: [BookLevel], _ writer: inout JSONWriter) {
        for level in levels {
            writer.array { writer in
                writer.number(level.price)
                writer.number(level.quantity)
            }
        }
    }

    /// Trade ids are places in the answer, as at Kraken: only `uid` names a trade.
    private func publicTrades(_ market: Int, before: Timestamp?) -> HTTPResponse {
        let prints = tape.markets[market].perpetual.prints
        let wanted = (before.map { limit in prints.filter { $0.time < limit } } ?? prints).suffix(100)
        return success { writer in
            writer.array("history") { writer in
                for (place, print) in wanted.enumerated() {
                    writer.object { writer in
                        writer.field("time", time: print.time)
                        writer.field("trade_id", wanted.count - place)
                        writer.field("price", print.price)
                        writer.field("size", print.quantity)
                        writer.field("side", print.side.trade)
                        writer.field("type", "fill")
                        writer.field("uid", uid(of: print, market))
                    }
                }
            }
        }
    }

    func uid(of print: TradePrint, _ market: Int) -> String {
        Mixer.uuid(Mixer.mix(configuration.seed, UInt64(market) &+ 500), UInt64(clamping: print.number))
    }

    private func fundingRates(_ market: Int) -> HTTPResponse {
        success { writer in
            writer.array("rates") { writer in
                for hour in tape.markets[market].funding {
                    writer.object { writer in
                        writer.field("timestamp", hour.time.rfc3339(digits: 0))
                        writer.field("fundingRate", hour.perCoin)
                        writer.field("relativeFundingRate", hour.rate.rate)
                    }
                }
            }
        }
    }
}

extension Side {
    /// `buy` or `sell`
    var trade: String { self == .long ? "buy" : "sell" }
}

extension Quantity {
    /// Decimals of a lot; negative for lots of tens and more.
    var wirePrecision: Int {
        var unit = Quantity.scale
        var precision = 0
        while raw % unit != 0 {
            unit /= 10
            precision += 1
        }
        guard precision == 0 else { return precision }
        var lots = raw / Quantity.scale
        while lots >= 10, lots % 10 == 0 {
            lots /= 10
            precision -= 1
        }
        return precision
    }
}

extension Rate {
    /// Rounded to hundredths, for percentages.
    var formatted2: Rate { rounded(to: Rate(raw: Rate.scale / 100), .nearestEven) }
}

extension ListedMarket {
    /// Kraken tells how much is open; the local market has no other holders, so the number is drawn once.
    var openInterest: Quantity { instrument.maximumPosition.times(.basisPoints(1_830), .down) }
}
