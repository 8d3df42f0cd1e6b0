public import Market
public import Venue

/// The contract terms that the program carries, as the exchange's own instrument list gave them (September 2026 and
/// November 2025), and for earlier years the published brackets. Live trading reads the list itself.
public enum KnownContracts {
    /// The terms of the perpetual on `pair` through time; nil when none is known. Invented demo coins have invented
    /// terms.
    public static func history(of pair: SpotPair, fees: FeeSchedule) -> InstrumentHistory? {
        guard let contract = contract(of: pair) else { return nil }
        return InstrumentHistory(
            contract.brackets.compactMap { from, levels in
                terms(contract, levels, pair, fees).map { (from: from, terms: $0) }
            })
    }

    private struct Contract {
        let id: String
        let tick: String
        let lot: String
        let maximum: Int
        let brackets: [(from: Timestamp, levels: [(notional: Int, initial: Int, maintenance: Int)])]
    }

    private static func contract(of pair: SpotPair) -> Contract? {
        switch pair.description {
        case "BTC/USD":
            Contract(
                id: "PF_XBTUSD", tick: "1", lot: "0.0001", maximum: 1200,
                brackets: [(.distantPast, classA), (since2026, recordedBTC)])
        case "ETH/USD":
            Contract(
                id: "PF_ETHUSD", tick: "0.1", lot: "0.001", maximum: 16_000,
                brackets: [(.distantPast, classA), (since2026, recordedOthers)])
        case "DOGE/USD":
            Contract(
                id: "PF_DOGEUSD", tick: "0.00001", lot: "1", maximum: 200_000_000,
                brackets: [(.distantPast, recordedOthers)])
        case let name where name.hasPrefix("DEMO"):
            Contract(
                id: "PF_\(pair.base)USD", tick: "0.0001", lot: "0.01", maximum: 10_000_000,
                brackets: [(.distantPast, recordedOthers)])
        default: nil
        }
    }

    private static func terms(
        _ contract: Contract, _ levels: [(notional: Int, initial: Int, maintenance: Int)], _ pair: SpotPair,
        _ fees: FeeSchedule
    ) -> Instrument? {
        let schedule = MarginSchedule(
            levels: levels.map {
                .init(
                    notional: Money($0.notional), initial: .basisPoints($0.initial),
                    maintenance: .basisPoints($0.maintenance))
            })
        guard let id = InstrumentID(contract.id), let schedule, let tick = Price(setting: contract.tick),
            let lot = Quantity(setting: contract.lot)
        else { return nil }
        return Instrument(
            id: id, pair: pair, tick: tick, lot: lot, minimum: lot, maximumPosition: Quantity(contract.maximum),
            margin: schedule, fees: fees, fundingCap: .basisPoints(50))
    }

    private static let since2026 = Timestamp(seconds: 1_767_225_600)

    /// Basis points. The exchange's published class A brackets for BTC and ETH until 2025.
    private static let classA = [
        (0, 200, 100), (1_000_000, 400, 200), (2_000_000, 500, 250), (5_000_000, 1_000, 500),
        (10_000_000, 2_000, 1_000),
        (20_000_000, 3_000, 1_500), (60_000_000, 5_000, 2_500),
    ]
    /// Recorded on 25 September 2026.
    private static let recordedBTC = [(0, 100, 50), (1_000_000, 200, 100), (3_000_000, 400, 200)]
    /// Recorded in November 2025 (ETH) and on 25 September 2026 (DOGE).
    private static let recordedOthers = [(0, 200, 100), (2_000_000, 400, 200)]
}
