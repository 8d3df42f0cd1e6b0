public import Market
public import Trading
import Venue

/// A session's journal as the attribution needs it: what was heard of the markets, what became of each setup, and from
/// which states of the trader the same hours can be run again.
public struct SessionTape: Sendable {
    let base: Timeframe
    private(set) var markets: [HeardMarket]
    private(set) var live = SetupLog()
    /// From the first to the last candle or price.
    public private(set) var span: ClosedRange<Timestamp>?
    /// At most one an hour, in time order.
    private(set) var rests: [RestingTrader] = []

    /// A trader with nothing held or ordered, its account, and the candle close after which it stood so.
    struct RestingTrader: Sendable {
        let time: Timestamp
        let trader: Trader
        let balance: Money
    }

    /// - Parameters:
    ///   - pairs: of the journal's header, in its order.
    ///   - base: the candles that it was fed.
    public init(_ pairs: [SpotPair], base: Timeframe) {
        self.base = base
        markets = pairs.map { HeardMarket($0, base: base) }
    }

    /// Takes the next event of the journal, the trader's answer, and the trader as it stands then; both are nil while
    /// there is none yet.
    public mutating func take(_ event: Event, _ outcome: Outcome?, _ trader: Trader?) {
        var close: Timestamp?
        switch event.fact {
        case .candleClosed(let pair, let candle):
            close = candle.openTime + base.interval
            change(pair) { $0.add(candle) }
            hear(at: event.received)
        case .ticked(let tick):
            hear(at: event.received)
            for place in markets.indices where markets[place].terms.last?.terms.id == tick.instrument {
                markets[place].add(tick)
            }
        case .instrumentListed(let instrument):
            change(instrument.pair) { $0.list(instrument, at: event.received) }
        case .candleRemembered, .candlesForgotten, .venue, .clock, .commanded, .permitted, .safetyRestored, .carriedOver:
            break
        }
        guard let outcome, let trader else { return }
        live.take(event, outcome, decidedAt: close)
        if let close { rest(trader, at: close) }
    }

    private mutating func hear(at time: Timestamp) {
        span = (span?.lowerBound ?? time)...max(span?.upperBound ?? time, time)
    }

    private mutating func change(_ pair: SpotPair, _ body: (inout HeardMarket) -> Void) {
        for place in markets.indices where markets[place].pair == pair { body(&markets[place]) }
    }

    /// Kept once all markets' candles of an instant are known, so that none is shown twice or left out.
    private mutating func rest(_ trader: Trader, at close: Timestamp) {
        guard trader.isAtRest, let balance = trader.account.value?.balance,
            markets.allSatisfy({ $0.candles.last.map { $0.openTime + base.interval } == close })
        else { return }
        if let last = rests.last, close.floor(to: .hours(1)) == last.time.floor(to: .hours(1)) { return }
        rests.append(RestingTrader(time: close, trader: trader, balance: balance))
    }

    /// The latest state of rest at or before `instant`; the first one after it when there is none.
    func rest(for instant: Timestamp) -> RestingTrader? { rests.last { $0.time <= instant } ?? rests.first }
}
