public import Market
import Trading

/// Proves that a result does not depend on the future: the data is cut off at several instants, the run is repeated
/// without what came after, and everything before each cut must be the same to the last byte.
public struct LookaheadAudit: Sendable {
    /// What one cut showed.
    public struct Cut: Hashable, Sendable {
        public let time: Timestamp
        /// Compared and found equal: decisions, fills of finished trades, trades, hourly equity points.
        public let decisions: Int
        public let fills: Int
        public let trades: Int
        public let equityPoints: Int
        /// Hash of every message, command and note up to the cut, with and without the future.
        public let journal: String
        public let journalWithoutFuture: String
        /// The first thing that was different, for people; nil when nothing was.
        public let difference: String?

        public var passed: Bool { difference == nil }
    }

    public let cuts: [Cut]
    public var passed: Bool { cuts.allSatisfy(\.passed) }

    /// Cuts at `count` instants spread evenly over the run, 1 or more.
    public static func run(
        _ backtest: Backtest, _ markets: [MarketHistory], cuts count: Int = 5,
        progress: (BacktestProgress) -> Void = { _ in }
    ) throws(BacktestError) -> LookaheadAudit {
        precondition(count >= 1, "an audit cuts at least once")
        let markets = try backtest.prepared(markets)
        let base = markets[0].spot.candles.timeframe
        let span = try backtest.runner(markets, backtest.strategies(for: markets))
        let step = (span.end - span.start).nanoseconds / Int64(count + 1)
        let times = (1...Int64(count)).map { place in
            base.start(of: span.start + Interval(nanoseconds: step * place))
        }.filter { $0 > span.start }
        let whole = try backtest.pass(
            markets, backtest.strategies(for: markets), checkpoints: times, progress: progress)
        var cuts: [Cut] = []
        for time in times {
            var short = backtest
            short.configuration.end = time
            let truncated = markets.map { $0.truncated(at: time) }.filter { !$0.spot.candles.isEmpty }
            let part = try short.pass(truncated, short.strategies(for: truncated), checkpoints: [time])
            cuts.append(compare(whole, part, at: time))
        }
        return LookaheadAudit(cuts: cuts)
    }

    private static func compare(_ whole: BacktestRun, _ part: BacktestRun, at time: Timestamp) -> Cut {
        let journal = whole.checkpoints.first { $0.time == time }?.hash ?? ""
        let without = part.checkpoints.first { $0.time == time }?.hash ?? ""
        let decisions = Pair(whole.decisions.filter { $0.time <= time }, part.decisions)
        // A trade that the cut itself closed is not finished.
        let trades = Pair(
            whole.trades.filter { $0.closedAt < time }, part.trades.filter { $0.closedAt < time })
        let points = Pair(whole.equity.filter { $0.time < time }, part.equity.filter { $0.time < time })
        var difference: String?
        if let decision = decisions.first({ fingerprint($0) }) {
            difference = "decision at \(decision.time) of \(decision.pair)"
        } else if let trade = trades.first({ fingerprint($0) }) {
            difference = "trade \(trade.id) of \(trade.pair), opened at \(trade.openedAt)"
        } else if let point = points.first({ $0 }) {
            difference = "equity at \(point.time)"
        } else if journal != without {
            difference = "the order or content of messages and commands before \(time)"
        }
        return Cut(
            time: time, decisions: decisions.same { fingerprint($0) },
            fills: trades.part.reduce(0) { $0 + $1.legs.count }, trades: trades.same { fingerprint($0) },
            equityPoints: points.same { $0 }, journal: journal, journalWithoutFuture: without, difference: difference)
    }

    private static func fingerprint(_ decision: Decision) -> UInt64 {
        var hash = JournalHash()
        hash.add(decision)
        return hash.value
    }

    private static func fingerprint(_ trade: Trade) -> UInt64 {
        var hash = JournalHash()
        hash.add(trade)
        return hash.value
    }

    /// The same list with and without the future.
    private struct Pair<Element> {
        let whole: [Element]
        let part: [Element]

        init(_ whole: [Element], _ part: [Element]) {
            self.whole = whole
            self.part = part
        }

        /// The first element that has no equal in the other list.
        func first<Key: Equatable>(_ key: (Element) -> Key) -> Element? {
            for (a, b) in zip(whole, part) where key(a) != key(b) { return b }
            if whole.count == part.count { return nil }
            return whole.count > part.count ? whole[part.count] : part[whole.count]
        }

        func same<Key: Equatable>(_ key: (Element) -> Key) -> Int {
            zip(whole, part).reduce(0) { $0 + (key($1.0) == key($1.1) ? 1 : 0) }
        }
    }
}
