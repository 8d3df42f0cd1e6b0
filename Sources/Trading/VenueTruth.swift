import Market
import Venue

/// What the venue says we hold of one instrument, held against what we think. One report that contradicts us makes the
/// position suspect; a second one, later, makes the contradiction a fact. Fills alone change the books.
struct VenueTruth: Sendable {
    enum Standing: Hashable, Sendable {
        case agrees
        /// One report contradicts.
        case suspect(since: Timestamp)
        /// Two did: no entries in this instrument until two agree again.
        case contradicts(since: Timestamp)
    }

    enum Finding: Hashable, Sendable {
        case nothing
        case mismatch(unexplained: Quantity)
        case resolved
    }

    private(set) var report: Known<PositionReport> = .unknown
    private(set) var standing = Standing.agrees
    private var lastFill = Timestamp.distantPast
    private var agreements = 0

    var isKnown: Bool {
        switch report {
        case .unknown: false
        case .known: true
        }
    }

    /// A session begins: what an earlier one was told is not known any more.
    mutating func forget() { report = .unknown }

    /// The books changed: what was suspected before is asked again.
    mutating func booked(_ fill: Fill) {
        lastFill = max(lastFill, fill.time)
        if case .suspect = standing { standing = .agrees }
    }

    /// An account without margin requirement holds nothing anywhere: flat as told by the venue.
    mutating func accountIsEmpty(_ instrument: InstrumentID, at time: Timestamp, now: Timestamp) {
        guard !isKnown else { return }
        report = .known(
            PositionReport(
                instrument: instrument, side: .long, quantity: .zero, entryPrice: nil, liquidationPrice: nil,
                time: time), at: now)
    }

    /// Takes a report; `side` and `quantity` are ours. A difference below one `lot` is none.
    mutating func take(
        _ new: PositionReport, side: Side, quantity: Quantity, lot: Quantity, grace: Interval, at now: Timestamp
    ) -> Finding {
        if case .known(let last, _) = report, new.time < last.time { return .nothing }
        report = .known(new, at: now)
        // Made before the last fill that we know of: it cannot know better.
        guard new.time >= lastFill else { return .nothing }
        let theirs = new.side == .long ? new.quantity : -new.quantity
        let ours = side == .long ? quantity : -quantity
        let difference = (theirs - ours).magnitude
        guard difference >= lot else { return agree() }
        agreements = 0
        switch standing {
        case .agrees: standing = .suspect(since: now)
        case .suspect(let since):
            guard now - since >= grace else { return .nothing }
            standing = .contradicts(since: since)
            return .mismatch(unexplained: difference)
        case .contradicts: break
        }
        return .nothing
    }

    private mutating func agree() -> Finding {
        agreements += 1
        switch standing {
        case .agrees: return .nothing
        case .suspect: standing = .agrees
        case .contradicts:
            guard agreements >= 2 else { return .nothing }
            standing = .agrees
            return .resolved
        }
        return .nothing
    }
}
