import ArgumentParser
import Foundation
import FuzzSupport

/// The long run of broken messages: no trap, and no frame that takes long.
@main
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz", abstract: "Gives broken messages to every decoder of the exchange's protocols.")

    @Option(help: "Frames in all.") var frames = 10_000_000
    @Option(help: "Where the pseudo-random mutations start.") var seed: UInt64 = 1
    @Option(help: "Milliseconds of processor time that one frame may take at most.") var limit = 100.0

    func run() throws {
        // Sockets carry most of what an outsider can send.
        let shares: [(FuzzRun.Kind, Int)] = [(.frames, 70), (.answers, 25), (.forms, 5)]
        var slowest = 0.0
        for (kind, share) in shares {
            var run = try FuzzRun(kind, seed: seed)
            let start = clock()
            for _ in 0..<(frames / 100 * share) {
                let before = clock()
                let frame = run.step()
                let taken = Double(clock() - before) * 1000 / Double(CLOCKS_PER_SEC)
                if taken > slowest {
                    slowest = taken
                    if taken > limit {
                        print("\(frame.decoder) took \(taken) ms for \(frame.bytes.count) bytes (seed \(seed))")
                        throw ExitCode.failure
                    }
                }
            }
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            print(
                "\(kind): \(run.frames) frames, \(run.bytes / 1_000_000) MB, \(run.taken) readable, "
                    + "\(Int(Double(run.frames) / seconds)) frames/s of processor time")
            for count in run.counts { print("    \(count.name): \(count.given) given, \(count.taken) readable") }
        }
        print("slowest frame: \(slowest) ms")
    }
}
