public import Market
public import Venue

/// A trade that somebody would like to make, in the perpetual's prices, not yet sized.
public struct EntryProposal: Hashable, Sendable {
    /// Names the setup: the same setup has the same number for ever.
    public let setup: UInt64
    public let instrument: InstrumentID
    public let side: Side
    public let entry: ProposedEntry
    /// Where the idea is wrong. The plan holds it rounded to the tick, toward the market.
    public let stop: Price
    /// Nearest first. Shares add up to at most one; the rest is a runner without target.
    public let targets: [ProposedTarget]
    /// How long such a trade is usually held, for expected funding.
    public let expectedHold: Interval
    public let decidedAt: Timestamp

    public init(
        setup: UInt64, instrument: InstrumentID, side: Side, entry: ProposedEntry, stop: Price,
        targets: [ProposedTarget], expectedHold: Interval, decidedAt: Timestamp
    ) {
        self.setup = setup
        self.instrument = instrument
        self.side = side
        self.entry = entry
        self.stop = stop
        self.targets = targets
        self.expectedHold = expectedHold
        self.decidedAt = decidedAt
    }
}

/// How to get in, which decides what it costs.
@frozen public enum ProposedEntry: Hashable, Sendable {
    /// At once: ask or bid, taker fee and slippage.
    case market
    /// At this price or better. It may trade at once, so it is charged the taker fee; no slippage.
    case limit(Price)
    /// At this price, resting only: maker fee, no slippage.
    case postOnly(Price)
}

/// A level that pays and the part of the position that is closed there.
@frozen public struct ProposedTarget: Hashable, Sendable {
    public let price: Price
    public let share: Rate

    public init(price: Price, share: Rate) {
        self.price = price
        self.share = share
    }
}
