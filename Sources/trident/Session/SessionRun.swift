import Driver
import Foundation
import Journal
import Kraken
import Lifecycle
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

    /// What a session trades with. Made anew whenever one begins.
    struct Venue {
        let gateway: (Carryover?) -> any Gateway
        let prices: any MarketFeed
        /// Sees every record that the journal brings back, with the trader's answer.
        var witness: SessionProgram.Witness?
    }

    /// What runs beside the trading loop.
    private struct Beside {
        let monitor: SessionMonitor
        let store: SessionStore?
        let days: DailyAttribution?

        /// In the order in which they open. The account is taken last, and given back first.
        var supports: [ProgramService] {
            guard let days else { return [monitor.alerts] }
            return [monitor.alerts, monitor.pages, days.support] + (store.map { [$0.support] } ?? [])
        }
    }

    /// Runs until the session ends for good: one whose journal has grown long is followed by the next at once.
    func run(_ venue: () throws -> Venue, operating: SessionProgram.Operation? = nil) throws -> End {
        try asFailure { try address.write(to: folder.files.venue) }
        let monitor = try SessionMonitor(self, isOperation: operating != nil)
        defer { monitor.closeLog() }
        let beside =
            operating == nil
            ? Beside(monitor: monitor, store: try store(telling: monitor), days: dailyAttribution(monitor))
            : Beside(monitor: monitor, store: nil, days: nil)
        let group = ProgramGroup(
            "session", with: beside.supports, signals: Interruption.signals, logger: monitor.logger)
        let end: End
        do {
            end = try group.run { stop in try trade(venue, operating, beside, stop) }
        } catch is ProgramGroup.Interrupted {
            monitor.closeLog()
            Interruption.leave()
        }
        if end.reason == SessionProgram.cutShort {
            monitor.closeLog()
            Interruption.leave()
        }
        return end
    }

    /// Nil when none is wanted.
    private func store(telling monitor: SessionMonitor) throws(CommandFailure) -> SessionStore? {
        let book = Book(
            mode: mode, account: account ?? parts.settings[SessionSettings.account], venue: address.name)
        return try SessionStore(parts.settings, folder.files, book) { severity, text in
            monitor.post(Alert(severity, .store, text, at: Timestamp(nanoseconds: WallClock.nanoseconds)))
        }
    }

    private func dailyAttribution(_ monitor: SessionMonitor) -> DailyAttribution {
        DailyAttribution(folder.files, parts.settings.exchangeConfiguration()) { monitor.post($0) }
    }

    /// The session on its thread.
    private func trade(
        _ venue: () throws -> Venue, _ operation: SessionProgram.Operation?, _ beside: Beside, _ stop: StopSign
    ) throws -> End {
        for row in rows { beside.store?.feed?.post(row) }
        var length = length
        while true {
            let program = try run(try venue(), for: length, operation, beside, stop)
            length = program.remaining
            guard program.endReason == SessionProgram.journalIsLong, !stop.isUp else {
                return End(
                    reason: program.endReason ?? "it ended without a word", wasInterrupted: stop.isUp,
                    runtime: program.runtime)
            }
        }
    }

    private func run(
        _ venue: Venue, for length: Interval?, _ operation: SessionProgram.Operation?, _ beside: Beside,
        _ stop: StopSign
    ) throws -> SessionProgram {
        let clock = address.clock()
        let store = beside.store?.feed
        let tap = store.map(StoreTap.init)
        var reports = beside.monitor.reports(until: stop)
        if let store, let tap {
            reports.journaled = tap.written
            reports.lease = { store.standing }
            let tell = reports.alert
            reports.alert = { alert in
                tell(alert)
                store.post(.alert(alert))
            }
        }
        if let days = beside.days {
            let publish = reports.status
            reports.status = { status, phase, now in
                publish(status, phase, now)
                days.timePassed(now)
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
                turn: beside.monitor.timing(program.turn))
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
