import Driver
import Foundation
import Journal
import Kraken
import Market
import Operations
import Sessions
import Sockets
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
    /// Sees every record that the journal brings back, with the trader's answer.
    var witness: SessionProgram.Witness?
    /// Written down first of all.
    var remarks: [(name: String, detail: String)] = []

    /// Why it ended, and whether that was an interruption.
    struct End {
        let reason: String
        let wasInterrupted: Bool
        let runtime: Runtime
    }

    /// - Parameter gateway: of the venue; prices come from the surface's feed.
    func run(
        gateway: (Carryover?) throws -> any Gateway, prices: any MarketFeed, operating: SessionProgram.Operation? = nil
    ) throws -> End {
        let endpoints = try address.endpoints()
        let clock = address.clock()
        let stopSign = Interruption.nextAsSign()
        try asFailure { try address.write(to: folder.files.venue) }
        let monitor = try SessionMonitor(self, isOperation: operating != nil)
        defer { monitor.stop() }
        let program: SessionProgram
        var configuration = parts.runtime
        configuration.hurry = address.speed
        do {
            program = try SessionProgram(
                folder: folder, header: parts.header(mode: mode, account: account, venue: address, at: clock.now),
                speed: address.speed,
                length: length,
                reports: monitor.reports(isInterrupted: { stopSign.isUp }),
                remarks: remarks, operation: operating, witness: witness, maker: SessionParts.ofJournal
            ) { recovered, carried, latched in
                Runtime(
                    configuration, gateway: try gateway(carried), prices: prices, recovered: recovered,
                    carried: carried,
                    latched: latched,
                    makeTrader: parts.maker.trader)
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(error)")
        }
        do {
            try SessionWire.run(
                endpoints: endpoints, limits: address.limits, trust: address.clientTrust, clock: clock,
                turn: monitor.timing(program.turn))
        } catch {
            throw CommandFailure("\(error)")
        }
        return End(
            reason: program.endReason ?? "it ended without a word", wasInterrupted: stopSign.isUp,
            runtime: program.runtime)
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
