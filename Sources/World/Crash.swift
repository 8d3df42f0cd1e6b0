/// The six moments between a decision and its effect at which a program can die.
public enum CrashMode: String, Hashable, Sendable, CaseIterable {
    /// Before a record is written; with the machine: what is not durable is gone too.
    case beforeWrite = "before_write"
    /// In the middle of writing a record.
    case tornWrite = "torn_write"
    /// The record is written and not durable. The machine lives on.
    case writtenNotSynced = "written_not_synced"
    /// The record is durable; its order has not left.
    case syncedNotSent = "synced_not_sent"
    /// The order is on its way.
    case sentNotAcknowledged = "sent_not_acknowledged"
    /// The exchange's answer has arrived, and nothing is recorded of it.
    case acknowledgedNotJournaled = "acknowledged_not_journaled"

    /// Whether it strikes at a journal write; else at a send.
    public var isOfWrite: Bool {
        switch self {
        case .beforeWrite, .tornWrite, .writtenNotSynced: true
        case .syncedNotSent, .sentNotAcknowledged, .acknowledgedNotJournaled: false
        }
    }
}

/// A death to come.
struct Crash: Sendable {
    let mode: CrashMode
    /// Writes, or sends, to be let through before.
    var skips: Int
    /// Where a torn record ends.
    var thousandths: Int
    /// Only what orders send counts.
    var ordersOnly: Bool
    /// The send went out: the next word of the exchange is the one that is not recorded.
    var hasBeenSent = false
}
