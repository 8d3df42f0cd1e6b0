import Foundation
import Journal
import Market
import Paper
import Sessions
import Trading
import TridentConfiguration

/// Whether paper trading has earned real orders.
struct PaperGateCheck {
    let record: PaperRecord
    let shortfalls: [PaperGate.Shortfall]
    /// Journals that do not count, and why.
    let ignored: [String]

    /// The phrase that stands for a record which is not there.
    static let phrase = "I trade real money without a paper record"

    /// A local exchange holds no money: there nothing has to be earned.
    static func require(
        for address: VenueAddress, _ settings: Settings, override: String?
    ) throws(CommandFailure) -> String? {
        guard address.isReal else { return nil }
        let check = try PaperGateCheck(settings)
        guard !check.shortfalls.isEmpty else { return nil }
        if let override {
            guard override == phrase else {
                throw CommandFailure("--override must say, word for word: \(phrase)", code: .refused)
            }
            return check.shortfalls.map(\.description).joined(separator: "; ")
        }
        let lines = check.shortfalls.map { "  \($0)" } + check.ignored.map { "  not counted: \($0)" }
        throw CommandFailure(
            "the paper gate is not met:\n" + lines.joined(separator: "\n")
                + "\nrun `trident paper` with these settings, or use a local exchange with --endpoint", code: .refused)
    }

    /// Plays every paper journal of the account on Kraken's prices that was written with the present settings.
    init(_ settings: Settings) throws(CommandFailure) {
        let folder = settings[SessionSettings.state] + "/paper-" + settings[SessionSettings.account]
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0 == "journal" || $0.hasPrefix("journal-") }.sorted { ($0.count, $0) > ($1.count, $1) }
        var record = PaperRecord()
        var ignored: [String] = []
        for name in names {
            let path = folder + "/" + name
            do {
                var next = record
                var reason: String?
                _ = try Replay.run(try JournalFile.contents(path), SessionParts.ofJournal) { event, outcome, header in
                    if let why = Self.objection(to: header, settings) {
                        reason = why
                    } else {
                        next.take(event, outcome)
                    }
                }
                if let reason { ignored.append("\(path): \(reason)") } else { record = next }
            } catch {
                throw CommandFailure("\(path): the record does not hold: \(error)", code: .refused)
            }
        }
        self.record = record
        self.ignored = ignored
        let gate = PaperGate(
            days: settings[GateSettings.days], trades: settings[GateSettings.trades],
            drawdown: settings[GateSettings.drawdown])
        shortfalls = gate.shortfalls(of: record)
    }

    private static func objection(to header: JournalHeader, _ settings: Settings) -> String? {
        if header.venue != "kraken" { return "its prices came from \(header.venue)" }
        let differing = Set(header.settings).symmetricDifference(settings.decisive)
        return differing.isEmpty ? nil : "it was written with other settings"
    }
}
