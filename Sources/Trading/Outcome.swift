public import Market
public import Strategy
public import Venue

/// What one event led to: orders for the venue and everything that was decided, also what was declined.
/// The caller owns it and hands it in again, so that a quiet event allocates nothing.
public struct Outcome: Sendable {
    public var commands: [VenueCommand] = []
    public var notes: [Note] = []

    public init() {}

    /// Whether nothing followed.
    @inlinable public var isEmpty: Bool { commands.isEmpty && notes.isEmpty }

    public mutating func removeAll() {
        commands.removeAll(keepingCapacity: true)
        notes.removeAll(keepingCapacity: true)
    }
}

/// A recorded step of the trader's reasoning.
public enum Note: Sendable {
    /// A signal was taken, or refused by strategy, risk or safety: with every check and its value.
    case decided(Decision)
    /// The entry of a taken signal was given up unfilled.
    case entryAbandoned(SetupID, at: Timestamp, reason: EntryAbandonment)
    case opened(TradeID, at: Timestamp)
    /// A stop at a new trigger price was sent, and why.
    case stopMoved(TradeID, at: Timestamp, to: Price, reason: StopReason)
    case closed(Trade)
    /// The safety state or a block changed.
    case safety(SafetyChange)
}
