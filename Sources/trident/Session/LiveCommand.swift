import ArgumentParser
import Driver
import Foundation
import Kraken
import Market
import Operations
import Sessions
import TridentConfiguration
import Wire

struct LiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live", abstract: "Trade with real orders.",
        discussion: """
            Runs until it is interrupted: then entries are cancelled, stops stay. Every start is a recovery: contract terms \
            and candles are fetched, the account is compared with the journal, positions are protected, and only then is \
            anything opened.

            It asks for confirmation on a terminal; elsewhere --confirm must repeat the account's name. With an exchange \
            that is not on this machine it is refused (code 3) until paper trading has earned it.

            Keys come from KRAKEN_FUTURES_KEY and KRAKEN_FUTURES_SECRET (for the unified surface KRAKEN_SPOT_KEY and \
            KRAKEN_SPOT_SECRET), in the environment, in .env, or in the file that --credentials names.
            """)

    @Option(help: ArgumentHelp("Name of the account, instead of the question.", valueName: "account"))
    var confirm: String?
    @Option(
        help: ArgumentHelp(
            "Trade although the paper gate is not met: the phrase that the refusal names. It is recorded.",
            valueName: "phrase"))
    var override: String?
    @OptionGroup var session: SessionOptions
    @OptionGroup var keys: KeyOptions
    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        var settings = try source.settings(session.hurriedSettings)
        let length = try session.interval()
        let address = session.address(settings, mode: "live")
        _ = try address.endpoints()
        let pass = try PaperGateCheck.require(for: address, settings, override: override)
        if address.isReal {
            let files = StateFiles(session.folder(settings, mode: "live"))
            let cap = try FirstDays.assignments(settings, files, at: address.clock().now)
            settings = try source.settings(session.hurriedSettings + cap)
            if !cap.isEmpty { Terminal.notice("first days: " + cap.joined(separator: ", ")) }
        }
        let parts = try SessionParts(settings)
        let choice = try SurfaceChoice.make(address)
        let credentials = try keys.keys(for: address.surface)
        try confirmed(settings[SessionSettings.account], address)
        let folder = try SessionRun.take(session.folder(settings, mode: "live"))
        try Self.refuseDangerousKey(credentials, parts, address)
        var run = SessionRun(
            mode: "live", parts: parts, address: address, folder: folder, length: length, output: output)
        run.remarks = pass.missing.map { [("gate_overridden", $0)] } ?? []
        run.rows = pass.row(at: address.clock().now).map { [$0] } ?? []
        let end = try run.run {
            .init(
                gateway: { _ in choice.gateway(credentials: credentials, nonces: NonceSource(), fees: settings.fees) },
                prices: choice.marketFeed(try parts.instruments()))
        }
        try LiveCommand.leave(end, output)
    }

    /// A key that may withdraw is not traded with. When the exchange does not answer, the session finds out by itself.
    private static func refuseDangerousKey(
        _ credentials: Credentials, _ parts: SessionParts, _ address: VenueAddress
    ) throws {
        let wire = try SessionWire(endpoints: try address.endpoints(), trust: address.clientTrust)
        defer { wire.shutdown() }
        let findings = VenueProbe(wire, patience: .seconds(10)).run(
            parts.pairs, fees: parts.settings.fees, credentials: credentials, on: address.surface)
        switch findings.key {
        case .accepted(_, _, canWithdraw: true):
            throw CommandFailure("the key may withdraw; make one without that right", code: .refused)
        case .accepted(_, canTrade: false, _):
            throw CommandFailure("the key may not trade; give it the right to, or make another", code: .refused)
        case .refused(let why): throw CommandFailure("the exchange refuses the key: \(why)", code: .refused)
        case .accepted, .notAsked: break
        }
    }

    /// The exit code of an end.
    static func leave(_ end: SessionRun.End, _ output: OutputOptions) throws(CommandFailure) {
        if end.wasInterrupted {
            throw CommandFailure("interrupted; entries are cancelled, stops stay", code: .interrupted)
        }
        guard end.reason == SessionProgram.timeIsOver else { throw CommandFailure("the session ended: \(end.reason)") }
        if !output.quiet { Terminal.line("the session ended: \(end.reason)") }
    }

    private func confirmed(_ account: String, _ address: VenueAddress) throws(CommandFailure) {
        let venue = address.endpoint ?? "Kraken"
        if let confirm {
            guard confirm == account else {
                throw CommandFailure(
                    "--confirm '\(confirm)' is not this account; it is called '\(account)' (session.account)",
                    code: .badInput)
            }
            return
        }
        guard isatty(STDIN_FILENO) == 1, Terminal.isInteractive else {
            throw CommandFailure(
                "real orders need a confirmation: add --confirm \(account)", code: .badInput)
        }
        let what = address.isReal ? "REAL MONEY" : "a local exchange"
        Terminal.line("Orders will be sent to \(venue): \(what). Type the account's name (\(account)) to go on:")
        guard readLine() == account else { throw CommandFailure("not confirmed; nothing was sent", code: .refused) }
    }
}

/// The way to the exchange that the configuration names.
enum SurfaceChoice {
    static func make(_ address: VenueAddress) throws(CommandFailure) -> GatewayChoice {
        let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        do {
            let choice = try GatewayChoice(address.surface, at: now, hurry: address.speed)
            if let warning = choice.warning { Terminal.notice(warning) }
            return choice
        } catch {
            throw CommandFailure("\(error)", code: .refused)
        }
    }
}
