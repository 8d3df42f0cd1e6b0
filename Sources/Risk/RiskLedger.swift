public import Market
public import Venue

/// A trade that has ended, as far as risk is concerned.
public struct ClosedTrade: Hashable, Sendable {
    public let instrument: InstrumentID
    /// Result after fees and funding.
    public let net: Money
    /// One R of the trade.
    public let risk: Money
    public let closedAt: Timestamp

    public init(instrument: InstrumentID, net: Money, risk: Money, closedAt: Timestamp) {
        self.instrument = instrument
        self.net = net
        self.risk = risk
        self.closedAt = closedAt
    }
}

/// What risk remembers from one decision to the next: to be stored, because a restart forgives nothing.
public struct RiskLedger: Hashable, Sendable, Codable {
    public init() {}

    /// Takes the equity at a moment: each bar, each account report.
    public mutating func observe(equity: Money, at time: Timestamp) {}
    /// A deposit (positive) or withdrawal: scales peak and day so that drawdown and daily loss stay what they were.
    public mutating func recordCashFlow(_ amount: Money, at time: Timestamp) {}
    /// An entry order was sent.
    public mutating func recordEntry(_ instrument: InstrumentID, at time: Timestamp) {}
    /// A trade ended: starts cooldowns.
    public mutating func record(_ trade: ClosedTrade, under parameters: RiskParameters) {}
    /// Fall from peak, as a fraction of it, at the last observed equity.
    public var drawdown: Rate { .zero }
    /// Every block that is in force, with the time at which it ends.
    public func blocks(at now: Timestamp, under parameters: RiskParameters) -> [Block] { [] }

    /// An automatic block of entries. Each ends by itself.
    public struct Block: Hashable, Sendable {
        public let rule: RiskRule
        /// Nil: all instruments.
        public let instrument: InstrumentID?
        public let until: Timestamp
    }
}
