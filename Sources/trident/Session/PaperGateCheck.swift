import Foundation
import Journal
import Kraken
import Market
import Operations
import Paper
import Sessions
import Storage
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

    /// A start that is let through.
    struct Pass {
        /// What is missing and was overridden; nil when nothing is.
        var missing: String?
        /// What paper trading had shown; nil when it was not asked, or does not hold.
        var record: PaperRecord?

        func row(at time: Timestamp) -> StoredRow? {
            record.map {
                .gate(
                    at: time, days: $0.running.nanoseconds / Interval.days(1).nanoseconds, trades: $0.trades,
                    drawdown: $0.drawdown, breaches: $0.breaches.count, hasDrill: $0.hasDrill,
                    missing: missing ?? "", isOverridden: missing != nil)
            }
        }
    }

    /// A local exchange holds no money: there nothing has to be earned.
    static func require(
        for address: VenueAddress, _ settings: Settings, override: String?
    ) throws(CommandFailure) -> Pass {
        guard address.isReal else { return Pass() }
        guard override == nil || override == phrase else {
            throw CommandFailure("--override must say, word for word: \(phrase)", code: .refused)
        }
        do throws(CommandFailure) {
            let check = try PaperGateCheck(settings)
            guard !check.shortfalls.isEmpty else { return Pass(record: check.record) }
            if override != nil {
                return Pass(
                    missing: check.shortfalls.map(\.description).joined(separator: "; "), record: check.record)
            }
            let lines = check.shortfalls.map { "  \($0)" } + check.ignored.map { "  not counted: \($0)" }
            throw CommandFailure(
                "the paper gate is not met:\n" + lines.joined(separator: "\n")
                    + "\nrun `trident paper` with these settings, use a local exchange with --endpoint, or take the risk "
                    + "with --override '\(phrase)'", code: .refused)
        } catch {
            // A record that does not hold is none.
            guard override != nil else { throw error }
            return Pass(missing: error.message)
        }
    }

    /// Plays every paper journal of the account, the oldest first.
    init(_ settings: Settings) throws(CommandFailure) {
        let folder = settings[SessionSettings.state] + "/paper-" + settings[SessionSettings.account]
        let all: [String]
        do { all = try StateFolder.names(in: folder) } catch { throw CommandFailure("\(error)", code: .refused) }
        // An archive's name ends with the second in which it was begun.
        let archives = all.filter { $0.hasPrefix("journal-") }.sorted { ($0.count, $0) < ($1.count, $1) }
        var ignored: [String] = []
        var audit = PaperAudit(
            for: .init(
                settings: settings.decisiveInPaper, pairs: try SessionParts(settings).pairs,
                venue: VenueAddress.krakenName), Self.players)
        for name in archives + all.filter({ $0 == "journal" }) {
            let path = folder + "/" + name
            do {
                if let why = try audit.take(try JournalFile.contents(path)) { ignored.append("\(path): \(why)") }
            } catch {
                throw CommandFailure("\(path): the record does not hold: \(error)", code: .refused)
            }
        }
        record = audit.record
        self.ignored = ignored
        let gate = PaperGate(
            days: settings[GateSettings.days], trades: settings[GateSettings.trades],
            drawdown: settings[GateSettings.drawdown])
        shortfalls = gate.shortfalls(of: record)
    }

    private static let players: PaperAudit.Players = { header in
        let maker = try SessionParts.ofJournal(header)
        // The surface changes nothing about fills.
        let venue = try Settings(yaml: nil, assignments: header.settings).paperPast(on: .derivatives)
        return (Recovery(pairs: header.pairs, base: maker.base, makeTrader: maker.trader), venue)
    }
}
