public import Market
public import Trading
public import Venue

/// Brings a trader back from what was recorded: the same events in the same order give the same trader.
public struct Recovery: Sendable {
    private let pairs: [SpotPair]
    private let base: Timeframe
    private let makeTrader: @Sendable ([Instrument]) throws -> Trader
    private var terms: [Instrument] = []
    public private(set) var trader: Trader?
    private var fills: [UInt64] = []
    private var lastCandles: [Candle?]
    private var fundingSince: Timestamp?
    private var outcome = Outcome()
    /// What the trader answered to the event that was taken last; nil while there is no trader.
    public var lastOutcome: Outcome? { trader == nil ? nil : outcome }

    public init(
        pairs: [SpotPair], base: Timeframe, makeTrader: @escaping @Sendable ([Instrument]) throws -> Trader
    ) {
        self.base = base
        self.pairs = pairs
        self.makeTrader = makeTrader
        lastCandles = Array(repeating: nil, count: pairs.count)
    }

    /// A session began: one that found nothing worth going on from made a new trader.
    public mutating func opened() {
        guard recovered == nil else { return }
        trader = nil
        terms = []
        fills = []
        fundingSince = nil
    }

    /// Takes the next recorded event. The first are the terms of every market.
    public mutating func take(_ event: Event) throws {
        if trader == nil, case .instrumentListed(let instrument) = event.fact {
            terms.append(instrument)
            guard terms.count == pairs.count else { return }
            trader = try makeTrader(terms)
            for instrument in terms {
                hand(Event(time: event.time, received: event.received, fact: .instrumentListed(instrument)))
            }
            return
        }
        switch event.fact {
        case .candleClosed(let pair, let candle), .candleRemembered(let pair, base, let candle):
            if let index = pairs.firstIndex(of: pair) { lastCandles[index] = candle }
        case .venue(.filled(let fill)): fills.append(fill.id)
        case .venue(.funding(let payment)): fundingSince = payment.time
        case .candleRemembered, .candlesForgotten, .ticked, .venue, .instrumentListed, .clock, .commanded, .permitted,
            .safetyRestored, .carriedOver:
            break
        }
        if case .permitted = event.fact { fundingSince = fundingSince ?? event.time }
        hand(event)
    }

    private mutating func hand(_ event: Event) {
        outcome.removeAll()
        trader?.handle(event, into: &outcome)
    }

    /// Nil when nothing was ever traded: the session starts from nothing.
    public var recovered: Runtime.Recovered? {
        guard let trader, lastCandles.contains(where: { $0 != nil }) else { return nil }
        return Runtime.Recovered(
            trader: trader, orders: trader.liveOrders, fills: fills, lastCandles: lastCandles,
            fundingSince: fundingSince ?? trader.now)
    }
}
