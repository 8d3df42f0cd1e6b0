public import Kraken
public import Market
public import Venue

/// Fetches the candles of one derivatives contract, by traded or mark price, up to now. Requests out, answers in.
public struct ChartDownload: Sendable {
    public let tick: Derivatives.ChartTick
    public let instrument: InstrumentID
    public let timeframe: Timeframe
    public let start: Timestamp
    /// The open time of the next candle to store.
    public private(set) var next: Timestamp
    private var isDone = false
    private let resolution: Derivatives.ChartResolution

    private static let grace = Interval.seconds(10)

    /// Nil for a timeframe that charts lack.
    public init?(tick: Derivatives.ChartTick, instrument: InstrumentID, timeframe: Timeframe, from: Timestamp) {
        guard let resolution = Derivatives.ChartResolution(timeframe) else { return nil }
        self.tick = tick
        self.instrument = instrument
        self.timeframe = timeframe
        self.resolution = resolution
        start = timeframe.start(of: from)
        next = start
    }

    /// What to ask next; nil when everything is fetched.
    public var request: Derivatives.Request? {
        isDone ? nil : .charts(Derivatives.ChartQuery(tick, instrument, resolution, from: next))
    }

    /// Takes a page; its finished candles. One that still forms ends the download.
    public mutating func receive(_ page: Derivatives.Chart, at now: Timestamp) throws(HistoryError) -> [Candle] {
        var candles: [Candle] = []
        let before = next
        for row in page.candles where row.time >= next {
            guard row.time + timeframe.interval + Self.grace <= now else { break }
            let candle = Candle(
                openTime: row.time, open: row.open, high: row.high, low: row.low, close: row.close, volume: row.volume)
            guard candle.isValid, timeframe.start(of: row.time) == row.time else {
                throw .implausible("a \(tick.rawValue) candle of \(instrument) at \(row.time)")
            }
            candles.append(candle)
            next = row.time + timeframe.interval
        }
        if !page.hasMore {
            isDone = true
        } else if next == before {
            throw .stuck(at: next)
        }
        return candles
    }
}

extension Derivatives.ChartResolution {
    /// Nil for lengths that charts lack or align otherwise.
    init?(_ timeframe: Timeframe) {
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
