import Driver
import Foundation
import Logging
import Market
import Monitoring
import Notices
import Operations
import Sessions
import TridentConfiguration

/// What a session tells the world, by its settings: the log on stderr, alerts, figures and pages.
struct SessionMonitor {
    private let monitor: Monitor
    private let sink: LogSink

    /// - Parameter isOperation: an operator's command is carried out. It is done whatever is wrong with channels, and
    ///   serves no pages and no chat.
    init(_ run: SessionRun, isOperation: Bool) throws(CommandFailure) {
        let clock = WireClock.system()
        do {
            let channels = try run.parts.settings.channels(try ConfigCommand.secrets())
            try self.init(run, channels, clock: clock, isOperation: isOperation)
        } catch {
            guard isOperation else { throw error as? CommandFailure ?? .input(error) }
            Terminal.notice("alerts go nowhere: \(error)")
            do {
                try self.init(run, ChannelAddresses(), clock: clock, isOperation: true)
            } catch {
                throw .input(error)
            }
        }
    }

    private init(
        _ run: SessionRun, _ addresses: ChannelAddresses, clock: WireClock, isOperation: Bool
    ) throws {
        let settings = run.parts.settings
        let now: @Sendable () -> Timestamp = { clock.now }
        var channels = addresses
        if isOperation { channels.telegram?.takesCommands = false }
        let origin = run.mode + " " + (run.account ?? settings[SessionSettings.account])
        var configuration = MonitorConfiguration(
            notices: settings.notices(to: channels, origin: origin), channels: channels,
            pages: isOperation ? nil : settings.pages)
        configuration.stalledAfter = settings[MonitoringSettings.stalledAfter]
        let log = SessionLogHandler.Output.standardError(
            settings[LoggingSettings.format], scrubber: Scrubber(channels.secrets),
            environment: ProcessInfo.processInfo.environment, clock: now)
        let level = Self.level(settings, run.output)
        sink = log.sink
        let logger = Logger(label: "session") { SessionLogHandler($0, level: level, to: log) }
        monitor = try Waiting.forResult { [configuration, folder = run.folder.path] in
            try await Monitor.start(configuration, log: logger, clock: now) { reason in
                try OperatorInbox.leave(.halt(reason: reason), in: folder)
            }
        }
    }

    /// `--quiet` and `--verbose` stand over the configured level, in the direction that they mean.
    private static func level(_ settings: Settings, _ output: OutputOptions) -> Logger.Level {
        let level = Logger.Level(settings[LoggingSettings.level])
        if output.quiet { return max(level, .warning) }
        return output.verbose ? min(level, .debug) : level
    }

    /// Tells what came up beside the session. Never waits.
    var post: @Sendable (Alert) -> Void { { [monitor] in monitor.post($0) } }

    func reports(isInterrupted: @escaping () -> Bool) -> SessionProgram.Reports {
        var reports = SessionProgram.Reports(alert: { [monitor] in monitor.post($0) }, isInterrupted: isInterrupted)
        reports.record = { [monitor] record, now in monitor.observe(record, at: now) }
        reports.status = { [monitor] status, phase in monitor.publish(status, phase: phase) }
        return reports
    }

    /// The same turn, with its length taken.
    func timing(
        _ turn: @escaping (SessionWire, Arrival) -> SessionWire.Turn
    ) -> (SessionWire, Arrival) -> SessionWire.Turn {
        { [monitor] wire, arrival in
            let start = DispatchTime.now().uptimeNanoseconds
            defer {
                let length = DispatchTime.now().uptimeNanoseconds - start
                monitor.figures.turn(took: Interval(nanoseconds: Int64(clamping: length)))
            }
            return turn(wire, arrival)
        }
    }

    /// Delivers what waits, for a few seconds at most, and ends.
    func stop() {
        do {
            try Waiting.forResult { [monitor] in await monitor.stop() }
        } catch {
            Terminal.error("alerts could not be ended: \(error)")
        }
        sink.close()
    }
}

extension Settings {
    /// Where the pages are; nil when they are switched off.
    fileprivate var pages: MonitorConfiguration.PageAddress? {
        self[MonitoringSettings.port].map {
            .init(host: self[MonitoringSettings.bind], port: $0, names: self[MonitoringSettings.names])
        }
    }
}
