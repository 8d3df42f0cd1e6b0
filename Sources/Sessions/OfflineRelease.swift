import Journal
public import Market
import Operations
import Trading

/// Releases the latch of a session that is not running: in its journal first, so that its trader is released too when it
/// is brought back, then in the safety record.
public enum OfflineRelease {
    public static func perform(
        _ folder: StateFolder, operatorName: String, reason: String, at now: Timestamp,
        maker: @escaping TraderMaker.ForHeader
    ) throws {
        let safety = try SafetyFile(folder.files.safety)
        var past = Past(maker)
        let journal = try JournalFile(folder.files.journal) { _ = try past.take($0) }
        if let trader = past.trader {
            // A trader's time never runs backwards, and a session's clock may have been ahead of the machine's.
            let time = max(now, trader.now)
            let event = Event(
                time: time, received: time,
                fact: .commanded(.release(operatorName: operatorName, reason: reason)))
            journal.append(.event(event))
            if let outcome = try past.take(.event(event)), !outcome.isEmpty {
                journal.append(.outcome(OutcomeBytes.of(outcome)))
            }
            try journal.sync()
        }
        try safety.write(.ready, detail: "released by \(operatorName): \(reason)")
    }
}
