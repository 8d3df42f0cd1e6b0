import Market
import Operations

/// What the daily summary is made of.
struct Diary: Sendable {
    /// A status older than this is no longer told as the present.
    static let freshness = Interval.minutes(10)

    private(set) var nextSummary: Timestamp?
    private let offset: Interval?
    private var since: Timestamp
    private var standing: (value: Standing, at: Timestamp)?
    private var equityBefore: Money?
    private var nakedBefore: Double?
    private var alerts = (info: 0, warning: 0, critical: 0)
    private var trades = (count: 0, won: 0, net: Money.zero, fees: Money.zero)
    private var lost = 0

    /// - Parameter summaryAt: after midnight, UTC; nil for no summary.
    init(summaryAt: Interval?, from now: Timestamp) {
        since = now
        offset = summaryAt
        nextSummary = summaryAt.map { Self.summary(at: $0, after: now) }
    }

    private static func summary(at offset: Interval, after now: Timestamp) -> Timestamp {
        let today = now.startOfDay + offset
        return today > now ? today : today + .days(1)
    }

    mutating func count(_ severity: Alert.Severity) {
        switch severity {
        case .info: alerts.info += 1
        case .warning: alerts.warning += 1
        case .critical: alerts.critical += 1
        }
    }

    mutating func note(_ standing: Standing, at now: Timestamp) {
        if self.standing == nil {
            equityBefore = standing.equity
            nakedBefore = standing.nakedSeconds
        }
        self.standing = (standing, now)
    }

    mutating func note(net: Money, fees: Money) {
        trades.count += 1
        trades.won += net > .zero ? 1 : 0
        trades.net = trades.net + net
        trades.fees = trades.fees + fees
    }

    mutating func lose(_ notices: Int) { lost += notices }

    /// The summary of the time since the last one, when it is due. One that was missed comes late, and once.
    mutating func summary(at now: Timestamp, undelivered: Int) -> Notice? {
        guard let offset, let next = nextSummary else { return nil }
        // One further off than a day: the session's clock was put right.
        guard next <= now || next > now + .days(1) else { return nil }
        nextSummary = Self.summary(at: offset, after: now)
        guard next <= now else { return nil }
        defer { startAgain(at: now) }
        return notice(at: now, undelivered: undelivered)
    }

    private func notice(at now: Timestamp, undelivered: Int) -> Notice {
        var lines = ["since \(since.floor(to: .seconds(1)))"]
        var severity = Alert.Severity.info
        if let standing, now - standing.at <= Self.freshness {
            lines += standing.value.lines
            if let before = equityBefore, let equity = standing.value.equity {
                let change = equity - before
                lines.append("change of equity: \(change > .zero ? "+" : "")\(change) USD")
            }
        } else {
            severity = .warning
            lines.append("no status of the session" + (standing.map { " since \($0.at.floor(to: .seconds(1)))" } ?? ""))
        }
        lines.append(
            "closed trades: \(trades.count), \(trades.won) won, net \(trades.net) USD, fees \(trades.fees) USD")
        if let naked = standing?.value.nakedSeconds {
            let before = nakedBefore ?? 0
            let seconds = Int64(((naked < before ? naked : naked - before) * 1000).rounded())
            lines.append("held without a full stop: \(Interval.milliseconds(seconds))")
        }
        lines.append("alerts: \(alerts.critical) critical, \(alerts.warning) warnings, \(alerts.info) infos")
        if lost + undelivered > 0 { lines.append("notices dropped: \(lost), waiting: \(undelivered)") }
        if let standing, !standing.value.holdings.isEmpty {
            let shown = standing.value.positionLines.prefix(Notice.lineLimit)
            lines += shown
            let more = standing.value.holdings.count - shown.count
            if more > 0 { lines.append("and \(more) more positions") }
        }
        return Notice(severity, heading: "daily summary", lines: lines, kind: "summary", at: now)
    }

    private mutating func startAgain(at now: Timestamp) {
        since = now
        if let equity = standing?.value.equity { equityBefore = equity }
        nakedBefore = standing?.value.nakedSeconds
        alerts = (0, 0, 0)
        trades = (0, 0, .zero, .zero)
        lost = 0
    }
}
