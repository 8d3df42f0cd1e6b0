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
        let settings = try source.settings()
        let parts = try SessionParts(settings)
        let length = try session.interval()
        let address = session.address(settings)
        _ = try address.endpoints()
        let choice = try SurfaceChoice.make(address)
        let folder = try SessionRun.take(session.folder(settings, mode: "paper"))
        let history = PaperHistory(settings, address.surface)
        var run = SessionRun(
            mode: "paper", parts: parts, address: address, folder: folder, length: length, output: output)
        run.witness = history.take
        let end = try run.run(
            gateway: history.gateway, prices: choice.marketFeed(try parts.instruments()))
        try LiveCommand.leave(end, output)
    }
}

/// Brings the simulated account back from the journal of a paper session.
final class PaperHistory {
    private let settings: Settings
    private let surface: Surface
    private var venue: PaperGateway
    private var terms: [Instrument] = []
    private var markets = 0

    init(_ settings: Settings, _ surface: Surface) {
        self.settings = settings
        self.surface = surface
        venue = Self.venue(settings, surface, equity: settings[AccountSettings.equity])
    }

    private static func venue(_ settings: Settings, _ surface: Surface, equity: Money) -> PaperGateway {
        var exchange = settings.backtestConfiguration().exchange
        // What the live market tells takes the place of what a backtest must assume.
        exchange.halfSpread = .ofBar
        exchange.impact = .zero
        exchange.participation = nil
        exchange.path = .worst
        return PaperGateway(
            .init(equity: equity, exchange: exchange, slippage: settings[CostSettings.entrySlippage]), surface: surface)
    }

    /// - Parameter carried: from a journal that was put away at rest: its equity is the cash to go on with.
    func gateway(_ carried: Carryover?) -> any Gateway {
        guard let carried else { return venue }
        let equity = carried.risk.equity ?? settings[AccountSettings.equity]
        return Self.venue(settings, surface, equity: equity)
    }

    func take(_ record: JournalRecord, _ outcome: Outcome?) {
        switch record {
        case .opened(let header):
            markets = header.pairs.count
            if venue.account == nil { terms = [] }
        case .outcome, .remark, .redacted: break
        case .event(let event): take(event, outcome?.commands ?? [])
        }
    }

    private func take(_ event: Event, _ commands: [VenueCommand]) {
        switch event.fact {
        case .instrumentListed(let instrument): list(instrument, at: event.received)
        case .ticked(let tick): venue.remember(tick, commands, at: event.received)
        case .venue(let news):
            venue.heard(news, at: event.received)
            venue.remember(nil, commands, at: event.received)
        case .carriedOver(let over):
            var fresh = Self.venue(settings, surface, equity: over.risk.equity ?? settings[AccountSettings.equity])
            fresh.listed(terms, at: event.received)
            venue = fresh
        case .candleClosed, .candleRemembered, .candlesForgotten, .clock, .commanded, .permitted, .safetyRestored:
            venue.remember(nil, commands, at: event.received)
        }
    }

    private func list(_ instrument: Instrument, at time: Timestamp) {
        guard venue.account == nil else { return venue.listed([instrument], at: time) }
        terms.append(instrument)
        if terms.count == markets { venue.listed(terms, at: time) }
    }
}
