public import Market

/// What a `RiskLedger` remembers, laid open to be written down and read back.
public struct RiskMemory: Hashable, Sendable {
    public var equity: Money?
    /// The highest equity.
    public var peak: Money?
    /// Midnight of the day under way; nil until equity was seen in it.
    public var dayStart: Timestamp?
    public var dayFirst: Money
    public var dayLowest: Money
    /// Entries sent in the day.
    public var dayEntries: Int
    public var dayEnd: Timestamp
    /// Losses in a row.
    public var losses: Int
    public var streakUntil: Timestamp
    public var pauses: [Cooldowns.Pause]

    public init(
        equity: Money?, peak: Money?, dayStart: Timestamp?, dayFirst: Money, dayLowest: Money, dayEntries: Int,
        dayEnd: Timestamp, losses: Int, streakUntil: Timestamp, pauses: [Cooldowns.Pause]
    ) {
        self.equity = equity
        self.peak = peak
        self.dayStart = dayStart
        self.dayFirst = dayFirst
        self.dayLowest = dayLowest
        self.dayEntries = dayEntries
        self.dayEnd = dayEnd
        self.losses = losses
        self.streakUntil = streakUntil
        self.pauses = pauses
    }
}

extension RiskLedger {
    public var memory: RiskMemory {
        RiskMemory(
            equity: equity, peak: peak.value, dayStart: day.start, dayFirst: day.first, dayLowest: day.lowest,
            dayEntries: day.entries, dayEnd: day.end, losses: cooldowns.losses, streakUntil: cooldowns.streakUntil,
            pauses: cooldowns.pauses)
    }

    public init(_ memory: RiskMemory) {
        self.init(
            equity: memory.equity, peak: PeakEquity(memory.peak), day: DailyLoss(memory), cooldowns: Cooldowns(memory))
    }
}
