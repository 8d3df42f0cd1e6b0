import Driver
import Foundation
import Journal
import Kraken
import Market
import Operations
import Sessions
import Sockets
import Storage
import Trading
import TridentConfiguration

/// Runs a session in its folder until it ends.
struct SessionRun {
    let mode: String
    let parts: SessionParts
    let address: VenueAddress
    let folder: StateFolder
    var length: Interval?
    /// Nil: the configured one.
    var account: String?
    let output: OutputOptions
    /// Told to the store first of all.
    var rows: [StoredRow] = []
    /// Written down first of all.
    var remarks: [(name: String, detail: String)] = []

    /// Why it ended, and whether that was an interruption.
    struct End {
        let reason: String
        let wasInterrupted: Bool
        let runtime: Runtime
    }

    /// The session's store; nil when none is wanted.
    private func store(_ monitor: SessionMonitor) throws(CommandFailure) -> StoreFeed? {
        let book = Book(
            mode: mode, account: account ?? parts.settings[SessionSettings.account], venue: address.name)
        return try SessionStore.start(parts.settings, folder.files, book) { severity, text in
            monitor.post(Alert(severity, .store, text, at: Timestamp(nanoseconds: WallClock.nanoseconds)))
        }
    }

    private func dailyAttribution(_ monitor: SessionMonitor) -> DailyAttribution {
        DailyAttribution(folder.files, parts.settings.exchangeConfiguration(), post: monitor.post)
    }

    /// What a session trades with. Made anew whenever one begins.
    struct Venue {
        let gateway: (Carryover?) -> any Gateway
        let prices: any MarketFeed
        /// Sees every record that the journal brings back, with the trader's answer.
        var witness: SessionProgram.Witness?
    }

    /// Runs until the session ends for good: one whose journal has grown long is followed by the next at once.
    func run(_ venue: () throws -> Venue, operating: SessionProgram.Operation? = nil) throws -> End {
        let stopSign = Interruption.nextAsSign()
        try asFailure { try address.write(to: folder.files.venue) }
        let monitor = try SessionMonitor(self, isOperation: operating != nil)
        defer { monitor.stop() }
        let store = try operating == nil ? store(monitor) : nil
        defer { store?.stop() }
        for row in rows { store?.post(row) }
        let days = operating == nil ? dailyAttribution(monitor) : nil
        defer { days?.finish() }
        var length = length
        while true {
            let program = try run(try venue(), for: length, operating, monitor, store, days, stopSign)
            length = program.remaining
            guard program.endReason == SessionProgram.journalIsLong, !stopSign.isUp else {
                return End(
                    reason: program.endReason ?? "it ended without a word", wasInterrupted: stopSign.isUp,
                    runtime: program.runtime)
            }
        }
    }

    private func run(
        _ venue: Venue, for length: Interval?, _ operation: SessionProgram.Operation?, _ monitor: SessionMonitor,
        _ store: StoreFeed?, _ days: DailyAttribution?, _ stopSign: Interruption.Sign
    ) throws -> SessionProgram {
        let clock = address.clock()
        let tap = store.map(StoreTap.init)
        var reports = monitor.reports(isInterrupted: { stopSign.isUp })
        if let store, let tap {
            reports.journaled = tap.written
            reports.lease = { store.standing }
            let tell = reports.alert
            reports.alert = { alert in
                tell(alert)
                store.post(.alert(alert))
            }
        }
        if let days {
            let publish = reports.status
            reports.status = { status, phase in
                publish(status, phase)
                days.timePassed(clock.now)
            }
        }
        var configuration = parts.runtime
        configuration.hurry = address.speed
        do {
            let program = try SessionProgram(
                folder: folder, header: parts.header(mode: mode, account: account, venue: address, at: clock.now),
                speed: address.speed, length: length, reports: reports, remarks: remarks, operation: operation,
                keepArchives: keepArchives,
                witness: { record, outcome in
                    venue.witness?(record, outcome)
                    tap?.brought(record, outcome)
                },
                maker: SessionParts.ofJournal
            ) { recovered, carried, latched in
                Runtime(
                    configuration, gateway: venue.gateway(carried), prices: venue.prices, recovered: recovered,
                    carried: carried, latched: latched, makeTrader: parts.maker.trader)
            }
            try SessionWire.run(
                endpoints: try address.endpoints(), limits: address.limits, trust: address.clientTrust, clock: clock,
                turn: monitor.timing(program.turn))
            return program
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(error)")
        }
    }

    /// The paper gate counts every archive of a paper session, however old.
    private var keepArchives: Interval? {
        mode == "paper" ? nil : parts.settings[SessionSettings.keepArchives]
    }

    private func asFailure(_ body: () throws -> Void) throws(CommandFailure) {
        do { try body() } catch { throw CommandFailure("\(error)") }
    }

    /// Takes the folder for this process.
    static func take(_ path: String) throws(CommandFailure) -> StateFolder {
        do {
            return try StateFolder(path)
        } catch {
            throw CommandFailure("\(error)", code: error.isHeld ? .refused : .failed)
        }
    }
}
