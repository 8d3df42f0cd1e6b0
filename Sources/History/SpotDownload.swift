public import Kraken
public import Market

/// Fetches the candles of one spot market up to now: from trades what is older than the 720 bars that REST keeps, the
/// rest as candles, and compares where both overlap. Requests out, answers in: no sockets, no clock, no files.
public struct SpotDownload: Sendable {
    /// Where a later run goes on: everything before `next` is stored.
    public struct Cursor: Hashable, Sendable, Codable {
        public var next: Timestamp
        public var lastClose: Price
        /// Of the last trade before `next`; nil when bars came as candles.
        public var lastTradeID: Int64?

        public init(next: Timestamp, lastClose: Price, lastTradeID: Int64?) {
            self.next = next
            self.lastClose = lastClose
            self.lastTradeID = lastTradeID
        }
    }

    /// Trades that the exchange did not give: ids between these two.
    public struct Hole: Hashable, Sendable {
        public let after: Int64
        public let before: Int64
        public let time: Timestamp
    }

    public enum Request: Hashable, Sendable {
        case trades(SpotTradesRequest)
        case candles(SpotOHLCRequest)
    }

    private enum Phase: Hashable, Sendable {
        case trades
        case candles
        case done
    }

    public let pair: String
    public let interval: SpotInterval
    /// Where this run started.
    public let start: Timestamp
    /// Set once a bar is stored.
    public private(set) var cursor: Cursor?
    public private(set) var holes: [Hole] = []
    /// Bars from trades that are not what the exchange has as candles. There should be none.
    public private(set) var differences: [(built: SpotBar, recorded: SpotBar)] = []
    /// Bars of both ways that agreed.
    public private(set) var compared = 0
    public private(set) var trades = 0
    /// The time up to which everything is known, for progress.
    public private(set) var reached: Timestamp
    private var phase: Phase
    private var builder: TradeBars
    private var since: Timestamp
    private var lastTradeID: Int64?
    private var lastTradeTime = Timestamp(seconds: 0)
    private var hasRetried = false
    private var recent: [SpotBar] = []
    /// Whether a first candle later than what is wanted can only mean that nothing is older.
    private var isOldestKnown: Bool

    /// Finished bars that REST keeps.
    public static let window: Int64 = 720
    /// How long after its end a bar may take to be complete at the exchange.
    private static let grace = Interval.seconds(5)

    /// - Parameters:
    ///   - from: where to start when nothing is stored; nil starts with the bars that REST keeps.
    ///   - cursor: of the run before.
    public init(pair: String, interval: SpotInterval, from: Timestamp?, cursor: Cursor?, now: Timestamp) {
        let step = interval.interval
        let windowStart = now.floor(to: step) - step * Self.window
        let start = cursor?.next ?? from.map { $0.floor(to: step) } ?? windowStart
        self.pair = pair
        self.interval = interval
        self.start = start
        self.cursor = cursor
        reached = start
        // The average price is not stored, so its decimals do not matter.
        builder = TradeBars(interval: interval, priceDecimals: Price.decimals)
        if let cursor { builder = builder.continuing(at: cursor.next, price: cursor.lastClose) }
        since = Timestamp(nanoseconds: max(0, start.nanoseconds - 1))
        lastTradeID = cursor?.lastTradeID
        phase = start >= windowStart ? .candles : .trades
        isOldestKnown = from == nil && cursor == nil
    }

    /// What to ask next; nil when everything is fetched.
    public var request: Request? {
        switch phase {
        case .trades: .trades(SpotTradesRequest(pair: pair, since: since))
        case .candles: .candles(SpotOHLCRequest(pair: pair, interval: interval))
        case .done: nil
        }
    }

    /// Takes a page of trades; the bars that it closed.
    public mutating func receive(
        _ page: SpotTradesRequest.Answer, at now: Timestamp
    ) throws(HistoryError) -> [SpotBar] {
        let fresh = page.trades.filter { $0.id > lastTradeID ?? .min && $0.time >= start }
        if let first = fresh.first, let last = lastTradeID, first.id != last + 1, !hasRetried {
            // A page may end among trades of one time, whose rest the cursor would skip: once more from a little
            // before, and only then the hole is believed.
            hasRetried = true
            since = max(start, lastTradeTime) - .milliseconds(1)
            return []
        }
        hasRetried = false
        let isEnd = page.trades.count < SpotTradesRequest.pageSize
        guard isEnd || page.last > since else { throw .stuck(at: since) }
        var closed: [SpotBar] = []
        for trade in fresh {
            guard trade.time <= now + .hours(1) else {
                throw .implausible("trade \(trade.id) of \(pair) is of \(trade.time), which is to come")
            }
            if let last = lastTradeID, trade.id != last + 1 {
                holes.append(Hole(after: last, before: trade.id, time: trade.time))
            }
            take(builder.add(trade), into: &closed)
            lastTradeID = trade.id
            lastTradeTime = trade.time
        }
        trades += fresh.count
        since = max(since, page.last)
        reached = max(reached, fresh.last?.time ?? reached)
        if isEnd {
            take(builder.close(until: now - Self.grace), into: &closed)
            phase = .candles
            isOldestKnown = true
        } else if reached >= now - interval.interval * (Self.window - 1) {
            phase = .candles
        }
        return closed
    }

    /// Takes the answer with candles; those that follow what is stored.
    public mutating func receive(_ answer: SpotOHLCRequest.Answer, at now: Timestamp) -> [SpotBar] {
        let finished = answer.finished
        for bar in finished {
            guard let built = recent.first(where: { $0.openTime == bar.openTime }) else { continue }
            if built.agrees(with: bar) { compared += 1 } else { differences.append((built, bar)) }
        }
        let next = cursor?.next ?? start
        guard let first = finished.first else {
            phase = .done
            return []
        }
        // REST does not reach back to what is stored: trades join the two.
        guard first.openTime <= next || isOldestKnown else {
            phase = .trades
            return []
        }
        var closed: [SpotBar] = []
        take(finished.filter { $0.openTime >= next }, into: &closed, fromTrades: false)
        phase = .done
        reached = now
        return closed
    }

    private mutating func take(_ bars: [SpotBar], into closed: inout [SpotBar], fromTrades: Bool = true) {
        guard let last = bars.last else { return }
        closed += bars
        cursor = Cursor(
            next: last.openTime + interval.interval, lastClose: last.close,
            lastTradeID: fromTrades ? lastTradeID : nil)
        guard fromTrades else { return }
        recent += bars.suffix(Int(Self.window))
        if recent.count > Int(Self.window) { recent.removeFirst(recent.count - Int(Self.window)) }
    }
}
