public import Market

/// Says once, in order and without a gap, which bars of one market are closed.
///
/// The stream never says that a bar is final. Here it is when a later bar has begun on an unbroken connection, or when
/// REST reports it as finished. Minutes without trades, which the stream leaves out, become flat bars as REST has them.
/// Every bar that closed from the stream is compared with REST afterwards; what REST says wins for all that is not
/// closed yet, and is reported for what is.
public struct CandleCloser: Sendable {
    public enum Event: Hashable, Sendable {
        case closed(SpotBar)
        /// Stream and REST disagree in prices, volume or count. `wasClosed`: the stream's bar was told already.
        case difference(stream: SpotBar, rest: SpotBar, wasClosed: Bool)
        /// Ask REST for the bars that open after this instant.
        case request(since: Timestamp)
        /// REST does not reach back to these bars: they must come from trades before anything later is told.
        case missing(from: Timestamp, until: Timestamp)
    }

    public let interval: SpotInterval
    /// How long after its end a bar may take to be complete at the exchange.
    public let grace: Interval
    /// How long to wait for an answer before asking again.
    public let patience: Interval
    /// Whether bars wait for REST even when the stream shows them closed.
    public let waitsForConfirmation: Bool

    /// The open time of the first bar that is not told yet.
    public private(set) var next: Timestamp
    private var lastClose: Price?
    /// The first bar that an unbroken connection has seen whole; nil while there is none.
    private var wholeFrom: Timestamp?
    /// Bars of the stream that are not told yet, by open time.
    private var live: [SpotBar] = []
    /// Bars told from the stream that REST has not confirmed, by open time.
    private var unconfirmed: [SpotBar] = []
    private var requestedAt: Timestamp?

    /// The most quiet bars taken from the silence of the stream; after a longer one REST is asked.
    private static let longestSilence: Int64 = 720

    /// - Parameters:
    ///   - next: open time of the first bar to tell.
    ///   - lastClose: of the bar before it, when that is known.
    public init(
        interval: SpotInterval, next: Timestamp, lastClose: Price?, waitsForConfirmation: Bool = false,
        grace: Interval = .seconds(3), patience: Interval = .seconds(5)
    ) {
        precondition(next.floor(to: interval.interval) == next, "a bar opens on a multiple of its length")
        self.interval = interval
        self.next = next
        self.lastClose = lastClose
        self.waitsForConfirmation = waitsForConfirmation
        self.grace = grace
        self.patience = patience
    }

    /// The subscription stands since `now`. The bar that is forming was seen in part only, so it closes by REST.
    public mutating func connected(at now: Timestamp) -> [Event] {
        wholeFrom = now.floor(to: interval.interval) + interval.interval
        requestedAt = nil
        return ask(at: now)
    }

    /// The connection broke: what the stream shows is not whole until it stands again.
    public mutating func disconnected() { wholeFrom = nil }

    /// Takes a bar of the stream, whole or forming.
    public mutating func receive(_ bar: SpotBar) -> [Event] {
        guard bar.openTime >= next, bar.openTime.floor(to: interval.interval) == bar.openTime else { return [] }
        let place = live.firstIndex { $0.openTime >= bar.openTime } ?? live.endIndex
        if place < live.endIndex, live[place].openTime == bar.openTime {
            // Counts only grow: a smaller one is an older state that arrived late.
            if bar.trades >= live[place].trades { live[place] = bar }
        } else {
            live.insert(bar, at: place)
        }
        return closeFromStream()
    }

    /// Takes the finished bars of an answer of REST, ascending, or bars made from trades.
    public mutating func confirm(_ finished: [SpotBar]) -> [Event] {
        var events: [Event] = []
        for bar in finished {
            if bar.openTime < next {
                if let place = unconfirmed.firstIndex(where: { $0.openTime == bar.openTime }) {
                    let told = unconfirmed.remove(at: place)
                    if !told.agrees(with: bar) {
                        events.append(.difference(stream: told, rest: bar, wasClosed: true))
                    }
                }
            } else if bar.openTime == next {
                if let shown = live.first, shown.openTime == next, isWhole(next), !shown.agrees(with: bar) {
                    events.append(.difference(stream: shown, rest: bar, wasClosed: false))
                }
                tell(bar, &events)
            } else {
                events.append(.missing(from: next, until: bar.openTime))
                break
            }
        }
        requestedAt = nil
        return events + closeFromStream()
    }

    /// Lets time pass: asks REST for what should be finished and is not told or not confirmed.
    public mutating func advance(to now: Timestamp) -> [Event] {
        guard requestedAt.map({ now - $0 >= patience }) ?? true else { return [] }
        return ask(at: now)
    }

    /// When `advance` next has something to ask for, if nothing comes in before.
    public var due: Timestamp {
        let finished = earliest + interval.interval + grace
        return requestedAt.map { max(finished, $0 + patience) } ?? finished
    }

    /// The first bar that is not told or not confirmed.
    private var earliest: Timestamp { min(unconfirmed.first?.openTime ?? next, next) }

    private mutating func ask(at now: Timestamp) -> [Event] {
        guard now >= earliest + interval.interval + grace else { return [] }
        requestedAt = now
        return [.request(since: earliest - interval.interval)]
    }

    private func isWhole(_ openTime: Timestamp) -> Bool { wholeFrom.map { openTime >= $0 } ?? false }

    private mutating func closeFromStream() -> [Event] {
        var events: [Event] = []
        while !waitsForConfirmation, isWhole(next), let first = live.first {
            if first.openTime == next {
                guard live.count > 1 else { break }
                unconfirmed.append(first)
                tell(first, &events)
            } else {
                guard let lastClose, first.openTime - next <= interval.interval * Self.longestSilence else { break }
                let flat = SpotBar.flat(at: next, price: lastClose)
                unconfirmed.append(flat)
                tell(flat, &events)
            }
        }
        return events
    }

    private mutating func tell(_ bar: SpotBar, _ events: inout [Event]) {
        events.append(.closed(bar))
        next = bar.openTime + interval.interval
        lastClose = bar.close
        live.removeAll { $0.openTime < next }
    }
}

extension SpotBar {
    /// Whether two reports of a bar agree in all but the average price, whose digits depend on the channel.
    public func agrees(with other: SpotBar) -> Bool {
        openTime == other.openTime && open == other.open && high == other.high && low == other.low
            && close == other.close && volume == other.volume && trades == other.trades
    }
}
