import Market
import Research
import Testing
import World

@Suite struct SimulationTests {
    private static func scenario() throws -> Scenario {
        var scenario = try Scenario.demo(days: 1)
        scenario.length = .hours(1)
        scenario.quiet = .minutes(15)
        scenario.faultEvery = .minutes(3)
        return scenario
    }

    @Test func aSeedIsTheSameRunTwiceAndAnotherSeedAnother() throws {
        let report = try Simulation(Self.scenario(), seeds: [1, 2], twice: true).run(on: OneByOne())
        #expect(report.unequal == [])
        #expect(report.runs == 4)
        #expect(report.length == .hours(4))
        #expect(report.results[0].journal != report.results[1].journal)
        #expect(report.faults.reduce(0) { $0 + $1.count } > 10)
        #expect(report.starts > 2)
        #expect(report.checks.allSatisfy { $0.name == "ledger" || $0.count > 0 })
    }
}
