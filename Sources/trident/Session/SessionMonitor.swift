import Driver
import Foundation
import Instrumentation
import Lifecycle
import Logging
import Market
import Monitoring
import Notices
import Operations
import Sessions
import Synchronization
import Tracing
import TridentConfiguration

/// What a session tells the world, by its settings: the log on stderr, alerts, figures and pages.
final class SessionMonitor: Sendable {
    let logger: Logger
    private let sink: LogSink
    private let configuration: MonitorConfiguration
    private let folder: String
    private let isOperation: Bool
    private let running = Mutex<Monitor?>(nil)

    /// - Parameter isOperation: an operator's command is carried out. It is done whatever is wrong with channels, and
    ///   serves no pages and no chat.
    init(_ run: SessionRun, isOperation: Bool) throws(CommandFailure) {
        let settings = run.parts.settings
        let channels = try Self.channels(settings, isOperation: isOperation)
        let origin = run.mode + " " + (run.account ?? settings[SessionSettings.account])
        var configuration = MonitorConfiguration(
            notices: settings.notices(to: channels, origin: origin), channels: channels,
            pages: isOperation ? nil : settings.pages)
        configuration.stalledAfter = settings[MonitoringSettings.stalledAfter]
        if !isOperation, settings[MonitoringSettings.traces] != .off {
            configuration.traces = .init(
                settings[MonitoringSettings.traces], session: origin + " " + run.address.name, folder: run.folder.path,
                attributes: ["service.version": Trident.release])
        }
        self.configuration = configuration
        let log = SessionLogHandler.Output.standardError(
            settings[LoggingSettings.format], scrubber: Scrubber(channels.secrets),
            environment: ProcessInfo.processInfo.environment, clock: Self.clock)
        let level = Self.level(settings, run.output)
        sink = log.sink
        logger = Logger(label: "session") { SessionLogHandler($0, level: level, to: log) }
        folder = run.folder.path
        self.isOperation = isOperation
    }

    private static let clock: @Sendable () -> Timestamp = {
        let clock = WireClock.system()
        return { clock.now }
    }()

    private static func channels(_ settings: Settings, isOperation: Bool) throws(CommandFailure) -> ChannelAddresses {
        do {
            var channels = try settings.channels(try ConfigCommand.secrets())
            if isOperation { channels.telegram?.takesCommands = false }
            return channels
        } catch {
            guard isOperation else { throw error as? CommandFailure ?? .input(error) }
            Terminal.notice("alerts go nowhere: \(error)")
            return ChannelAddresses()
        }
    }

    // MARK: As services

    /// The alerts of the session, and everything that its monitor counts.
    var alerts: ProgramService {
        ProgramService("alerts") {
            try await self.start()
        } close: { inHaste in
            await self.started.stop(within: inHaste ? .seconds(1) : .seconds(5))
        }
    }

    /// Health, figures and state over HTTP.
    var pages: ProgramService {
        ProgramService("pages") {
            await self.started.openPages()
        } close: { _ in
            await self.started.closePages()
        }.watched {
            await self.started.untilPagesClose()
        } endedByItself: {
            self.started.pagesHaveEnded()
        }
    }

    private func start() async throws(CommandFailure) {
        do throws(MonitorError) {
            try await start(configuration)
        } catch {
            guard isOperation else { throw .input(error) }
            Terminal.notice("alerts go nowhere: \(error)")
            var silent = configuration
            silent.channels = ChannelAddresses()
            do throws(MonitorError) { try await start(silent) } catch { throw .input(error) }
        }
    }

    private func start(_ configuration: MonitorConfiguration) async throws(MonitorError) {
        let folder = folder
        let monitor = try await Monitor.start(configuration, log: logger, clock: Self.clock) { reason in
            try OperatorInbox.leave(.halt(reason: reason), in: folder)
        }
        running.withLock { $0 = monitor }
        // A program has one session that is traced.
        if let tracer = monitor.tracer {
            InstrumentationSystem.bootstrap(tracer)
            await monitor.traceOrders(on: InstrumentationSystem.tracer)
        }
    }

    private var started: Monitor {
        guard let monitor = running.withLock({ $0 }) else { preconditionFailure("alerts open before all else") }
        return monitor
    }

    /// After everything else: nothing is logged any more.
    func closeLog() { sink.close() }

    /// `--quiet` and `--verbose` stand over the configured level, in the direction that they mean.
    private static func level(_ settings: Settings, _ output: OutputOptions) -> Logger.Level {
        let level = Logger.Level(settings[LoggingSettings.level])
        if output.quiet { return max(level, .warning) }
        return output.verbose ? min(level, .debug) : level
    }

    /// Tells what came up beside the session. Never waits.
    func post(_ alert: Alert) { started.post(alert) }

    func reports(until stop: StopSign) -> SessionProgram.Reports {
        let monitor = started
        var reports = SessionProgram.Reports(alert: { monitor.post($0) }, isInterrupted: { stop.isUp })
        reports.isCutShort = { stop.request == .atOnce }
        reports.record = { record, now in monitor.observe(record, at: now) }
        reports.durable = { orders, now in monitor.journaled(orders, at: now) }
        reports.sent = { orders, now in monitor.sent(orders, at: now) }
        reports.status = { status, phase, _ in monitor.publish(status, phase: phase) }
        return reports
    }

    /// The same turn, with its length taken.
    func timing(
        _ turn: @escaping (SessionWire, Arrival) -> SessionWire.Turn
    ) -> (SessionWire, Arrival) -> SessionWire.Turn {
        let monitor = started
        return { wire, arrival in
            let start = DispatchTime.now().uptimeNanoseconds
            defer {
                let length = DispatchTime.now().uptimeNanoseconds - start
                monitor.figures.turn(took: Interval(nanoseconds: Int64(clamping: length)))
            }
            return turn(wire, arrival)
        }
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
