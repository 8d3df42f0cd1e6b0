import Kraken
import Market
import Trading
import Venue

/// Between the session and its trader: every event recorded before its outcome, every outcome before its orders.
extension Runtime {
    mutating func tell(_ fact: Event.Fact, from time: Timestamp, at now: Timestamp, into effects: inout [Effect]) {
        guard trader != nil else { return }
        let event = Event(time: time, received: now, fact: fact)
        effects.append(.record(.event(event)))
        outcome.removeAll()
        trader?.handle(event, into: &outcome)
        guard !outcome.commands.isEmpty || !outcome.notes.isEmpty else { return }
        effects.append(.record(.outcome(outcome)))
        hold(outcome.commands)
        for note in outcome.notes { told(note, at: now, into: &effects) }
    }

    /// Keeps orders back until their record is durable; what protects goes before what adds risk. An entry that is
    /// asked for again before the account was compared does not go: whether it is at the exchange is being found out.
    private mutating func hold(_ commands: [VenueCommand]) {
        for command in commands {
            if command.addsRisk {
                if phase == .ready { held.append(command) }
            } else {
                held.insert(command, at: held.firstIndex(where: \.addsRisk) ?? held.endIndex)
            }
        }
    }

    func record(_ happening: Happening, at now: Timestamp, into effects: inout [Effect]) {
        effects.append(.record(.happening(happening, at: now)))
    }

    /// What people hear of the trader's reasoning.
    private mutating func told(_ note: Note, at now: Timestamp, into effects: inout [Effect]) {
        switch note {
        case .decided(let decision):
            recent.add(decision)
            guard case .taken(let quantity, let entry, let stop) = decision.verdict else { return }
            let text = "\(decision.pair): \(decision.side) \(quantity) at \(entry), stop \(stop)"
            let instrument = terms.first { $0.pair == decision.pair }?.id
            effects.append(.alert(Alert(.info, .entry, text, of: instrument, at: now)))
        case .entryAbandoned: break
        case .opened(let id, _):
            effects.append(.alert(Alert(.info, .tradeOpened, "trade \(id) opened", of: instrument(of: id), at: now)))
        case .stopMoved(let id, _, let price, let reason):
            let text = "trade \(id): stop to \(price), \(reason)"
            effects.append(.alert(Alert(.info, .stopMoved, text, of: instrument(of: id), at: now)))
        case .closed(let trade):
            let text = "trade \(trade.id) of \(trade.pair) closed by \(trade.exitReason): net \(trade.net)"
            effects.append(.alert(Alert(.info, .tradeClosed, text, of: trade.instrument, at: now)))
        case .safety(let change):
            effects.append(.latch(change))
            effects.append(.alert(Alert(change.severity, .safety, "\(change.state.name): \(change.detail)", at: now)))
        }
    }

    /// Nil when the trade ended with the very event.
    private func instrument(of trade: TradeID) -> InstrumentID? {
        trader?.positions.first { $0.trade == trade }?.instrument
    }
}

extension SafetyChange {
    var severity: Alert.Severity {
        switch state {
        case .ready: .warning
        case .halted, .flattening: .critical
        }
    }
}
