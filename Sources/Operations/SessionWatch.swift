import Kraken
import Market
import Venue

/// What is known of the health of the lines and of the markets.
struct SessionWatch: Sendable {
    private(set) var candles = FeedWatch.Health.recovering
    private(set) var prices = FeedWatch.Health.recovering
    private(set) var account = FeedWatch.Health.recovering
    private var suspended: Set<InstrumentID> = []
    /// The exchange's time is not known well enough.
    var isClockUncertain = false

    /// True when it is news.
    mutating func changed(_ line: Line, to health: FeedWatch.Health) -> Bool {
        switch line {
        case .preparation: return false
        case .candles: return Self.change(&candles, to: health)
        case .prices: return Self.change(&prices, to: health)
        case .account: return Self.change(&account, to: health)
        }
    }

    private static func change(_ old: inout FeedWatch.Health, to new: FeedWatch.Health) -> Bool {
        defer { old = new }
        return old != new
    }

    mutating func marketChanged(_ instrument: InstrumentID, to state: MarketNews.MarketState) -> Bool {
        switch state {
        case .open: suspended.remove(instrument) != nil
        case .postOnly, .suspended: suspended.insert(instrument).inserted
        }
    }

    var areFeedsHealthy: Bool { candles == .healthy && prices == .healthy && account == .healthy }

    var causes: Set<HoldCause> {
        var causes: Set<HoldCause> = []
        if candles != .healthy { causes.insert(.candlesUnhealthy) }
        if prices != .healthy { causes.insert(.pricesUnhealthy) }
        if account != .healthy { causes.insert(.accountUnhealthy) }
        if isClockUncertain { causes.insert(.clockSkew) }
        for instrument in suspended { causes.insert(.marketNotOpen(instrument)) }
        return causes
    }
}
