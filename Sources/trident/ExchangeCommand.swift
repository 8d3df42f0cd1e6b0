import ArgumentParser
import CandleFiles
import Exchange
import ExchangeService
import Foundation
import KrakenServer
import Lifecycle
import Logging
import Market
import Reports
import Research
import Sockets
import Synchronization
import TridentConfiguration
import Wire

struct ExchangeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange", abstract: "Run a local exchange that speaks Kraken's REST and WebSocket protocols.",
        discussion: """
            Spot, derivatives and unified surfaces on one port, at Kraken's own paths. It trades recorded candles, or the \
            demo market, moved to the present, and runs until it is interrupted. The keys of its accounts open nothing \
            else; `--format json` prints them once, when it is ready.
            """)

    @Option(help: "Port to listen on; 0 for a free one.") var port = 0
    @Option(help: ArgumentHelp("Address to listen on.", valueName: "address")) var host = "127.0.0.1"
    @Option(help: ArgumentHelp("Folder with market data. Default: the demo market.", valueName: "folder")) var data:
        String?
    @Option(
        help: ArgumentHelp(
            "First moment, in the data's own time. Default: the data is moved to the present.", valueName: "time"))
    var start: String?
    @Option(help: ArgumentHelp("Seconds of the market in a second.", valueName: "factor")) var speed = 1.0
    @Option(help: "Seed of ids, keys, books and everything drawn.") var seed: UInt64 = 1
    @Option(
        help: ArgumentHelp(
            "JSON file with accounts and, if wanted, their keys. Default: one, 'demo'.", valueName: "file"))
    var accounts: String?
    @Option(help: ArgumentHelp("JSON file with what goes wrong, and when.", valueName: "file")) var faults: String?
    @Flag(help: "Serve /admin, which sets prices, time and faults.") var admin = false
    @Option(help: ArgumentHelp("PEM file with a certificate: the port then speaks TLS.", valueName: "file"))
    var tlsCertificate: String?
    @Option(help: ArgumentHelp("PEM file with the certificate's key.", valueName: "file")) var tlsKey: String?
    @Option(help: "text or json") var format: Format = .text
    @OptionGroup var source: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port must be between 0 and 65535") }
        guard (0.001...1_000_000).contains(speed) else {
            throw ValidationError("--speed must be between 0.001 and 1000000")
        }
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key belong together; give both or neither")
        }
    }

    func run() throws {
        let settings = try source.settings()
        let accounts =
            try accounts.map { path throws(CommandFailure) in try ExchangeAccounts.read(path, seed: seed) } ?? [
                AccountSetup(name: "demo", equity: Money(10_000), seed: seed)
            ]
        let markets = try ExchangeMarkets(data: data, settings: settings)
        if !output.quiet { for notice in markets.notices { Terminal.notice(notice) } }
        let (value, clock) = try exchange(markets, accounts, settings)
        let certificate = tlsCertificate.flatMap { file in
            tlsKey.map { ServerCertificate(certificateFile: file, keyFile: $0) }
        }
        OpenFiles.raiseLimit()
        let server = Mutex<SocketServer<ServedExchange>?>(nil)
        let listening = ProgramService("exchange") { [host, port] in
            do throws(ServerError) {
                let started = try await SocketServer.start(
                    value, host: host, port: port, clock: clock, tls: certificate, threads: 2)
                server.withLock { $0 = started }
            } catch {
                throw CommandFailure("\(error)", code: error.isInput ? .badInput : .failed)
            }
        } close: { [output] _ in
            guard let server = server.withLock({ $0 }) else { return }
            if output.verbose { Terminal.line("\(server.counts)") }
            do throws(ServerError) {
                _ = try await server.stop()
            } catch {
                Terminal.error("\(error)")
            }
        }
        var group = ProgramGroup(
            "clients", with: [listening], signals: Interruption.signals,
            logger: Logger(label: "exchange") { _ in SwiftLogNoOpLogHandler() })
        group.haste = .zero
        do {
            try group.run { stop in
                Terminal.result(ready(server.withLock { $0 }?.port ?? port, accounts))
                stop.wait()
            }
        } catch is ProgramGroup.Interrupted {
            Interruption.leave()
        }
    }

    // MARK: The exchange

    private func exchange(
        _ markets: ExchangeMarkets, _ accounts: [AccountSetup], _ settings: Settings
    ) throws -> (ServedExchange, ServedClock) {
        let costs = settings.backtestConfiguration().exchange
        var configuration = LocalExchangeConfiguration(
            halfSpread: costs.halfSpread, impact: costs.impact, liquidationFee: costs.liquidationFee,
            participation: costs.participation, seed: seed)
        configuration.isAdminEnabled = admin
        configuration.pace(speed: speed)
        let first: Timestamp
        if let start {
            let span = try markets.span()
            guard let time = Timestamp(dateOrTime: start), span.contains(time) else {
                throw CommandFailure(
                    "--start '\(start)': give a time between \(span.lowerBound) and \(span.upperBound)", code: .badInput
                )
            }
            first = time
        } else {
            first = Timestamp(nanoseconds: WallClock.nanoseconds)
            configuration.shift = try markets.shift(to: first)
        }
        if let faults { configuration.faults = try plan(faults, from: first) }
        // Before the value is made, which takes its time: nothing that was due is then in the past.
        let clock = ServedClock(start: first, speed: speed)
        let exchange = LocalExchange(
            configuration: configuration, markets: markets.histories, accounts: accounts, start: first)
        return (ServedExchange(exchange: exchange), clock)
    }

    private func plan(_ path: String, from start: Timestamp) throws(CommandFailure) -> FaultPlan {
        guard let text = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("\(path): cannot be read; is it a file, with permission?", code: .badInput)
        }
        do throws(FaultError) {
            return try FaultPlan(Array(text), start: start)
        } catch {
            throw CommandFailure("\(path): \(error)", code: .badInput)
        }
    }

    // MARK: The ready line

    private func ready(_ port: Int, _ accounts: [AccountSetup]) -> String {
        let security = tlsCertificate == nil ? "" : "s"
        let http = "http\(security)://\(host):\(port)"
        let socket = "ws\(security)://\(host):\(port)"
        let services: [(String, String)] = [
            ("spot_rest", http), ("spot_ws", socket + "/v2"), ("futures_rest", http + "/derivatives/api/v3"),
            ("futures_ws", socket + "/ws/v1"), ("charts_rest", http + "/api/charts/v1"),
            ("history_rest", http + "/api/history"), ("unified_ws_public", socket + "/v2/public"),
            ("unified_ws_private", socket + "/v2/private"),
        ]
        switch format {
        case .text:
            let lines = services + (admin ? [("admin", http + "/admin")] : [])
            return lines.map { "\($0.padding(toLength: 20, withPad: " ", startingAt: 0))\($1)\n" }.joined()
                + "accounts            \(accounts.map(\.name).joined(separator: ", ")) (keys: --format json)\n"
        case .json:
            let members: [(String, JSON)] =
                [("schema", .string("trident.exchange/1"))] + services.map { ($0, .string($1)) } + [
                    ("admin", admin ? .string(http + "/admin") : .null), ("accounts", .array(accounts.map(described))),
                ]
            return JSON.object(members).compact + "\n"
        }
    }

    private func described(_ account: AccountSetup) -> JSON {
        .object([
            ("name", .string(account.name)), ("futures_key", .string(account.keys.futuresKey)),
            ("futures_secret", .string(account.keys.futuresSecret.reveal())),
            ("spot_key", .string(account.keys.spotKey)),
            ("spot_secret", .string(account.keys.spotSecret.reveal())), ("equity_usd", .exact(account.equity)),
        ])
    }
}

extension ServerError {
    /// Whether the user's input or the machine is to blame.
    fileprivate var isInput: Bool {
        switch self {
        case .certificate: true
        case .cannotListen, .stopped: false
        }
    }
}
