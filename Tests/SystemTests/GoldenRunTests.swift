import Market
import Research
import Testing

/// Each preset's run on a small demo market, to the last unit. A change of one cent must be explained by the commit that
/// makes it; the failing test prints the new line.
@Suite struct GoldenRunTests {
    static let golden: [String: String] = [
        "swing":
            "9 trades, equity 9705.98949139, fees 20.16304529, funding 0.79731813, 74 of 1352, journal 66ec905ebd73107f",
        "intraday":
            "16 trades, equity 9859.089826, fees 41.90281922, funding 3.21829257, 82 of 1701, journal 5d17952626675ec8",
        "ema-cross":
            "18 trades, equity 9963.82559797, fees 28.10661736, funding -0.06030041, 18 of 18, journal 77fa565c1b35b81d",
    ]

    @Test(arguments: ShippedRun.presets.map(\.name))
    func presetEarnsToTheCentWhatItEarned(_ name: String) throws {
        let preset = try #require(ShippedRun.presets.first { $0.name == name })
        let result = try ShippedRun(preset.assignments).result()
        let line =
            "\(result.trades.count) trades, equity \(result.finalEquity), fees \(result.fees), funding \(result.funding), "
            + "\(result.signals) of \(result.decisions.count), journal \(result.journalHash)"
        #expect(line == Self.golden[name])
        // A run in which nothing happens proves nothing.
        #expect(result.trades.count >= 3)
    }
}
