public import Driver
import Foundation
public import Journal
import Kraken
public import Market
public import Operations
public import Trading
public import Venue

/// A running session: the `Runtime` value with sockets, journal, safety record and operator around it. Everything happens
/// on one thread, one arrival after the other.
public final class SessionProgram {
    /// What is told to whoever started it.
    public struct Reports {
        public var alert: (Alert) -> Void
        public var isInterrupted: () -> Bool

        public init(alert: @escaping (Alert) -> Void, isInterrupted: @escaping () -> Bool) {
            self.alert = alert
            self.isInterrupted = isInterrupted
        }
    }

    private let folder: StateFolder
    private let journal: JournalFile
    private let safety: SafetyFile
    private let header: JournalHeader
    private let reports: Reports
    private var runtime: Runtime
    private var effects: [Effect] = []
    private var hasStarted = false
    private var nextLook = Timestamp.distantPast
    private var endsAt: Timestamp?
    private let length: Interval?
    /// Why it ended; nil while it runs.
    public private(set) var endReason: String?
    /// Wall time of the machine between two looks at operator and status.
    private let pause: Interval

    /// - Parameters:
    ///   - speed: how much faster than the machine's the session's clock runs.
    ///   - length: of the session's time after which it stops by itself.
    ///   - makeRuntime: from what the journal brought back and what the safety record says.
    public init(
        folder: StateFolder, header: JournalHeader, base: Timeframe, speed: Int64 = 1, length: Interval? = nil,
        reports: Reports, makeTrader: @escaping @Sendable ([Instrument]) throws -> Trader,
        makeRuntime: (Runtime.Recovered?, SafetyState) throws -> Runtime
    ) throws {
        self.folder = folder
        self.header = header
        self.reports = reports
        self.length = length
        pause = .milliseconds(500 * speed)
        safety = try SafetyFile(folder.safety)
        var recovery = Recovery(pairs: header.pairs, base: base, makeTrader: makeTrader)
        journal = try JournalFile(folder.journal) { record in
            switch record {
            case .opened(let earlier):
                guard earlier.settings == header.settings, earlier.pairs == header.pairs else {
                    throw StateError(
                        "the journal in \(folder.path) was written with other settings; start with those, or move the folder "
                            + "away when nothing is held")
                }
            case .event(let event): try recovery.take(event)
            case .outcome, .remark, .redacted: break
            }
        }
        runtime = try makeRuntime(recovery.recovered, safety.state)
        journal.append(.opened(header))
    }

    /// One turn for `SessionWire.run`.
    public func turn(_ wire: SessionWire, _ arrival: Arrival) -> SessionWire.Turn {
        let now = wire.now
        if !hasStarted {
            hasStarted = true
            endsAt = length.map { now + $0 }
            runtime.start(at: now, into: &effects)
            perform(on: wire, at: now)
        }
        switch arrival {
        case .delivery(let delivery):
            guard let line = Operations.Line(rawValue: UInt8(delivery.line.number)) else { break }
            handle(.line(line, delivery.input), on: wire, at: delivery.receivedAt)
        case .overflowed(let line, let messages, _):
            guard let line = Operations.Line(rawValue: UInt8(line.number)) else { break }
            handle(.overflowed(line, dropped: messages), on: wire, at: now)
        case .knocked: nextLook = now
        case .due: break
        }
        if let wake = runtime.nextWake, wake <= now { handle(.woke, on: wire, at: now) }
        if now >= nextLook { look(on: wire, at: now) }
        if let reason = runtime.endReason {
            endReason = reason
            finish(at: now)
            return .end
        }
        return .wait(until: [runtime.nextWake, nextLook, endsAt].compactMap { $0 }.min())
    }

    /// Operator, end and status.
    private func look(on wire: SessionWire, at now: Timestamp) {
        nextLook = now + pause
        for intent in OperatorInbox.take(folder.inbox) { handle(.commanded(intent), on: wire, at: now) }
        if reports.isInterrupted() { handle(.stop(reason: "interrupted"), on: wire, at: now) }
        if let endsAt, now >= endsAt { handle(.stop(reason: "its time is over"), on: wire, at: now) }
        flushQuietly(at: now, on: wire)
        writeStatus(at: now)
    }

    private func handle(_ input: RuntimeInput, on wire: SessionWire, at now: Timestamp) {
        runtime.handle(input, at: now, into: &effects)
        perform(on: wire, at: now)
    }

    private func perform(on wire: SessionWire, at now: Timestamp) {
        perform(effectsOn: wire)
        // Orders leave when their records are durable, and not before.
        while runtime.holdsOrders {
            do {
                try journal.sync()
                runtime.release(at: now, into: &effects)
            } catch {
                runtime.journalFailed(error.description, at: now, into: &effects)
            }
            perform(effectsOn: wire)
        }
    }

    private func perform(effectsOn wire: SessionWire) {
        let list = effects
        effects.removeAll(keepingCapacity: true)
        for effect in list {
            switch effect {
            case .record(let record): journal.append(record.entry)
            case .latch(let change): latch(change)
            case .perform(let line, let action): wire.perform(line.wire, action)
            case .alert(let alert): reports.alert(alert)
            case .ended: break
            }
        }
    }

    private func latch(_ change: SafetyChange) {
        guard change.state != safety.state else { return }
        do {
            try safety.write(change.state, detail: change.detail)
        } catch {
            reports.alert(Alert(.critical, .safety, "the safety record cannot be written: \(error)", at: change.time))
        }
    }

    private func flushQuietly(at now: Timestamp, on wire: SessionWire) {
        do {
            try journal.flush()
        } catch {
            runtime.journalFailed(error.description, at: now, into: &effects)
            perform(effectsOn: wire)
        }
    }

    private func writeStatus(at now: Timestamp) {
        let bytes = Status.json(runtime, mode: header.mode, account: header.account, at: now)
        let part = folder.status + ".part"
        guard FileManager.default.createFile(atPath: part, contents: Data(bytes)) else { return }
        rename(part, folder.status)
    }

    private func finish(at now: Timestamp) {
        do {
            try journal.sync()
        } catch {
            reports.alert(Alert(.critical, .journal, "the journal cannot be written: \(error)", at: now))
        }
        writeStatus(at: now)
    }
}

extension RuntimeRecord {
    /// As it stands in the journal.
    var entry: JournalRecord {
        switch self {
        case .event(let event): .event(event)
        case .outcome(let outcome): .outcome(OutcomeBytes.of(outcome))
        case .happening(let happening, let time): .remark(time, name: happening.name, detail: happening.detail)
        }
    }
}

extension Operations.Line {
    /// The same line as the driver counts it.
    var wire: Driver.Line {
        switch self {
        case .candles, .prices: Driver.Line(Int(rawValue), carrying: .market)
        case .preparation, .account: Driver.Line(Int(rawValue), carrying: .account)
        }
    }
}
