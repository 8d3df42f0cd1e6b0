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

    /// Days that could be compared, and why others could not, in the order of the days.
    struct Found {
        var days: [DayAttribution] = []
        var obstacles: [DayAttribution.Obstacle] = []
    }

    /// - Parameter wanted: its first instant; nil for every day of the journals.
    func days(_ wanted: Timestamp?) throws(CommandFailure) -> Found {
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
        return Found(
            days: found.values.sorted { $0.day < $1.day },
            obstacles: obstacles.sorted { $0.key < $1.key }.filter { found[$0.key] == nil }.map(\.value))
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
