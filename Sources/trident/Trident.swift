import ArgumentParser
import Foundation

/// The command line: parsing and printing only.
@main
struct Trident: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trident",
        abstract: "Algorithmic trading for Kraken Futures perpetuals by Smart Money Concepts.",
        discussion: """
            Signals come from closed spot candles, orders go to linear perpetuals. Start with `trident backtest`: \
            it runs on an embedded synthetic market without any data.

            Exit codes: 0 done, 1 failed, 2 bad usage or input, 3 refused by a safety gate, 4 interrupted.
            """,
        version: "0.1.0",
        subcommands: [
            BacktestCommand.self, SmcCommand.self, IndicatorsCommand.self, DataCommand.self, ConfigCommand.self,
        ])

    /// Runs the command that was asked for and leaves with its exit code.
    static func main() {
        Interruption.install()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as CommandFailure {
            Terminal.error(failure.message)
            Foundation.exit(failure.code.rawValue)
        } catch {
            leave(with: error)
        }
    }

    /// Help and version go to stdout with code 0; everything else that the parser refuses is bad usage.
    private static func leave(with error: any Error) -> Never {
        let text = fullMessage(for: error)
        if exitCode(for: error).isSuccess {
            print(text)
            Foundation.exit(Code.done.rawValue)
        }
        Terminal.line(text)
        Foundation.exit(Code.badInput.rawValue)
    }
}

/// What the process says with its exit code.
enum Code: Int32 {
    case done = 0
    case failed = 1
    case badInput = 2
    case refused = 3
    case interrupted = 4
}

/// An end that the user must hear of: one clear message, and the code to leave with.
struct CommandFailure: Error {
    let message: String
    let code: Code

    init(_ message: String, code: Code = .failed) {
        self.message = message
        self.code = code
    }

    /// Something that the user gave is wrong.
    static func input(_ problem: any Error) -> CommandFailure { CommandFailure("\(problem)", code: .badInput) }
}

/// Options that every command has.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print results only.")
    var quiet = false

    @Flag(name: .long, help: "Print more about what is done.")
    var verbose = false
}
