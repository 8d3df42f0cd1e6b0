import ArgumentParser
import Exchange
import Journal
import Kraken
import Market
import Paper
import Research
import Risk
import Sessions
import Trading
import TridentConfiguration
import Venue

struct PaperCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paper", abstract: "Trade live prices with simulated execution.",
        discussion: """
            The same trader as in a backtest and with real orders, on Kraken's public feeds; orders go to the simulated \
            exchange, which fills them against the quotes that come in. No keys are needed. It runs until it is interrupted \
            and goes on from its journal.

            Its journals are the record that real orders have to be earned with: see `gate` in `trident config schema`.
            """)

    @OptionGroup var session: SessionOptions
    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let settings = try source.settings(session.hurriedSettings)
        let parts = try SessionParts(settings)
        let length = try session.interval()
        let address = session.address(settings, mode: "paper")
        _ = try address.endpoints()
        let choice = try SurfaceChoice.make(address)
        let folder = try SessionRun.take(session.folder(settings, mode: "paper"))
        let run = SessionRun(
            mode: "paper", parts: parts, address: address, folder: folder, length: length, output: output)
        let end = try run.run {
            let history = PaperHistory(settings, address.surface)
            return .init(
                gateway: history.gateway, prices: choice.marketFeed(try parts.instruments(), withDepth: true),
                witness: history.take)
        }
        try LiveCommand.leave(end, output)
    }
}

/// Brings the simulated account back from the journal of a paper session.
final class PaperHistory {
    private var past: PaperPast

    init(_ settings: Settings, _ surface: Surface) { past = settings.paperPast(on: surface) }

    func gateway(_ carried: Carryover?) -> any Gateway { past.gateway(carrying: carried) }

    func take(_ record: JournalRecord, _ outcome: Outcome?) { past.take(record, outcome) }
}

extension Settings {
    /// The simulated account of a paper session before its first record.
    func paperPast(on surface: Surface) -> PaperPast {
        let exchange = exchangeConfiguration()
        let slippage = self[CostSettings.entrySlippage]
        return PaperPast(equity: self[AccountSettings.equity]) { equity in
            PaperGateway(.init(equity: equity, exchange: exchange, slippage: slippage), surface: surface)
        }
    }
}
