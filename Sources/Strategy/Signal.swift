public import Market

/// The identity of a setup: made from instrument, timeframe, direction and the structures it is built on, so that the
/// same setup is recognised for ever and traded at most once.
@frozen public struct SetupID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let value: UInt64
    @inlinable public init(_ value: UInt64) { self.value = value }
    @inlinable public static func < (a: SetupID, b: SetupID) -> Bool { a.value < b.value }

    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The families of setups, each measured on its own.
public enum SetupKind: String, Hashable, Sendable, Codable, CaseIterable {
    case orderBlockWithGap = "ob+fvg"
    case orderBlock = "ob"
    case gap = "fvg"
    case breakRetest = "bos-retest"
    case emaCross = "ema-cross"
}

/// A complete trade idea in spot terms: where to get in, where it is wrong, where it pays, and every condition that
/// was checked. All distances are positive fractions of the entry price.
public struct Signal: Sendable {
    public let id: SetupID
    public let pair: SpotPair
    public let side: Side
    public let setup: SetupKind
    /// The close of the decision bar.
    public let decidedAt: Timestamp
    /// The spot close at the decision.
    public let reference: SpotPrice
    public let entry: EntryRule
    /// From the entry to the stop.
    public let stopDistance: Rate
    /// Nearest first. Shares add up to at most one; what is left is the runner, which has no target.
    public let targets: [SignalTarget]
    /// When the entry is given up, whatever happened.
    public let expiresAt: Timestamp
    /// How long such a trade is usually held, for expected funding.
    public let expectedHold: Interval
    /// When the position is closed by time; nil for never.
    public let timeExit: Interval?
    public let checks: [Check<SignalRule>]
    /// What to draw on the chart of this trade.
    public let drawings: [Drawing]

    public init(
        id: SetupID, pair: SpotPair, side: Side, setup: SetupKind, decidedAt: Timestamp, reference: SpotPrice,
        entry: EntryRule, stopDistance: Rate, targets: [SignalTarget], expiresAt: Timestamp, expectedHold: Interval,
        timeExit: Interval?, checks: [Check<SignalRule>], drawings: [Drawing]
    ) {
        self.id = id
        self.pair = pair
        self.side = side
        self.setup = setup
        self.decidedAt = decidedAt
        self.reference = reference
        self.entry = entry
        self.stopDistance = stopDistance
        self.targets = targets
        self.expiresAt = expiresAt
        self.expectedHold = expectedHold
        self.timeExit = timeExit
        self.checks = checks
        self.drawings = drawings
    }
}

/// How to get in.
@frozen public enum EntryRule: Hashable, Sendable {
    /// At once, at the market.
    case market
    /// At this spot level or better, by a resting order.
    case limit(SpotPrice)
}

/// A level that pays.
@frozen public struct SignalTarget: Hashable, Sendable {
    /// From the entry, as a fraction of it.
    public let distance: Rate
    /// The part of the position that is closed there.
    public let share: Rate

    public init(distance: Rate, share: Rate) {
        self.distance = distance
        self.share = share
    }
}

/// A possible trade that did not pass.
public struct Candidate: Sendable {
    public let id: SetupID
    public let pair: SpotPair
    public let side: Side
    public let setup: SetupKind
    public let decidedAt: Timestamp
    public let reference: SpotPrice
    /// All that were evaluated, in order; the first that failed is the reason.
    public let checks: [Check<SignalRule>]

    public init(
        id: SetupID, pair: SpotPair, side: Side, setup: SetupKind, decidedAt: Timestamp, reference: SpotPrice,
        checks: [Check<SignalRule>]
    ) {
        self.id = id
        self.pair = pair
        self.side = side
        self.setup = setup
        self.decidedAt = decidedAt
        self.reference = reference
        self.checks = checks
    }

    public var reason: SignalRule? { checks.first { !$0.passed }?.name }
}

/// The conditions of a signal. The raw value is the name in reports and counters.
public enum SignalRule: String, Hashable, Sendable, Codable, CaseIterable {
    case warmedUp = "warmed_up"
    case bias
    case displacement
    case zone
    case freshness
    case discount
    case sweep
    case trendStrength = "trend_strength"
    case volatility
    case stopDistance = "stop_distance"
    case firstTarget = "first_target"
    case divergence
    case usedOnce = "used_once"
}

/// Something on a chart, in spot prices.
public enum Drawing: Hashable, Sendable {
    /// A price zone from the bar it was made to when it was decided on.
    case zone(label: String, from: Timestamp, low: Price, high: Price)
    /// A price level from the bar it was made.
    case level(label: String, from: Timestamp, price: Price)
}
