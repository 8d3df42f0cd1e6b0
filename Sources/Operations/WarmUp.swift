import Kraken
public import Market
public import Trading

/// Candles of several timeframes put in the order in which a trader may see them: up to some instant the coarse ones as
/// they are, from there on the base candles alone, from which the coarse ones are built.
public struct WarmUp: Sendable {
    private var candles: [Key: [Candle]] = [:]
    private let base: Timeframe
    private let timeframes: [Timeframe]

    private struct Key: Hashable, Sendable {
        let pair: SpotPair
        let timeframe: Timeframe
    }

    public init(base: Timeframe, timeframes: [Timeframe]) {
        self.base = base
        self.timeframes = timeframes.filter { $0 > base }.sorted(by: >)
    }

    public mutating func add(_ new: [Candle], of pair: SpotPair, _ timeframe: Timeframe) {
        candles[Key(pair: pair, timeframe: timeframe)] = new
    }

    /// The events of one market, in order; `received` is when each candle closed.
    public func events(of pair: SpotPair) -> [Event] {
        let fine = candles[Key(pair: pair, timeframe: base)] ?? []
        let border = border(fine)
        var remembered: [(close: Timestamp, timeframe: Timeframe, candle: Candle)] = []
        for timeframe in timeframes {
            for candle in candles[Key(pair: pair, timeframe: timeframe)] ?? [] {
                let close = candle.openTime + timeframe.interval
                if close <= border { remembered.append((close, timeframe, candle)) }
            }
        }
        remembered.sort { ($0.close, $1.timeframe) < ($1.close, $0.timeframe) }
        var events = remembered.map {
            Event(time: $0.close, received: $0.close, fact: .candleRemembered(pair, $0.timeframe, $0.candle))
        }
        for candle in fine where candle.openTime >= border {
            let close = candle.openTime + base.interval
            events.append(Event(time: close, received: close, fact: .candleRemembered(pair, base, candle)))
        }
        return events
    }

    /// The first instant at which every timeframe begins a bar and from which base candles are there.
    private func border(_ fine: [Candle]) -> Timestamp {
        guard let first = fine.first?.openTime else { return .distantFuture }
        guard let widest = timeframes.first else { return first }
        let start = widest.start(of: first)
        return start == first ? first : start + widest.interval
    }

    /// The last base candle of a market.
    public func last(of pair: SpotPair) -> Candle? { candles[Key(pair: pair, timeframe: base)]?.last }
}
