import Attribution
import Dispatch
import Exchange
import Foundation
import Lifecycle
import Market
import Operations
import Reports
import Sessions
import Synchronization

/// When a day is over, compares it with the same hours run again: a file in the state folder, and a line to people. It works
/// on a thread of its own, from the journal's file; the session does not wait.
final class DailyAttribution: Sendable {
    private let files: StateFiles
    private let exchange: ExchangeConfiguration
    private let post: @Sendable (Alert) -> Void
    private let queue = DispatchQueue(label: "attribution", qos: .utility)
    private let turn = Mutex(DayTurn())

    /// Of the traded value: more is worth a warning.
    private static let unexplained = Rate.basisPoints(1)

    init(_ files: StateFiles, _ exchange: ExchangeConfiguration, post: @escaping @Sendable (Alert) -> Void) {
        self.files = files
        self.exchange = exchange
        self.post = post
    }

    /// To be called now and then with the session's own time; a day that nobody was there to close is closed late.
    func timePassed(_ now: Timestamp) {
        guard let day = turn.withLock({ $0.passed(now) }) else { return }
        guard !FileManager.default.fileExists(atPath: path(day)) else { return }
        queue.async { [files, exchange, post] in Self.close(day, files, exchange, at: now, post) }
    }

    /// At its end it waits for what is being worked on, but not for long: a day that is not closed is closed late.
    var support: ProgramService {
        ProgramService("attribution") {
        } close: { inHaste in
            let done = DispatchGroup()
            self.queue.async(group: done) {}
            _ = done.wait(timeout: .now() + (inHaste ? 0 : 20))
        }
    }

    private func path(_ day: Timestamp) -> String { Self.folder(files) + "/" + Self.name(day) }

    private static func folder(_ files: StateFiles) -> String { files.folder + "/attribution" }
    private static func name(_ day: Timestamp) -> String { day.dayText + ".json" }

    private static func close(
        _ day: Timestamp, _ files: StateFiles, _ exchange: ExchangeConfiguration, at now: Timestamp,
        _ post: (Alert) -> Void
    ) {
        do {
            let attribution = SessionAttribution(
                journals: try SessionAttribution.journals(in: files), exchange: exchange)
            let found = try attribution.days(day)
            for obstacle in found.obstacles { post(Alert(.info, .attribution, "\(obstacle)", at: now)) }
            guard let result = found.days.first else { return }
            try Output.write([(name(day), AttributionSheet.json([result]).pretty)], to: folder(files))
            guard !result.comparisons.isEmpty else { return }
            let isOdd = result.unexplained.map { $0 > unexplained } ?? false
            post(Alert(isOdd ? .warning : .info, .attribution, AttributionSheet.line(result), at: now))
        } catch {
            post(Alert(.warning, .attribution, "\(day.dayText) was not compared with a re-run: \(error)", at: now))
        }
    }
}
