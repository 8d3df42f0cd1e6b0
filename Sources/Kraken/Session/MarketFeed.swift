public import Market
public import Venue

/// The way of market data to the core, the same in front of every surface.
public protocol MarketFeed: Sendable {
    mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>)
    mutating func receive(_ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>)
    /// When to say `.woke`; nil when there is nothing to wait for.
    var nextWake: Timestamp? { get }
}

/// What a market feed tells.
public enum MarketNews: Hashable, Sendable {
    case tick(Tick)
    /// What rests at a perpetual's best prices, from feeds that were asked for it.
    case depth(Depth)
    /// A closed spot candle: each once, in order, without a gap.
    case candle(SpotPair, SpotInterval, Candle)
    /// Candles that the exchange gives no more: they must come from elsewhere before the feed can go on.
    case gap(SpotPair, from: Timestamp, until: Timestamp)
    /// Whether orders are taken for a contract now.
    case state(InstrumentID, MarketState)
    case health(FeedWatch.Health)
    case alarm(DataAlarm)

    public enum MarketState: UInt8, Hashable, Sendable {
        case open
        case postOnly
        case suspended
    }
}
