import ArgumentParser
import Dispatch
import FuzzSupport

/// The long run of broken messages: no trap, and no frame that takes long.
@main
struct Fuzz: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz", abstract: "Gives broken messages to every decoder of the exchange's protocols.")

    @Option(help: "Frames in all.") var frames = 10_000_000
    @Option(help: "Where the pseudo-random mutations start.") var seed: UInt64 = 1
    @Option(help: "Milliseconds that one frame may take at most.") var limit = 250.0

    func run() throws {
        // Sockets carry most of what an outsider can send.
        let shares: [(FuzzRun.Kind, Int)] = [(.frames, 70), (.answers, 25), (.forms, 5)]
        var slowest = 0.0
        for (kind, share) in shares {
            var run = try FuzzRun(kind, seed: seed)
            let start = DispatchTime.now().uptimeNanoseconds
            for _ in 0..<(frames / 100 * share) {
                let before = DispatchTime.now().uptimeNanoseconds
                let frame = run.step()
                let taken = Double(DispatchTime.now().uptimeNanoseconds - before) / 1e6
                if taken > slowest {
                    slowest = taken
                    if taken > limit {
                        print("\(frame.decoder) took \(taken) ms for \(frame.bytes.count) bytes (seed \(seed))")
                        throw ExitCode.failure
                    }
                }
            }
            let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            print(
                "\(kind): \(run.frames) frames, \(run.bytes / 1_000_000) MB, \(run.taken) readable, "
                    + "\(Int(Double(run.frames) / seconds)) frames/s")
            for count in run.counts { print("    \(count.name): \(count.given) given, \(count.taken) readable") }
        }
        print("slowest frame: \(slowest) ms")
    }
}
