import Journal
import KrakenServer
import Market
import Operations
import Trading

extension World {
    /// What the program recorded, a line for each record but prices, with the trader's answers: to find out what led to
    /// a broken invariant. Empty when the journal cannot be read.
    ///
    /// - Parameter faults: what was to go wrong, told at its time.
    public func story(with faults: WorldPlan) -> [String] {
        let plan =
            faults.world.map { ($0.at, "\($0.at) fault \($0.kind.rawValue) for \($0.lasting)") }
            + faults.exchange.map {
                ($0.at, "\($0.at) fault \($0.kind.rawValue) for \($0.lasting ?? .zero), at most \($0.count)")
            }
        var lines = plan.sorted { $0.0 < $1.0 }.map(\.1)
        lines += records()
        return lines
    }

    private func records() -> [String] {
        var replay = JournalReplay(program)
        var copy = disk
        _ = copy.flush()
        var lines: [String] = []
        do {
            try copy.open { record in
                try replay.take(record)
                lines += Self.lines(record, replay.lastOutcome)
            }
        } catch {
            lines.append("the journal cannot be read on: \(error)")
        }
        return lines
    }

    private static func lines(_ record: JournalRecord, _ outcome: Outcome?) -> [String] {
        switch record {
        case .opened(let header): return ["\(header.opened) ---- start"]
        case .remark(let time, let name, let detail): return ["\(time) \(name) \(detail)"]
        case .outcome, .redacted: return []
        case .event(let event):
            var lines: [String] = []
            switch event.fact {
            case .ticked, .candleRemembered, .candleClosed, .clock: break
            case .venue, .instrumentListed, .candlesForgotten, .commanded, .permitted, .safetyRestored, .carriedOver:
                lines.append("\(event.received) \(event.fact)")
            }
            for command in outcome?.commands ?? [] { lines.append("\(event.received)   -> \(command)") }
            for note in outcome?.notes ?? [] { lines.append("\(event.received)   note \(note)") }
            return lines
        }
    }
}
