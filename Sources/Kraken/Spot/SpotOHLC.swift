public import Market
public import Wire

/// The lengths of candle that Spot offers, in minutes.
public enum SpotInterval: Int64, Hashable, Sendable, CaseIterable {
    case m1 = 1
    case m5 = 5
    case m15 = 15
    case m30 = 30
    case h1 = 60
    case h4 = 240
    case d1 = 1440
    /// Counted from 1970, so that it starts on Thursdays: not our week, which starts on Mondays.
    case sevenDays = 10080
    case fifteenDays = 21600

    public var interval: Interval { .minutes(rawValue) }

    /// Nil for lengths that Spot lacks or aligns otherwise.
    public init?(_ timeframe: Timeframe) {
        switch timeframe {
        case .m1: self = .m1
        case .m5: self = .m5
        case .m15: self = .m15
        case .m30: self = .m30
        case .h1: self = .h1
        case .h4: self = .h4
        case .d1: self = .d1
        case .h8, .w1: return nil
        }
    }
}

/// One bar as the exchange reports it: over REST or in the `ohlc` channel, with the same numbers.
public struct SpotBar: Hashable, Sendable {
    public var openTime: Timestamp
    public var open: Price
    public var high: Price
    public var low: Price
    public var close: Price
    /// Volume-weighted average price, cut to the market's price decimals; zero without trades.
    public var vwap: Price
    /// Base coin traded.
    public var volume: Double
    public var trades: Int64

    public init(
        openTime: Timestamp, open: Price, high: Price, low: Price, close: Price, vwap: Price, volume: Double,
        trades: Int64
    ) {
        self.openTime = openTime
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.vwap = vwap
        self.volume = volume
        self.trades = trades
    }

    public var candle: Candle {
        Candle(openTime: openTime, open: open, high: high, low: low, close: close, volume: volume)
    }

    /// A bar without trades, as REST reports quiet intervals.
    public static func flat(at openTime: Timestamp, price: Price) -> SpotBar {
        SpotBar(
            openTime: openTime, open: price, high: price, low: price, close: price, vwap: .zero, volume: 0, trades: 0)
    }
}

/// The latest candles of a market: at most 720 finished ones and the one that is forming.
public struct SpotOHLCRequest: SpotRequest, Hashable {
    public static let path = "/0/public/OHLC"
    public var pair: String
    public var interval: SpotInterval
    /// Only candles that open later.
    public var since: Timestamp?

    public init(pair: String, interval: SpotInterval, since: Timestamp? = nil) {
        self.pair = pair
        self.interval = interval
        self.since = since
    }

    /// Nil when an argument is missing or impossible.
    public init?(query: FormText) {
        guard let pair = query["pair"], let minutes = Int64(query["interval"] ?? "1"),
            let interval = SpotInterval(rawValue: minutes)
        else { return nil }
        self.init(pair: pair, interval: interval)
        if let text = query["since"], !text.isEmpty {
            guard let seconds = Int64(text), (0..<9_000_000_000).contains(seconds) else { return nil }
            since = Timestamp(seconds: seconds)
        }
    }

    public var http: HTTPRequest {
        var query = FormText([FormText.Pair("pair", pair), FormText.Pair("interval", "\(interval.rawValue)")])
        if let since { query.append("since", "\(since.seconds)") }
        return HTTPRequest(.get, Self.path, query: query.encoded)
    }

    public struct Answer: SpotResult {
        /// The market's name in the spelling of the request or the exchange's own.
        public var pair: String
        /// Ascending; the last one is still forming.
        public var bars: [SpotBar]
        /// Open time of the last finished bar.
        public var last: Timestamp

        public init(pair: String, bars: [SpotBar], last: Timestamp) {
            self.pair = pair
            self.bars = bars
            self.last = last
        }

        public init(_ reader: inout JSONReader) throws(WireError) {
            var pair: String?
            var bars: [SpotBar] = []
            var last: Int64?
            try reader.namedFields { name, reader throws(WireError) in
                if name == "last" {
                    last = try reader.wholeSeconds()
                } else {
                    pair = name.string
                    bars = try reader.list { reader throws(WireError) in try SpotBar(row: &reader) }
                }
            }
            self.pair = try required(pair, "pair")
            self.bars = bars
            self.last = Timestamp(seconds: try required(last, "last"))
        }

        /// Without the bar that is still forming.
        public var finished: [SpotBar] { bars.filter { $0.openTime <= last } }

        public func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.name(pair)
                writer.array { writer in for bar in bars { bar.write(row: &writer) } }
                writer.name("last")
                writer.integer(last.seconds)
            }
        }
    }
}

extension SpotBar {
    /// `[time, open, high, low, close, vwap, volume, count]`
    init(row reader: inout JSONReader) throws(WireError) {
        var column = 0
        var time: Int64?
        var prices: (open: Price?, high: Price?, low: Price?, close: Price?, vwap: Price?)
        var volume: Double?
        var trades: Int64?
        try reader.array { reader throws(WireError) in
            switch column {
            case 0: time = try reader.wholeSeconds()
            case 1: prices.open = try reader.amount()
            case 2: prices.high = try reader.amount()
            case 3: prices.low = try reader.amount()
            case 4: prices.close = try reader.amount()
            case 5: prices.vwap = try reader.amount()
            case 6: volume = try reader.double()
            case 7: trades = try reader.integer()
            default: try reader.skip()
            }
            column += 1
        }
        self.init(
            openTime: Timestamp(seconds: try required(time, "time")), open: try required(prices.open, "open"),
            high: try required(prices.high, "high"), low: try required(prices.low, "low"),
            close: try required(prices.close, "close"), vwap: try required(prices.vwap, "vwap"),
            volume: try required(volume, "volume"), trades: try required(trades, "count"))
    }

    func write(row writer: inout JSONWriter) {
        writer.array { writer in
            writer.integer(openTime.seconds)
            for price in [open, high, low, close, vwap] { writer.string(price.description) }
            writer.string(volumeText(volume))
            writer.integer(trades)
        }
    }
}

/// Volume with eight decimals where it fits them exactly, as the exchange writes it; else the shortest text.
func volumeText(_ volume: Double) -> String {
    guard let exact = SpotQuantity(volume, rounding: .nearestEven), exact.double == volume else { return "\(volume)" }
    return exact.formatted(SpotQuantity.decimals)
}
