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
    /// The equity that was observed last.
    public private(set) var equity: Money?
    public private(set) var peak = PeakEquity()
    public private(set) var day = DailyLoss()
    public private(set) var cooldowns = Cooldowns()

    public init() {}

    init(equity: Money?, peak: PeakEquity, day: DailyLoss, cooldowns: Cooldowns) {
        self.equity = equity
        self.peak = peak
        self.day = day
        self.cooldowns = cooldowns
    }

    /// Takes the equity at a moment: each bar, each account report. Allocates nothing.
    public mutating func observe(equity: Money, at time: Timestamp) {
        self.equity = equity
        peak.observe(equity)
        day.observe(equity, at: time)
    }

    /// Before this instant, observing `equity` once more changes nothing; in the distant past when it would.
    public func steadyUntil(_ equity: Money) -> Timestamp {
        guard self.equity == equity, let highest = peak.value, highest >= equity else { return .distantPast }
        return day.steadyUntil(equity)
    }

    /// A deposit (positive) or withdrawal: scales peak and day so that drawdown and daily loss stay what they were.
    /// Before any equity was seen there is nothing to scale.
    public mutating func recordCashFlow(_ amount: Money) {
        guard let before = equity else { return }
        let after = before + amount
        peak.rescale(from: before, to: after)
        day.rescale(from: before, to: after)
        equity = after
    }

    /// The same when equity with the flow in it may have been observed already.
    /// - Parameters:
    ///   - earlier: this ledger as it was before the flow.
    ///   - expected: what equity would be without it.
    public mutating func recordCashFlow(
        _ amount: Money, since earlier: RiskLedger, expected: Money, at time: Timestamp
    ) {
        peak = earlier.peak
        day.takeEquity(of: earlier.day)
        observe(equity: expected, at: time)
        recordCashFlow(amount)
    }

    /// Measures drawdown from present equity on: a loss that an operator has accepted. Nil, and nothing changed, when
    /// there is no such loss or nothing left to measure from.
    public mutating func rebasePeak() -> (from: Money, to: Money)? {
        guard let old = peak.value, let equity, equity.isPositive, equity < old else { return nil }
        peak = PeakEquity(equity)
        return (old, equity)
    }

    /// An entry order was sent.
    public mutating func recordEntry(at time: Timestamp) { day.recordEntry(at: time) }

    /// A trade ended: counts losses and starts pauses.
    public mutating func record(_ trade: ClosedTrade, under parameters: RiskParameters) {
        cooldowns.record(trade, streak: parameters.lossStreak, symbol: parameters.symbolCooldown)
    }

    /// Fall from peak, as a fraction of it, at the last observed equity.
    public var drawdown: Rate { equity.map(peak.drawdown(at:)) ?? .zero }

    /// Every automatic block that is in force at `now`, with the time at which it ends.
    public func blocks(at now: Timestamp, under parameters: RiskParameters) -> [RiskBlock] {
        var blocks: [RiskBlock] = []
        if let limit = parameters.dailyLoss, let equity, day.loss(at: now, equity: equity) > limit {
            blocks.append(RiskBlock(rule: .dailyLoss, instrument: nil, until: day.end(at: now)))
        }
        if let limit = parameters.dailyEntries, day.entries(at: now) >= limit {
            blocks.append(RiskBlock(rule: .dailyEntries, instrument: nil, until: day.end(at: now)))
        }
        if parameters.lossStreak != nil, let until = cooldowns.streakPause(at: now) {
            blocks.append(RiskBlock(rule: .lossStreak, instrument: nil, until: until))
        }
        if parameters.symbolCooldown != nil {
            for pause in cooldowns.pauses where pause.until > now {
                blocks.append(RiskBlock(rule: .symbolCooldown, instrument: pause.instrument, until: pause.until))
            }
        }
        return blocks
    }
}

/// An automatic block of entries. Each ends by itself.
public struct RiskBlock: Hashable, Sendable {
    public let rule: RiskRule
    /// Nil: all instruments.
    public let instrument: InstrumentID?
    public let until: Timestamp

    public init(rule: RiskRule, instrument: InstrumentID?, until: Timestamp) {
        self.rule = rule
        self.instrument = instrument
        self.until = until
    }
}
