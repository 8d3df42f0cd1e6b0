import Attribution
import Exchange
import Foundation
import Journal
import Market
import Sessions
import TridentConfiguration

/// Attributes the days of a session from its journals.
struct SessionAttribution: Sendable {
    /// Oldest first.
    let journals: [String]
    /// What the re-run trades against.
    let exchange: ExchangeConfiguration

    /// Those that were put away and the one that is written.
    static func journals(in files: StateFiles) throws(CommandFailure) -> [String] {
        try JournalCommand.names(files).map { files.folder + "/" + $0 }
    }

    /// - Parameters:
    ///   - wanted: its first instant; nil for every day of the journals.
    ///   - notice: is told of days that cannot be compared, when every day was asked for.
    func days(_ wanted: Timestamp?, notice: (String) -> Void) throws(CommandFailure) -> [DayAttribution] {
        var found: [Timestamp: DayAttribution] = [:]
        var obstacles: [Timestamp: DayAttribution.Obstacle] = [:]
        for path in journals {
            guard let tape = try tape(path, wanted), let span = tape.span else { continue }
            var day = wanted ?? span.lowerBound.startOfDay
            while day <= span.upperBound, day + .days(1) > span.lowerBound {
                do throws(DayAttribution.Obstacle) {
                    let part = try DayAttribution(day, tape, exchange)
                    // A journal is put away at rest: the parts of a day share no trade.
                    found[day] = found[day]?.followed(by: part) ?? part
                } catch {
                    obstacles[day] = error
                }
                guard wanted == nil else { break }
                day = day + .days(1)
            }
        }
        if let wanted, found[wanted] == nil {
            throw CommandFailure("\(obstacles[wanted] ?? .nothingHeard(wanted))", code: .badInput)
        }
        for (_, obstacle) in obstacles.sorted(by: { $0.key < $1.key }) { notice(obstacle.description) }
        return found.values.sorted { $0.day < $1.day }
    }

    /// Nil for a journal without events.
    private func tape(_ path: String, _ wanted: Timestamp?) throws(CommandFailure) -> SessionTape? {
        do {
            var past = Past(SessionParts.ofJournal)
            var reader = try JournalReader(try JournalFile.contents(path))
            var tape: SessionTape?
            while let record = try reader.next() {
                if case .opened(let header) = record, tape == nil {
                    tape = SessionTape(header.pairs, base: try SessionParts.ofJournal(header).base, for: wanted)
                }
                let outcome = try past.take(record)
                guard case .event(let event) = record else { continue }
                tape?.take(event, outcome, past.trader)
            }
            return tape
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(path): \(error)")
        }
    }
}
