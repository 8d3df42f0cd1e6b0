import Market
import Wire

extension LocalExchange {
    /// Spot REST by path: `/0/public/...` and `/0/private/...`.
    mutating func spot(_ request: HTTPRequest, _ parts: [String]) -> HTTPResponse {
        do throws(SpotError) {
            guard parts.count == 3 else { throw .unknownMethod }
            guard let query = FormText(encoded: Array(request.query.utf8)) else { throw .invalidArguments("query") }
            if parts[1] == "private" { return try spotPrivate(request, parts[2]) }
            guard parts[1] == "public" else { throw .unknownMethod }
            let body = FormText(encoded: request.body) ?? FormText()
            return try spotPublic(parts[2], FormText(query.pairs + body.pairs))
        } catch {
            return error.response
        }
    }

    private mutating func spotPublic(_ method: String, _ parameters: FormText) throws(SpotError) -> HTTPResponse {
        switch method {
        case "Time": return spotTime()
        case "SystemStatus":
            return spotSuccess { writer in
                writer.field("status", systemStatus)
                writer.field("timestamp", clock.rfc3339(digits: 0))
            }
        case "AssetPairs": return try assetPairs(parameters["pair"])
        case "OHLC": return try spotCandles(parameters)
        case "Trades": return try spotTrades(parameters)
        case "Ticker": return try spotTicker(parameters["pair"])
        case "Depth": return try spotDepth(parameters)
        default: throw .unknownMethod
        }
    }

    private func spotTime() -> HTTPResponse {
        let day = CalendarDay(clock)
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekday = weekdays[Int(clock.startOfDay.seconds / 86_400 % 7)]
        let time = clock.rfc3339(digits: 0).dropFirst(11).dropLast()
        let date = "\(day.day < 10 ? "0" : "")\(day.day) \(months[day.month - 1]) \(day.year % 100)"
        return spotSuccess { writer in
            writer.field("unixtime", clock.seconds)
            writer.field("rfc1123", "\(weekday), \(date) \(time) +0000")
        }
    }

    // MARK: Pairs

    /// The pairs that a request names, with the key under which each is answered; all of them without names. A pair stays
    /// when the contract on it is delisted.
    private func pairs(_ text: String?) throws(SpotError) -> [(key: String, market: Int)] {
        guard let text, !text.isEmpty else { return tape.markets.indices.map { (tape.markets[$0].names.spotKey, $0) } }
        var found: [(key: String, market: Int)] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            guard let market = tape.markets.firstIndex(where: { $0.names.isSpot(name) }) else { throw .unknownPair }
            // Asked for `BTC/USD` it answers under that name; asked for `XBTUSD`, under `XXBTZUSD`.
            found.append((name.contains("/") ? name : tape.markets[market].names.spotKey, market))
        }
        return found
    }

    private func pair(_ parameters: FormText) throws(SpotError) -> (key: String, market: Int) {
        guard let text = parameters["pair"], !text.isEmpty else { throw .invalidArguments("pair") }
        let found = try pairs(text)
        guard let one = found.first, found.count == 1 else { throw .invalidArguments("pair") }
        return one
    }

    private func assetPairs(_ text: String?) throws(SpotError) -> HTTPResponse {
        let pairs = try pairs(text)
        return spotSuccess { writer in
            for (key, market) in pairs {
                writer.name(key)
                writer.object { writer in pairFields(market, &writer) }
            }
        }
    }

    private func pairFields(_ market: Int, _ writer: inout JSONWriter) {
        let names = tape.markets[market].names
        writer.field("altname", names.alternative)
        writer.field("wsname", names.legacySymbol)
        writer.field("aclass_base", "currency")
        writer.field("base", names.baseAsset)
        writer.field("aclass_quote", "currency")
        writer.field("quote", names.quoteAsset)
        writer.field("lot", "unit")
        writer.field("cost_decimals", 5)
        writer.field("pair_decimals", names.priceDecimals)
        writer.field("lot_decimals", 8)
        writer.field("lot_multiplier", 1)
        writer.array("leverage_buy") { _ in }
        writer.array("leverage_sell") { _ in }
        writer.array("fees") { _ in }
        writer.array("fees_maker") { _ in }
        writer.field("fee_volume_currency", "ZUSD")
        writer.field("margin_call", 80)
        writer.field("margin_stop", 40)
        writer.field("ordermin", "0.00005")
        writer.field("costmin", "0.5")
        writer.field("tick_size", tape.markets[market].spot.tick.description)
        writer.field("status", "online")
        writer.field("execution_venue", "international")
    }

    // MARK: Candles

    private static let intervals: [Int64] = [1, 5, 15, 30, 60, 240, 1440, 10_080, 21_600]
    /// Finished candles in an answer.
    private static let candleLimit: Int64 = 720

    /// The last 720 finished candles and the one that is forming, intervals without trades included.
    private func spotCandles(_ parameters: FormText) throws(SpotError) -> HTTPResponse {
        let (key, market) = try pair(parameters)
        let minutes = parameters["interval"].map { Int64($0) ?? 0 } ?? 1
        guard Self.intervals.contains(minutes) else { throw .invalidArguments("interval") }
        let length = Interval.minutes(minutes)
        let forming = Chart.start(of: clock, length)
        let rows = spotRows(market, length, forming)
        let since = parameters["since"].flatMap { Int64($0) } ?? 0
        let decimals = tape.markets[market].names.priceDecimals
        return spotSuccess { writer in
            writer.name(key)
            writer.array { writer in
                for row in rows where row.openTime.seconds > since {
                    writer.array { writer in
                        writer.integer(row.openTime.seconds)
                        for price in [row.open, row.high, row.low, row.close] {
                            writer.string(price.formatted(decimals))
                        }
                        writer.string(row.averagePrice.cut(decimals))
                        writer.string(row.volume.spotText)
                        writer.integer(row.trades)
                    }
                }
            }
            writer.field("last", (forming - length).seconds)
        }
    }

    private func spotRows(_ market: Int, _ length: Interval, _ forming: Timestamp) -> [ChartCandle] {
        let chart = tape.markets[market].spot.chart
        let first = forming - length * Self.candleLimit
        let known = chart.candles(length, from: first, through: clock)
        var rows: [ChartCandle] = []
        var next = known[...]
        var time = first
        var close = chart.last(before: first)?.close
        while time <= forming {
            if let candle = next.first, candle.openTime == time {
                rows.append(candle)
                close = candle.close
                next.removeFirst()
            } else if let close {
                rows.append(ChartCandle(openTime: time, price: close))
            }
            time = time + length
        }
        return rows
    }

    // MARK: Trades

    /// The cursor is nanoseconds; the rows' own times have fewer digits.
    private func spotTrades(_ parameters: FormText) throws(SpotError) -> HTTPResponse {
        let (key, market) = try pair(parameters)
        let count = parameters["count"].map { Int($0) ?? 0 } ?? 1000
        guard (1...1000).contains(count) else { throw .invalidArguments("count") }
        let prints = tape.markets[market].spot.prints
        let shown: ArraySlice<TradePrint>
        var last = clock.nanoseconds
        if let text = parameters["since"], !text.isEmpty {
            guard let since = Self.nanoseconds(text) else { throw .invalidArguments("since") }
            shown = prints.filter { $0.time.nanoseconds > since }.prefix(count)
            last = since
        } else {
            shown = prints.suffix(count)
        }
        last = shown.last?.time.nanoseconds ?? last
        let decimals = max(5, tape.markets[market].names.priceDecimals)
        return spotSuccess { writer in
            writer.name(key)
            writer.array { writer in
                for print in shown {
                    writer.array { writer in
                        writer.string(print.price.formatted(decimals))
                        writer.string(print.quantity.spotText)
                        writer.number(Self.seconds(print.time))
                        writer.string(print.side == .long ? "b" : "s")
                        writer.string(print.number % 3 == 0 ? "m" : "l")
                        writer.string("")
                        writer.integer(print.number)
                    }
                }
            }
            writer.field("last", String(last))
        }
    }

    /// Seconds or nanoseconds since 1970.
    private static func nanoseconds(_ text: String) -> Int64? {
        let whole = text.prefix { $0 != "." }
        guard let value = Int64(whole), value >= 0 else { return nil }
        return value < 9_000_000_000 ? value * 1_000_000_000 : value
    }

    private static func seconds(_ time: Timestamp) -> String {
        let fraction = String(10_000_000 + (time.nanoseconds - time.seconds * 1_000_000_000) / 100).dropFirst()
        return "\(time.seconds).\(fraction)"
    }

    // MARK: Quotes

    private mutating func spotTicker(_ text: String?) throws(SpotError) -> HTTPResponse {
        let pairs = try pairs(text)
        var days: [DayStatistics] = []
        for (_, market) in pairs { days.append(tape.markets[market].spot.day(at: clock)) }
        return spotSuccess { writer in
            for (place, (key, market)) in pairs.enumerated() {
                writer.name(key)
                writer.object { writer in tickerFields(market, day: days[place], &writer) }
            }
        }
    }

    private func tickerFields(_ market: Int, day: DayStatistics, _ writer: inout JSONWriter) {
        let spot = tape.markets[market].spot
        let decimals = max(5, tape.markets[market].names.priceDecimals)
        let today = DayStatistics(spot.chart, from: clock.startOfDay, through: clock)
        let book = spot.book(at: clock)
        func quote(_ name: StaticString, _ level: BookLevel?) {
            guard let level else { return }
            writer.array(name) { writer in
                writer.string(level.price.formatted(decimals))
                writer.string(String(max(1, level.quantity.raw / Quantity.scale)))
                writer.string(level.quantity.formatted(3))
            }
        }
        func both(_ name: StaticString, _ value: (DayStatistics) -> String) {
            writer.array(name) { writer in
                writer.string(value(today))
                writer.string(value(day))
            }
        }
        quote("a", book.asks.first)
        quote("b", book.bids.first)
        writer.array("c") { writer in
            writer.string(spot.last.formatted(decimals))
            writer.string(spot.lastQuantity.spotText)
        }
        both("v") { $0.volume.spotText }
        both("p") { $0.averagePrice.cut(decimals) }
        writer.array("t") { writer in
            writer.integer(today.trades)
            writer.integer(day.trades)
        }
        both("l") { $0.low.formatted(decimals) }
        both("h") { $0.high.formatted(decimals) }
        writer.field("o", today.open.formatted(decimals))
    }

    private func spotDepth(_ parameters: FormText) throws(SpotError) -> HTTPResponse {
        let (key, market) = try pair(parameters)
        let count = parameters["count"].map { Int($0) ?? 0 } ?? 100
        guard (1...500).contains(count) else { throw .invalidArguments("count") }
        let book = tape.markets[market].spot.book(at: clock).cut(to: count)
        let decimals = max(5, tape.markets[market].names.priceDecimals)
        func levels(_ levels: [BookLevel], _ writer: inout JSONWriter) {
            for level in levels {
                writer.array { writer in
                    writer.string(level.price.formatted(decimals))
                    writer.string(level.quantity.formatted(3))
                    writer.integer(clock.seconds)
                }
            }
        }
        return spotSuccess { writer in
            writer.name(key)
            writer.object { writer in
                writer.array("asks") { writer in levels(book.asks, &writer) }
                writer.array("bids") { writer in levels(book.bids, &writer) }
            }
        }
    }

    /// `online`, `maintenance`, `cancel_only`, `post_only`.
    var systemStatus: String {
        if tape.markets.allSatisfy(\.state.isSuspended) { return "maintenance" }
        if tape.markets.allSatisfy(\.state.isCancelOnly) { return "cancel_only" }
        if tape.markets.allSatisfy(\.state.isPostOnly) { return "post_only" }
        return "online"
    }
}

extension Price {
    /// Text with `decimals` decimals, the rest cut off.
    func cut(_ decimals: Int) -> String {
        let unit = (0..<decimals).reduce(Price.scale) { unit, _ in unit / 10 }
        return Price(raw: raw - raw % max(1, unit)).formatted(decimals)
    }
}
