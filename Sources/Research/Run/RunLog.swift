import Market
import Strategy
import Trading

/// What is written down in the course of a run.
struct RunLog: Sendable {
    var equity: EquityRecorder
    var hash = JournalHash()
    var checkpoints: [JournalCheckpoint] = []
    private(set) var trades: [Trade] = []
    private(set) var decisions: [Decision] = []
    private(set) var abandoned: [EntryAbandonment] = []
    private(set) var safety: [SafetyChange] = []

    init(equity: EquityRecorder) { self.equity = equity }

    mutating func take(_ notes: [Note]) {
        for note in notes {
            switch note {
            case .decided(let decision):
                hash.add(decision)
                decisions.append(decision)
            case .entryAbandoned(let setup, let time, let reason):
                hash.add(setup.value)
                hash.add(time)
                abandoned.append(reason)
            case .opened(let id, let time):
                hash.add(signed: Int64(id.value))
                hash.add(time)
            case .stopMoved(let id, let time, let price, let reason):
                hash.add(signed: Int64(id.value))
                hash.add(time)
                hash.add(price)
                hash.add(reason.rawValue)
            case .closed(let trade): take(trade)
            case .safety(let change):
                hash.add(change.time)
                hash.add(change.detail)
                safety.append(change)
            }
        }
    }

    mutating func take(_ trade: Trade) {
        hash.add(trade)
        trades.append(trade)
    }
}
