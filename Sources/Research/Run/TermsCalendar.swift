import Market
import Venue

/// The contract terms in force as a run goes on.
struct TermsCalendar: Sendable {
    private let histories: [InstrumentHistory]
    private(set) var current: [Instrument]
    /// When the next version of any contract begins.
    private(set) var nextChange: Timestamp

    init(_ histories: [InstrumentHistory], at instant: Timestamp) {
        self.histories = histories
        current = histories.map { $0.terms(at: instant) }
        nextChange = Self.next(histories, after: instant)
    }

    /// The terms that have changed by `instant`.
    mutating func advance(to instant: Timestamp) -> [Instrument] {
        var changed: [Instrument] = []
        for place in histories.indices {
            let terms = histories[place].terms(at: instant)
            guard terms != current[place] else { continue }
            current[place] = terms
            changed.append(terms)
        }
        nextChange = Self.next(histories, after: instant)
        return changed
    }

    private static func next(_ histories: [InstrumentHistory], after instant: Timestamp) -> Timestamp {
        var next = Timestamp.distantFuture
        for history in histories {
            for version in history.versions where version.from > instant { next = min(next, version.from) }
        }
        return next
    }
}
