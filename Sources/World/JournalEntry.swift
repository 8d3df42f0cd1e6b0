import Journal
import Operations

extension RuntimeRecord {
    /// As it stands in the journal.
    var entry: JournalRecord {
        switch self {
        case .event(let event): .event(event)
        case .outcome(let outcome): .outcome(OutcomeBytes.of(outcome))
        case .happening(let happening, let time): .remark(time, name: happening.name, detail: happening.detail)
        }
    }
}
