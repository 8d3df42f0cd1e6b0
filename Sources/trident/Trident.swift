import ArgumentParser
import Foundation

/// The command line: parsing and printing only.
@main
struct Trident: ParsableCommand {
    static let release = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "trident",
        abstract: "Algorithmic trading for Kraken Futures perpetuals by Smart Money Concepts.",
        discussion: """
            Signals come from closed spot candles, orders go to linear perpetuals. Start with `trident backtest`: \
            it runs on an embedded synthetic market without any data.

            Exit codes: 0 done, 1 failed, 2 bad usage or input, 3 refused by a safety gate, 4 interrupted.
            """,
        version: release,
        subcommands: [
            BacktestCommand.self, SmcCommand.self, IndicatorsCommand.self, DataCommand.self, ConfigCommand.self,
            ExchangeCommand.self, LiveCommand.self, KillSwitchCommand.self, StatusCommand.self, ExplainCommand.self,
            ReplayCommand.self, AttributionCommand.self, JournalCommand.self, PaperCommand.self, CheckCommand.self,
            StoreCommand.self,
            SimulateCommand.self,
        ])

    /// Runs the command that was asked for and leaves with its exit code.
    static func main() {
        Interruption.install()
        do {
            try checkCommand(CommandLine.arguments.dropFirst().first)
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as CommandFailure {
            Terminal.error(failure.message)
            Foundation.exit(failure.code.rawValue)
        } catch {
            leave(with: error)
        }
    }

    func run() throws { throw CommandFailure.noSubcommand(Self.self) }

    /// The parser would only call it an unexpected argument.
    private static func checkCommand(_ word: String?) throws(CommandFailure) {
        let known = configuration.subcommands.map { $0._commandName }
        guard let word, !word.hasPrefix("-"), word != "help", !known.contains(word) else { return }
        throw CommandFailure(
            "unknown command '\(word)'; name one of \(known.joined(separator: ", ")), or --help", code: .badInput)
    }

    /// Help and version go to stdout with code 0; everything else that the parser refuses is bad usage.
    private static func leave(with error: any Error) -> Never {
        if exitCode(for: error).isSuccess {
            Terminal.result(fullMessage(for: error) + "\n")
            Foundation.exit(Code.done.rawValue)
        }
        Terminal.error(oneLine(message(for: error)) + hint(from: fullMessage(for: error)))
        Foundation.exit(Code.badInput.rawValue)
    }

    /// The parser's last line, which names the help of the very command.
    private static func hint(from text: String) -> String {
        let lines = text.split(separator: "\n")
        guard let line = lines.last(where: { $0.hasPrefix("  See ") }) else { return "" }
        return "; s" + line.dropFirst(3).replacing(" for more information.", with: "")
    }

    /// The parser's words, as one line in the form of ours.
    private static func oneLine(_ text: String) -> String {
        let line = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
        let sentence = line.prefix(1).lowercased() + line.dropFirst()
        return sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
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

    /// A command that only holds others was given alone.
    static func noSubcommand(_ command: any ParsableCommand.Type) -> CommandFailure {
        let names = command.configuration.subcommands.map { $0._commandName }.joined(separator: ", ")
        return CommandFailure("no command given; name one of \(names), or --help", code: .badInput)
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
