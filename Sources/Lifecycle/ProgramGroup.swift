import Dispatch
public import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// A program of one work and what it needs beside it, as a `ServiceGroup`. Services beside it open one after the other, then the work
/// begins; when it ends, or has been asked to by SIGINT or SIGTERM, they close in the opposite order.
///
/// A signal after the first, or a stop that lasts too long, cancels the group: the work is asked to end at once, and
/// everything closes in haste, in the same order.
public struct ProgramGroup: Sendable {
    /// How signals reach the group. It hears the first by itself.
    public struct Signals: Sendable {
        /// Called when the group hears signals: from then on `again` is to be called for a second one.
        public var taken: @Sendable (_ again: @escaping @Sendable () -> Void) -> Void
        /// Called when everything has closed.
        public var givenBack: @Sendable () -> Void
        /// Called when a cancelled group does not end: leaves the process.
        public var giveUp: @Sendable () -> Void

        public init(
            taken: @escaping @Sendable (_ again: @escaping @Sendable () -> Void) -> Void,
            givenBack: @escaping @Sendable () -> Void, giveUp: @escaping @Sendable () -> Void
        ) {
            self.taken = taken
            self.givenBack = givenBack
            self.giveUp = giveUp
        }
    }

    /// It was cancelled before its work began.
    public struct Interrupted: Error {
        public init() {}
    }

    private let name: String
    private let supports: [ProgramService]
    private let signals: Signals
    private let logger: Logger
    /// What a stop in good order may take; then the group is cancelled.
    public var patience = Duration.seconds(45)
    /// What a cancelled group may take; then the process is left.
    public var haste = Duration.seconds(5)
    /// Heard by the group itself.
    var gracefulSignals: [UnixSignal] = [.sigint, .sigterm]

    /// - Parameters:
    ///   - name: of the work.
    ///   - supports: in the order in which they open.
    public init(_ name: String, with supports: [ProgramService], signals: Signals, logger: Logger) {
        self.name = name
        self.supports = supports
        self.signals = signals
        self.logger = logger
    }

    /// Runs until everything has closed. The work is done on the calling thread, which must belong to no pool.
    /// - Returns: what the work returned.
    /// - Throws: what the work threw, or the service that could not be opened, or `Interrupted`.
    public func run<Value>(_ work: (StopSign) throws -> Value) throws -> Value {
        let sign = StopSign()
        let foreground = Foreground()
        let canceller = Canceller()
        let group = ServiceGroup(configuration: configuration(foreground, sign, canceller))
        let failure = Mutex<(any Error)?>(nil)
        let over = DispatchSemaphore(value: 0)
        canceller.set(
            Task {
                do { try await group.run() } catch { failure.withLock { $0 = error } }
                foreground.leave()
                over.signal()
            })
        guard foreground.awaitTurn() else {
            over.wait()
            throw failure.withLock { $0 } ?? Interrupted()
        }
        let result = Result { try work(sign) }
        if case .success = result { foreground.finish(true) } else { foreground.finish(false) }
        over.wait()
        return try result.get()
    }

    private func configuration(
        _ foreground: Foreground, _ sign: StopSign, _ canceller: Canceller
    ) -> ServiceGroupConfiguration {
        let signals = signals
        let trap = ProgramService("signals") {
            signals.taken { canceller.cancel() }
        } close: { _ in
            signals.givenBack()
        }
        let all = [trap] + supports
        // The end of each is what the one before it waits for; the last is the work's.
        let ends = (0...all.count).map { _ in Gate() }
        var opened: Gate?
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        for (index, support) in all.enumerated() {
            let gate = Gate()
            services.append(
                Self.configured(
                    OrderedService(
                        support: support, before: opened, opened: gate, after: ends[index + 1], ended: ends[index]),
                    support.name))
            opened = gate
        }
        let haste = haste
        let work = WorkService(before: opened, foreground: foreground, ended: ends[all.count], sign: sign) {
            Task {
                try await Task.sleep(for: haste)
                if !foreground.isOver { signals.giveUp() }
            }
        }
        services.append(Self.configured(work, name))
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: gracefulSignals, logger: logger)
        configuration.maximumGracefulShutdownDuration = patience
        return configuration
    }

    /// The end of any service is the end of the group, in good order. Those beside the work end only when they are asked to, or could not
    /// be opened.
    private static func configured(
        _ service: any Service, _ name: String
    ) -> ServiceGroupConfiguration.ServiceConfiguration {
        .init(
            service: service, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup, serviceName: name)
    }
}

/// Cancels a task that may not have been made yet.
private final class Canceller: Sendable {
    private let state = Mutex<(task: Task<Void, Never>?, isCancelled: Bool)>((nil, false))

    func set(_ task: Task<Void, Never>) {
        let isCancelled = state.withLock { state in
            state.task = task
            return state.isCancelled
        }
        if isCancelled { task.cancel() }
    }

    func cancel() {
        let task = state.withLock { state in
            state.isCancelled = true
            return state.task
        }
        task?.cancel()
    }
}
