public import Journal
import Market
public import Operations
public import Trading

/// What a journal tells, played from its first record on.
public struct Past {
    private let maker: TraderMaker.ForHeader
    /// Of the latest session.
    public private(set) var header: JournalHeader?
    private var recovery: Recovery?

    public init(_ maker: @escaping TraderMaker.ForHeader) { self.maker = maker }

    /// The trader's answer to an event; nil for other records and before there is a trader.
    public mutating func take(_ record: JournalRecord) throws -> Outcome? {
        switch record {
        case .opened(let new):
            try open(new)
            return nil
        case .event(let event):
            guard recovery != nil else { throw StateError("the journal does not begin with its header") }
            try recovery?.take(event)
            return recovery?.lastOutcome
        case .redacted(let content):
            // Without it the trader would be another from here on.
            guard content.kind != .event else {
                throw StateError(
                    "an event was taken out of the journal: what came after it cannot be played, nor gone on from")
            }
            return nil
        case .outcome, .remark: return nil
        }
    }

    private mutating func open(_ new: JournalHeader) throws {
        if let header {
            guard header.settings == new.settings, header.pairs == new.pairs else {
                throw StateError("the journal changes its settings in the middle; it was not written by this program")
            }
            recovery?.opened()
        } else {
            let maker = try maker(new)
            recovery = Recovery(pairs: new.pairs, base: maker.base, makeTrader: maker.trader)
        }
        header = new
    }

    public var trader: Trader? { recovery?.trader }

    /// What the trader must not forget; nil when it is not at rest.
    public var carryover: Carryover? { trader?.carryover }

    /// Nil when there is nothing worth going on from.
    public var recovered: Runtime.Recovered? { recovery?.recovered }

    /// Settings that `other` has otherwise, as `key: then -> now`.
    public func differences(from other: JournalHeader) -> [String] {
        guard let header else { return [] }
        let before = Self.pairs(header.settings)
        let after = Self.pairs(other.settings)
        var lines = Set(before.keys).union(after.keys).sorted().compactMap { key -> String? in
            let (old, new) = (before[key] ?? "unset", after[key] ?? "unset")
            return old == new ? nil : "\(key): \(old) -> \(new)"
        }
        if header.pairs != other.pairs {
            func text(_ header: JournalHeader) -> String { header.pairs.map(\.description).joined(separator: ", ") }
            lines.append("symbols: \(text(header)) -> \(text(other))")
        }
        return lines
    }

    private static func pairs(_ assignments: [String]) -> [String: String] {
        var pairs: [String: String] = [:]
        for assignment in assignments {
            let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        return pairs
    }
}
