import ArgumentParser
import Attribution
import CandleFiles
import Market
import Reports
import Sessions
import TridentConfiguration
import Wire

struct AttributionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attribution",
        abstract: "Compare a session's trades with the same hours run again as a backtest.",
        discussion: """
            For each day the session's own trader goes on from its last rest before that day, on the candles and prices that \
            the session heard, against the simulated exchange. Every trade's difference is split into latency, slippage, \
            fee, funding, missed fill, data, intervention and what stays unexplained; the parts add up to it exactly.

            What trading costs in the re-run, the configuration says, as for a backtest. A running session may go on \
            meanwhile; it makes the report of each day itself when the day is over.
            """)

    @Argument(
        help: ArgumentHelp(
            "A journal, or the state folder it is in. Default: the one session's.", valueName: "journal"))
    var journal: String?
    @Option(help: ArgumentHelp("A UTC day, as 2026-11-22. Default: every day of the journals.", valueName: "day"))
    var day: String?
    @Option(help: "text or json") var format: Format = .text
    @OptionGroup var place: FolderOptions

    func run() throws {
        let wanted = try day.map(Self.day)
        let attribution = SessionAttribution(
            journals: try journals(), exchange: try place.source.settings().exchangeConfiguration())
        let found = try attribution.days(wanted)
        if let wanted, found.days.isEmpty {
            throw CommandFailure("\(found.obstacles.first ?? .nothingHeard(wanted))", code: .badInput)
        }
        for obstacle in found.obstacles { Terminal.notice("\(obstacle)") }
        let days = found.days
        switch format {
        case .text: Terminal.result(AttributionSheet.text(days))
        case .json: Terminal.result(AttributionSheet.json(days).pretty)
        }
    }

    private func journals() throws -> [String] {
        guard let journal else { return try SessionAttribution.journals(in: try place.folder()) }
        let path = try ReplayCommand.path(journal)
        return path == journal ? [path] : try SessionAttribution.journals(in: StateFiles(journal))
    }

    private static func day(_ text: String) throws(CommandFailure) -> Timestamp {
        guard text.utf8.count == 10, let day = Timestamp(dateOrTime: text) else {
            throw CommandFailure("'\(text)' is no day; write 2026-11-22", code: .badInput)
        }
        return day
    }
}
