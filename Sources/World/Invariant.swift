public import Market

/// What must hold after every step, judged by the exchange's own truth.
public enum Invariant: String, Hashable, Sendable, CaseIterable {
    /// A position has resting reduce-only stops of at least its size, but for the seconds that it may take.
    case nakedTime = "naked_time"
    /// Stops are on the side that closes, and reduce-only.
    case stopSide = "stop_side"
    /// No order that rests would make a position larger once it is open.
    case oneEntry = "one_entry"
    /// Every order at the exchange with a name of ours was recorded, and the record was durable, before it was sent.
    case recordedFirst = "recorded_first"
    /// What the exchange took under a name of ours has the side and the size that were recorded, and no more freedom.
    case asRecorded = "as_recorded"
    /// Leverage on the exchange's truth stays within the hard ceiling.
    case leverage
    /// The trader's own rules hold in its books.
    case books
    /// After quiet, what the program believes is what the exchange holds.
    case agreement
    /// After a halt, nothing that adds risk is sent.
    case latched
    /// The dead man's switch is not armed while a position is open.
    case deadMan = "dead_man"
    /// Nothing that adds risk is sent on data older than its limit.
    case freshness
    /// Fills, fees and funding booked here sum up to the exchange's balance.
    case ledger
    /// Only the instance that holds the account sends on its line; no other is let in beside it.
    case fencing
    /// The program's time does not run backwards.
    case time
    /// When faults stop, the session is ready again.
    case liveness
    /// After every start the chain of records holds, and nothing that was durable is missing.
    case journal
    /// What is recorded, played again, leads to the same outcomes.
    case replay
    /// Queues stay within bounds.
    case bounds
}

/// An invariant that did not hold.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    public let invariant: Invariant
    public let time: Timestamp
    public let detail: String

    public var description: String { "\(time) \(invariant.rawValue): \(detail)" }
}
