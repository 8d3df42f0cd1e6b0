import Journal
import Kraken
import Market
import Operations
import Sessions
import Strategy
import Trading
import TridentConfiguration
import Venue

/// What a session is put together from, by its settings.
struct SessionParts {
    let settings: Settings
    /// In the order of the configuration.
    let pairs: [SpotPair]
    let runtime: RuntimeConfiguration
    let maker: TraderMaker

    private static let usualPairs = ["BTC/USD", "ETH/USD"].compactMap(SpotPair.init)

    init(_ settings: Settings, pairs: [SpotPair]? = nil) throws(CommandFailure) {
        let named = settings[AccountSettings.symbols]
        let pairs = pairs ?? (named.isEmpty ? Self.usualPairs : named)
        do {
            let risk = try settings.riskParameters()
            let trading = try settings.tradingParameters()
            let strategy = try settings.strategyConfiguration()
            var timeframes = Set(pairs.flatMap { strategy.strategy(for: $0).timeframes }).sorted()
            guard let base = timeframes.first else { throw CommandFailure("no timeframe is traded", code: .badInput) }
            timeframes.removeFirst()
            guard SpotInterval(base) != nil else {
                throw CommandFailure(
                    "Kraken has no \(base) candles; choose another decision timeframe", code: .badInput)
            }
            maker = TraderMaker(base: base) { terms in
                try Trader(
                    parameters: trading, risk: risk,
                    markets: terms.map {
                        TradedMarket(instrument: $0, base: base, strategy: strategy.strategy(for: $0.pair))
                    })
            }
            var runtime = RuntimeConfiguration(
                pairs: pairs, base: base, timeframes: timeframes, fees: settings.fees)
            runtime.reconcileEvery = settings[SessionSettings.reconcileEvery]
            runtime.reconcileAtRest = settings[SessionSettings.reconcileAtRest]
            runtime.deadManSwitch = settings[SessionSettings.deadManSwitch] ?? .zero
            runtime.quietTickEvery = settings[SessionSettings.quietTickEvery]
            self.runtime = runtime
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure.input(error)
        }
        self.settings = settings
        self.pairs = pairs
    }

    /// Contracts of the pairs: what the price feed subscribes to.
    func instruments() throws(CommandFailure) -> [InstrumentID] {
        var ids: [InstrumentID] = []
        for pair in pairs {
            guard let history = KnownContracts.history(of: pair, fees: settings.fees) else {
                throw CommandFailure("no perpetual contract is known for \(pair)", code: .badInput)
            }
            ids.append(history.terms(at: .distantFuture).id)
        }
        return ids
    }

    /// - Parameter account: nil for the configured one.
    func header(mode: String, account: String? = nil, venue: VenueAddress, at time: Timestamp) -> JournalHeader {
        JournalHeader(
            mode: mode, account: account ?? settings[SessionSettings.account],
            venue: venue.name,
            settings: mode == "paper" ? settings.decisiveInPaper : settings.decisive, pairs: pairs, opened: time)
    }

    /// The trader that wrote a journal, from the journal's own header.
    static let ofJournal: TraderMaker.ForHeader = { header in
        let settings: Settings
        do {
            settings = try Settings(yaml: nil, assignments: header.settings)
        } catch {
            throw CommandFailure(
                "the journal was written by another version, whose settings this one does not know: \(error)")
        }
        return try SessionParts(settings, pairs: header.pairs).maker
    }
}
