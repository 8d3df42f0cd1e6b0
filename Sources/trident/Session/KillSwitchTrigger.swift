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

extension KillSwitchCommand {
    /// What `trident kill-switch` does when no other word follows.
    struct Trigger: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "trigger", abstract: "Latch (the default).")

        @Flag(help: "Also close every position.") var emergency = false
        @Option(help: ArgumentHelp("Why; it is recorded.", valueName: "text")) var reason = "kill switch"
        @Option(help: ArgumentHelp("Seconds to wait for the exchange's confirmation.", valueName: "seconds"))
        var wait: Int = 60
        @OptionGroup var place: FolderOptions
        @OptionGroup var keys: KeyOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard (1...86_400).contains(wait) else { throw ValidationError("--wait must be between 1 and 86400") }
        }

        func run() throws {
            var failures: [String] = []
            for files in try place.folders() {
                do {
                    let end = StateFolder.isHeld(files.folder) ? try order(files) : try act(files)
                    Terminal.result("\(files.folder): \(end)\n")
                } catch let failure as CommandFailure {
                    failures.append("\(files.folder): \(failure.message)")
                }
            }
            guard failures.isEmpty else { throw CommandFailure(failures.joined(separator: "\n")) }
        }

        private var intent: OperatorIntent { emergency ? .flatten(reason: reason) : .halt(reason: reason) }

        // MARK: With a running session

        private func order(_ files: StateFiles) throws -> String {
            let left = try asFailure { try OperatorInbox.leave(intent, in: files.folder) }
            let asked = Date()
            let end = ContinuousClock.now + .seconds(wait)
            var standing =
                "the session has not answered; end its process and run this again, then it is done without it"
            while ContinuousClock.now < end {
                // What was written before the order says nothing about it.
                if !left.isWaiting, let status = SessionStatus(reading: files.status, writtenAfter: asked),
                    status.safety != "ready"
                {
                    if status.isDone(flat: emergency) { return confirmed }
                    standing = "latched; still there: \(status.left)"
                }
                guard StateFolder.isHeld(files.folder) else { return try act(files) }
                usleep(100_000)
            }
            throw CommandFailure("not confirmed within \(wait) s: \(standing)")
        }

        // MARK: Without one

        private func act(_ files: StateFiles) throws -> String {
            let folder = try SessionRun.take(files.folder)
            try asFailure {
                let safety = try SafetyFile(files.safety)
                if !safety.state.isAtLeast(emergency) { try safety.write(latch, detail: "kill switch: \(reason)") }
            }
            let header = try lastHeader(files)
            if header?.mode == "paper" { return "latched; it takes effect when the paper session is started again" }
            guard let address = try asFailure({ try VenueAddress(reading: files.venue) }) else {
                throw CommandFailure("latched, but how to reach the exchange is not known: \(files.venue) is missing")
            }
            guard address.mode == "live" else { return "latched; it takes effect when the session is started again" }
            // Without a journal the configuration says what is traded; what is held is found at the exchange.
            let settings = try place.source.settings(header?.settings ?? [])
            let parts = try SessionParts(settings, pairs: header?.pairs)
            let credentials: Credentials
            do {
                credentials = try keys.keys(for: address.surface)
            } catch {
                throw CommandFailure("latched for the next start, but nothing was cancelled: \(error.message)")
            }
            let choice = try SurfaceChoice.make(address)
            var run = SessionRun(
                mode: "live", parts: parts, address: address, folder: folder,
                length: .seconds(Int64(wait) * address.speed), output: output)
            run.account = header?.account
            let flat = emergency
            let operation = SessionProgram.Operation(intent) { runtime in
                runtime.trader?.safety != .ready && runtime.hasEnded(flat: flat)
            }
            let end = try run.run(
                {
                    .init(
                        gateway: { _ in
                            choice.gateway(credentials: credentials, nonces: NonceSource(), fees: settings.fees)
                        },
                        prices: choice.marketFeed(try parts.instruments()))
                }, operating: operation)
            guard end.reason == SessionProgram.operationIsDone else {
                throw CommandFailure("latched, but not confirmed by the exchange: \(end.reason)")
            }
            return confirmed
        }

        private var confirmed: String { (emergency ? "flat" : "halted") + ", confirmed" }

        private var latch: SafetyState { emergency ? .flattening(.operatorCommand) : .halted(.operatorCommand) }

        private func lastHeader(_ files: StateFiles) throws -> JournalHeader? {
            try asFailure { try JournalFile.lastHeader(files.journal) }
        }

        private func asFailure<Value>(_ body: () throws -> Value) throws(CommandFailure) -> Value {
            do { return try body() } catch { throw CommandFailure("\(error)") }
        }
    }
}

extension SafetyState {
    /// Whether it already forbids as much as is wanted.
    fileprivate func isAtLeast(_ flattening: Bool) -> Bool {
        switch self {
        case .ready: false
        case .halted: !flattening
        case .flattening: true
        }
    }
}
