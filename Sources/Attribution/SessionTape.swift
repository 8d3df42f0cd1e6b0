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
    /// The first, and of each day the last, in time order.
    private(set) var rests: [RestingTrader] = []
    /// The only day that will be asked for; nil for any.
    private let wanted: Timestamp?

    /// A trader with nothing held or ordered, its account, and the candle close after which it stood so.
    struct RestingTrader: Sendable {
        let time: Timestamp
        let trader: Trader
        let balance: Money
    }

    /// - Parameters:
    ///   - pairs: of the journal's header, in its order.
    ///   - base: the candles that it was fed.
    ///   - wanted: the first instant of the only day that will be asked for: what went before is then forgotten.
    public init(_ pairs: [SpotPair], base: Timeframe, for wanted: Timestamp? = nil) {
        self.base = base
        self.wanted = wanted
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
                markets[place].add(tick, atRest: trader?.isAtRest ?? true)
            }
        case .instrumentListed(let instrument):
            change(instrument.pair) { $0.list(instrument, at: event.received) }
        case .candleRemembered, .candlesForgotten, .venue, .clock, .commanded, .permitted, .safetyRestored,
            .carriedOver:
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
        let new = RestingTrader(time: close, trader: trader, balance: balance)
        guard let last = rests.last else { return rests.append(new) }
        // A copy costs: one an hour will do.
        if close.floor(to: .hours(1)) == last.time.floor(to: .hours(1)) { return }
        if let wanted {
            guard close <= wanted else { return }
            rests = [new]
            for place in markets.indices { markets[place].forget(before: close - .hours(1)) }
        } else if rests.count > 1, close.startOfDay == (last.time - Interval(nanoseconds: 1)).startOfDay {
            rests[rests.count - 1] = new
        } else {
            rests.append(new)
        }
    }

    /// The latest state of rest at or before `instant`; the first one after it when there is none.
    func rest(for instant: Timestamp) -> RestingTrader? { rests.last { $0.time <= instant } ?? rests.first }
}
