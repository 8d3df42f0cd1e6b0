public import Market

/// A way to find trades in one spot market. It sees closed candles and nothing else: no account, no position, no
/// derivative, no clock. The same candles always give the same findings.
public protocol Strategy: Sendable {
    /// The name that configuration and reports use.
    var name: String { get }
    /// The timeframes whose closed candles `observe` wants.
    var timeframes: [Timeframe] { get }
    /// The timeframe on whose closes signals are made.
    var decisionTimeframe: Timeframe { get }

    /// Takes a candle that has just closed and appends what follows from it. At one instant candles arrive highest
    /// timeframe first, so that a decision sees every bar that closed with it.
    mutating func observe(_ candle: Candle, _ timeframe: Timeframe, into findings: inout [Finding])

    /// The same for the bars `range` of `series` in a row, up to the first that adds findings. Its place, after which no
    /// bar was seen; nil when all were seen in vain.
    mutating func observe(_ series: CandleSeries, _ range: Range<Int>, into findings: inout [Finding]) -> Int?
}

extension Strategy {
    public mutating func observe(
        _ series: CandleSeries, _ range: Range<Int>, into findings: inout [Finding]
    ) -> Int? {
        let before = findings.count
        return range.first { place in
            observe(series[place], series.timeframe, into: &findings)
            return findings.count != before
        }
    }
}

/// What a strategy concludes from a candle.
public enum Finding: Sendable {
    /// Every condition holds: trade this.
    case signal(Signal)
    /// A candidate that failed a condition; the first failing check is its reason.
    case declined(Candidate)
    /// An earlier signal is no longer worth entering.
    case withdrawn(SetupID, Withdrawal)
    /// The reason to be in the market on this side is gone: structure has flipped against it.
    case premiseBroken(Side, at: Timestamp)
    /// Levels for managing a position, at the close of each decision bar.
    case guidance(Guidance)
}

/// Why a signal that was not filled should be given up.
public enum Withdrawal: String, Hashable, Sendable, Codable, CaseIterable {
    /// Price was in reach for as many decision bars as the setup allows.
    case reachExpired = "reach_expired"
    /// The setup is older than it may get.
    case expired
    case stopTradedFirst = "stop_traded_first"
    case targetTradedFirst = "target_traded_first"
    case structureFlipped = "structure_flipped"
}

/// A price of the spot market. Only distances relative to it, as fractions, may be carried over to a perpetual.
@frozen public struct SpotPrice: Hashable, Comparable, Sendable {
    public let value: Price
    @inlinable public init(_ value: Price) { self.value = value }
    @inlinable public static func < (a: SpotPrice, b: SpotPrice) -> Bool { a.value < b.value }
}

/// What position management may use from the spot chart, as fractions of `reference` so that they carry over.
@frozen public struct Guidance: Hashable, Sendable {
    public let time: Timestamp
    /// The spot close that the fractions are of.
    public let reference: SpotPrice
    /// ATR of the decision timeframe; nil until warmed up.
    public let atr: Rate?
    /// Distance from the reference down to the last confirmed swing low (negative when the low is above).
    public let swingLow: Rate?
    /// Distance from the reference up to the last confirmed swing high.
    public let swingHigh: Rate?

    public init(time: Timestamp, reference: SpotPrice, atr: Rate?, swingLow: Rate?, swingHigh: Rate?) {
        self.time = time
        self.reference = reference
        self.atr = atr
        self.swingLow = swingLow
        self.swingHigh = swingHigh
    }
}
