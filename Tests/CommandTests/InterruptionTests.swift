import Foundation
import Testing

/// Ctrl-C and a request to end, in the middle of long work.
@Suite struct InterruptionTests {
    @Test(arguments: [SIGINT, SIGTERM], [true, false])
    func anInterruptedBacktestLeavesNothingHalf(_ signal: Int32, _ isNew: Bool) throws {
        let folder = try Workspace()
        if !isNew { try folder.write("earlier", to: "out/summary.json") }
        let before = try folder.contents()
        // Minutes of work, if nobody interrupts it.
        let settings = ["demo.timeframe=15m", "demo.days=60", "backtest.random_runs=1000"]
        let run = try TerminalRun(
            ["backtest", "--out", "out/deep"] + settings.flatMap { ["--set", $0] }, in: folder, at: "backtest █",
            send: signal)
        #expect(run.code == 4)
        #expect(run.screen.hasSuffix("interrupted\r\n"))
        #expect(!run.screen.contains("error"))
        #expect(try folder.contents() == before)
    }
}
