public import Market
import Strategy
public import Trading

/// What the statistics are computed from.
public struct MetricsInput: Sendable {
    public let trades: [Trade]
    public let equity: [EquityPoint]
    public let initial: Money
    public let final: Money
    public let start: Timestamp
    public let end: Timestamp

    public init(
        trades: [Trade], equity: [EquityPoint], initial: Money, final: Money, start: Timestamp, end: Timestamp
    ) {
        self.trades = trades
        self.equity = equity
        self.initial = initial
        self.final = final
        self.start = start
        self.end = end
    }

    var daily: DailyReturns {
        DailyReturns(equity, initial: initial, start: start, end: end, final: final)
    }

    var days: Double { (end - start).hours / 24 }
}

extension Metrics {
    public init(_ input: MetricsInput) {
        self.init()
        let trades = input.trades
        let tally = Tally(trades)
        self.trades = trades.count
        wins = tally.wins
        losses = tally.losses
        winRate = trades.isEmpty ? nil : Double(wins) / Double(trades.count)
        profitFactor = tally.profitFactor
        expectancyR = tally.expectancyR
        let daily = input.daily
        sharpe = daily.sharpe
        sortino = daily.sortino
        let curve = Drawdown(input)
        maxDrawdown = curve.deepest
        maxDrawdownDays = curve.longestDays
        cagr = Self.growth(from: input.initial.double, to: input.final.double, days: input.days)
        calmar = Self.calmar(cagr, maxDrawdown)
        exposure = Self.exposure(trades, from: input.start, to: input.end)
        averageHoldHours =
            trades.isEmpty ? nil : trades.reduce(0) { $0 + $1.hold.hours } / Double(trades.count)
        longestLossStreak = Self.longestLossStreak(trades)
        bySymbol = Self.breakdown(trades) { $0.pair.description }
        bySetup = Self.breakdown(trades) { $0.setup.rawValue }
        bySide = Self.breakdown(trades) { $0.side.description }
        byMonth = Self.months(input)
    }

    /// Compound growth in a year of 365 days; -1 when nothing is left, nil for less than a day or out of range.
    static func growth(from initial: Double, to final: Double, days: Double) -> Double? {
        guard initial > 0, days >= 1 else { return nil }
        guard final > 0 else { return -1 }
        return PowerFunctions.power(final / initial, 365 / days).map { $0 - 1 }
    }

    static func calmar(_ cagr: Double?, _ drawdown: Double?) -> Double? {
        guard let cagr, let drawdown, drawdown > 0 else { return nil }
        return cagr / drawdown
    }

    /// Share of the span in which at least one position was open.
    static func exposure(_ trades: [Trade], from start: Timestamp, to end: Timestamp) -> Double? {
        guard end > start else { return nil }
        var open = Interval.zero
        var covered = start
        for trade in trades.sorted(by: { ($0.openedAt, $0.id) < ($1.openedAt, $1.id) }) {
            let from = max(trade.openedAt, covered)
            let until = min(trade.closedAt, end)
            guard until > from else { continue }
            open = open + (until - from)
            covered = until
        }
        return open.hours / (end - start).hours
    }

    static func longestLossStreak(_ trades: [Trade]) -> Int {
        var longest = 0
        var running = 0
        for trade in trades.sorted(by: { ($0.closedAt, $0.id) < ($1.closedAt, $1.id) }) {
            running = trade.net.isNegative ? running + 1 : 0
            longest = max(longest, running)
        }
        return longest
    }

    private static func breakdown(_ trades: [Trade], _ name: (Trade) -> String) -> [Breakdown] {
        var groups: [(name: String, trades: [Trade])] = []
        for trade in trades {
            let key = name(trade)
            if let place = groups.firstIndex(where: { $0.name == key }) {
                groups[place].trades.append(trade)
            } else {
                groups.append((key, [trade]))
            }
        }
        return groups.sorted { $0.name < $1.name }.map { group in
            let tally = Tally(group.trades)
            return Breakdown(
                name: group.name, trades: group.trades.count, wins: tally.wins, net: tally.net,
                expectancyR: tally.expectancyR, profitFactor: tally.profitFactor)
        }
    }

    private static func months(_ input: MetricsInput) -> [MonthlyResult] {
        guard input.end > input.start else { return [] }
        var result: [MonthlyResult] = []
        var before = input.initial
        var next = 0
        var day = CalendarDay(input.start)
        // The instant that ends the run belongs to the month that it closes.
        let lastInstant = input.end - Interval(nanoseconds: 1)
        while let month = CalendarDay(year: day.year, month: day.month, day: 1), month.start <= lastInstant {
            let isDecember = month.month == 12
            let following = CalendarDay(
                year: isDecember ? month.year + 1 : month.year, month: isDecember ? 1 : month.month + 1, day: 1)
            guard let following else { break }
            var after = before
            while next < input.equity.count, input.equity[next].time <= following.start {
                after = input.equity[next].equity
                next += 1
            }
            if following.start > lastInstant { after = input.final }
            let closed = input.trades.filter {
                let at = min($0.closedAt, lastInstant)
                return at >= month.start && at < following.start
            }
            result.append(
                MonthlyResult(
                    year: month.year, month: month.month,
                    change: before.isPositive ? after.double / before.double - 1 : 0,
                    net: closed.reduce(.zero) { $0 + $1.net }, trades: closed.count))
            before = after
            day = following
        }
        return result
    }
}

/// Sums over a set of trades.
struct Tally {
    private(set) var wins = 0
    private(set) var losses = 0
    private(set) var won = Money.zero
    private(set) var lost = Money.zero
    private var sumR = 0.0
    private var countR = 0

    init(_ trades: [Trade]) {
        for trade in trades {
            if trade.net.isPositive {
                wins += 1
                won += trade.net
            } else if trade.net.isNegative {
                losses += 1
                lost -= trade.net
            }
            if let multiple = trade.rMultiple {
                sumR += multiple
                countR += 1
            }
        }
    }

    var net: Money { won - lost }
    /// Nil without a loss: no finite number says how much better than losing that is.
    var profitFactor: Double? { lost.isPositive ? won.double / lost.double : nil }
    var expectancyR: Double? { countR > 0 ? sumR / Double(countR) : nil }
}

/// Falls of equity from its peaks.
struct Drawdown {
    /// The deepest, as a fraction of the peak.
    private(set) var deepest: Double?
    /// The longest time from a peak to its recovery, or to the end.
    private(set) var longestDays: Double?

    init(_ input: MetricsInput) {
        guard input.end > input.start else { return }
        let deepest = input.equity.reduce(Rate.zero) { max($0, $1.drawdown) }
        self.deepest = deepest.double
        var peak = input.initial
        var peakAt = input.start
        var longest = Interval.zero
        var isUnder = false
        for point in input.equity {
            if point.equity < peak {
                isUnder = true
                continue
            }
            if isUnder { longest = max(longest, point.time - peakAt) }
            isUnder = false
            peak = point.equity
            peakAt = point.time
        }
        if input.final < peak { longest = max(longest, input.end - peakAt) }
        longestDays = longest.hours / 24
    }
}
