import ArgumentParser
import Foundation
import Journal
import Kraken
import Market
import Operations
import Reports
import Sessions
import Trading
import TridentConfiguration

struct KillSwitchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill-switch", abstract: "Stop trading at once, and for good until it is released.",
        discussion: """
            Latches: nothing is opened any more, entries are cancelled and found cancelled, stops stay and are repaired. \
            With --emergency every position is also closed, reduce-only, and stops are cancelled last.

            A running session does it; without one this command latches the safety record and then does it itself, with the \
            exchange that the session used. `trident kill-switch trigger --help` lists the options. It ends when the exchange has confirmed the end, or after --wait.
            """,
        subcommands: [Trigger.self, Status.self, Release.self], defaultSubcommand: Trigger.self)

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Whether it is latched, and why.")

        @OptionGroup var place: FolderOptions
        @Option(help: "text or json") var format: Format = .text

        func run() throws {
            let states = try place.folders().map { ($0, SafetyFile.peek($0.safety)) }
            switch format {
            case .text:
                for (files, state) in states {
                    let word = state.map { "\($0.name)\($0.reason.map { " (\($0.rawValue))" } ?? "")" } ?? "unreadable"
                    let running = StateFolder.isHeld(files.folder) ? "running" : "not running"
                    Terminal.result("\(files.folder)  \(word), \(running)\n")
                }
            case .json:
                let items = states.map { files, state in
                    JSON.object([
                        ("state", .string(files.folder)), ("running", .bool(StateFolder.isHeld(files.folder))),
                        ("safety", state.map { .string($0.name) } ?? .null),
                        ("latched", state.map { .bool($0 != .ready) } ?? .null),
                        ("reason", state?.reason.map { .string($0.rawValue) } ?? .null),
                    ])
                }
                Terminal.result(
                    JSON.object([("schema", .string("trident.kill-switch/1")), ("sessions", .array(items))]).pretty)
            }
        }
    }

    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Allow entries again.", discussion: "Both the operator's name and the reason are recorded.")

        @Option(name: .customLong("operator"), help: ArgumentHelp("Who releases it.", valueName: "name"))
        var name: String
        @Option(help: ArgumentHelp("Why it is safe again.", valueName: "text")) var reason: String
        @OptionGroup var place: FolderOptions

        func run() throws {
            guard !name.trimmingCharacters(in: .whitespaces).isEmpty,
                !reason.trimmingCharacters(in: .whitespaces).isEmpty
            else { throw CommandFailure("--operator and --reason must say something", code: .badInput) }
            let files = try place.folder()
            do {
                if StateFolder.isHeld(files.folder) {
                    let order = try OperatorInbox.leave(.release(operatorName: name, reason: reason), in: files.folder)
                    let end = ContinuousClock.now + .seconds(15)
                    while SafetyFile.peek(files.safety) != .ready {
                        guard ContinuousClock.now < end else {
                            // A release must not wait for a later start.
                            let isBack = order.withdraw()
                            throw CommandFailure(
                                "the session has not released it within 15 s"
                                    + (isBack ? "; the order was taken back" : "") + "; see `trident status`")
                        }
                        usleep(50_000)
                    }
                } else {
                    let folder = try SessionRun.take(files.folder)
                    let now = Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9))
                    try OfflineRelease.perform(
                        folder, operatorName: name, reason: reason, at: now, maker: SessionParts.ofJournal)
                }
            } catch let failure as CommandFailure {
                throw failure
            } catch {
                throw CommandFailure("\(error)")
            }
            Terminal.result("\(files.folder): released by \(name)\n")
        }
    }
}
