public import Market

/// What a record of paper trading must show before real orders are sent.
public struct PaperGate: Hashable, Sendable {
    /// Whole days with prices, all stretches added up. [30]
    public var days: Int
    /// Trades that ended. [50]
    public var trades: Int
    /// Largest fall from peak equity, as a fraction of it. [0.15]
    public var drawdown: Rate

    public init(days: Int = 30, trades: Int = 50, drawdown: Rate = .basisPoints(1_500)) {
        self.days = days
        self.trades = trades
        self.drawdown = drawdown
    }

    /// One thing that is missing, with its value and its limit.
    public struct Shortfall: Hashable, Sendable, CustomStringConvertible {
        public let what: String
        public let value: String
        public let limit: String

        public var description: String { "\(what): \(value), needed \(limit)" }
    }

    /// Empty when the record suffices.
    public func shortfalls(of record: PaperRecord) -> [Shortfall] {
        var missing: [Shortfall] = []
        let run = record.running.nanoseconds / Interval.days(1).nanoseconds
        if run < Int64(days) { missing.append(Shortfall(what: "days of running", value: "\(run)", limit: "\(days)")) }
        if record.trades < trades {
            missing.append(Shortfall(what: "trades", value: "\(record.trades)", limit: "\(trades)"))
        }
        if record.drawdown > drawdown {
            missing.append(Shortfall(what: "drawdown", value: "\(record.drawdown)", limit: "at most \(drawdown)"))
        }
        if let first = record.breaches.first {
            let value = "\(record.breaches.count), the first at \(first.time): \(first.what)"
            missing.append(Shortfall(what: "broken invariants", value: value, limit: "0"))
        }
        if !record.hasDrill {
            missing.append(Shortfall(what: "kill-switch drill", value: "none", limit: "one, latched and released"))
        }
        return missing
    }
}
