import Market
import Research
import Testing
import Trading
import World

@Suite struct CrashMatrixTests {
    /// A part of the deaths that `trident simulate --crash-matrix` plays in full.
    @Test func everyWayOfDyingLeavesAProtectedPositionAndAWholeJournal() throws {
        var matrix = CrashMatrix(try Scenario.demo(days: 1, timeframe: .m1).managedLife(), seed: 1)
        matrix.stride = 601
        let report = try matrix.run(on: OneByOne(), workers: 1)
        #expect(report.isClean)
        for kind in [LifeMoments.Kind.entry, .stopMoved, .partialClose, .stopFilled, .closed, .halt, .release] {
            #expect(report.life[kind] > 0)
        }
        for mode in CrashMode.allCases { #expect(report.deaths[mode] ?? 0 > 0) }
    }
}
