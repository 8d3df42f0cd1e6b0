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
    /// Sees every record of the journal at the start, with the trader's answer.
    public typealias Witness = (JournalRecord, Outcome?) -> Void

    /// What is told to whoever started it.
    public struct Reports {
        public var alert: (Alert) -> Void
        public var isInterrupted: () -> Bool
        /// Whether it has to end at once, whatever of its own is still at the exchange.
        public var isCutShort: () -> Bool = { false }
        /// Every record, when it has been handed to the journal, with the session's time. Must not wait.
        public var record: (RuntimeRecord, Timestamp) -> Void = { _, _ in }
        /// Every record of this session's, numbered in its journal from one on, with the trader's answer where it is one.
        /// Must not wait.
        public var journaled: (JournalRecord, Outcome?, _ number: Int) -> Void = { _, _, _ in }
        /// Orders whose records are durable, and orders that were handed to the gateway. Must not wait.
        public var durable: ([OrderID], Timestamp) -> Void = { _, _ in }
        public var sent: ([OrderID], Timestamp) -> Void = { _, _ in }
        /// Whether the account is still this session's to run. Must not wait.
        public var lease: () -> LeaseWatch.Standing = { .held }
        /// The status, whenever it is written, and the session's own time. Must not wait.
        public var status: ([UInt8], Phase, Timestamp) -> Void = { _, _, _ in }

        public init(alert: @escaping (Alert) -> Void, isInterrupted: @escaping () -> Bool) {
            self.alert = alert
            self.isInterrupted = isInterrupted
        }
    }

    /// One thing that an operator wants done, without trading on.
    public struct Operation {
        public var intent: OperatorIntent
        /// Looked at after every input; the session ends when it is true.
        public var isDone: (Runtime) -> Bool

        public init(_ intent: OperatorIntent, isDone: @escaping (Runtime) -> Bool) {
            self.intent = intent
            self.isDone = isDone
        }
    }

    /// The end reason of a session whose length is over.
    public static let timeIsOver = "its time is over"
    /// The end reason of an operation that is done.
    public static let operationIsDone = "the operation is done"
    /// The end reason of a session whose journal has grown long while it ran: at rest it ends, so that the next one, which
    /// is to be begun at once, puts the journal away.
    public static let journalIsLong = "the journal is put away"

    /// The end reason of a session that was told to end at once.
    public static let cutShort = "it was interrupted again"

    private let operation: Operation?
    private let folder: StateFolder
    private let files: StateFiles
    private let journal: JournalFile
    /// Of the journal's bytes; beyond it the session ends at rest.
    private let longest: Int
    private let service: ServiceNotice
    private let safety: SafetyFile
    private let header: JournalHeader
    private let reports: Reports
    /// As it stands.
    public private(set) var runtime: Runtime
    private var effects: [Effect] = []
    private var hasStarted = false
    private var nextLook = Timestamp.distantPast
    private var endsAt: Timestamp?
    private let length: Interval?
    /// Why it ended; nil while it runs.
    public private(set) var endReason: String?
    /// What is left of its length; nil when it goes on until it is told otherwise.
    public private(set) var remaining: Interval?
    private var leaseStanding = LeaseWatch.Standing.held
    /// Wall time of the machine between two looks at operator and status.
    private let pause: Interval

    /// - Parameters:
    ///   - speed: how much faster than the machine's the session's clock runs.
    ///   - length: of the session's time after which it stops by itself.
    ///   - operation: what to do and then end; nil to go on until told otherwise.
    ///   - keepArchives: how long journals that were put away are kept; nil for ever.
    ///   - witness: sees the journal that is gone on from.
    ///   - maker: makes the trader of this session, and that of the journal again.
    ///   - runtime: from what the journal brought back, or what was carried over from one that was put away, and what the
    ///     safety record says.
    public init(
        folder: StateFolder, header: JournalHeader, speed: Int64 = 1, length: Interval? = nil, reports: Reports,
        remarks: [(name: String, detail: String)] = [], operation: Operation? = nil, keepArchives: Interval? = nil,
        witness: Witness? = nil,
        maker: @escaping TraderMaker.ForHeader,
        runtime: (Runtime.Recovered?, Carryover?, SafetyState) throws -> Runtime
    ) throws {
        self.folder = folder
        files = folder.files
        self.header = header
        self.reports = reports
        self.length = length
        self.operation = operation
        pause = .milliseconds(500 * speed)
        safety = try SafetyFile(files.safety)
        let brought = try BroughtJournal(files, for: header, maker, witness, keepArchives: keepArchives)
        journal = brought.journal
        longest = journal.length + BroughtJournal.longest
        service = ServiceNotice(environment: ProcessInfo.processInfo.environment)
        self.runtime = try runtime(brought.recovered, brought.carried, safety.state)
        append(.opened(header))
        for remark in remarks { append(.remark(header.opened, name: remark.name, detail: remark.detail)) }
        if let note = brought.note { append(.remark(header.opened, name: "continues", detail: note)) }
        for line in brought.removed { append(.remark(header.opened, name: "archives", detail: line)) }
    }

    /// One turn for `SessionWire.run`.
    public func turn(_ wire: SessionWire, _ arrival: Arrival) -> SessionWire.Turn {
        let now = wire.now
        if !hasStarted {
            hasStarted = true
            endsAt = length.map { now + $0 }
            runtime.start(at: now, into: &effects)
            perform(on: wire, at: now)
            if let operation { handle(.commanded(operation.intent), on: wire, at: now) }
        }
        checkLease(on: wire, at: now)
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
        if let operation, runtime.endReason == nil, operation.isDone(runtime) {
            handle(.stop(reason: Self.operationIsDone), on: wire, at: now)
        }
        if reports.isCutShort() { endAtOnce(now) }
        if let reason = endReason ?? runtime.endReason {
            endReason = reason
            remaining = endsAt.map { max($0 - now, .zero) }
            finish(at: now)
            return .end
        }
        return .wait(until: [runtime.nextWake, nextLook, endsAt].compactMap { $0 }.min())
    }

    /// Before anything else: a program that slept for long may have been replaced meanwhile.
    private func checkLease(on wire: SessionWire, at now: Timestamp) {
        let standing = reports.lease()
        guard standing != leaseStanding else { return }
        leaseStanding = standing
        switch standing {
        case .held: handle(.leaseDoubted(false), on: wire, at: now)
        case .unconfirmed: handle(.leaseDoubted(true), on: wire, at: now)
        case .lost(let holder): handle(.leaseLost(holder), on: wire, at: now)
        }
    }

    private func append(_ entry: JournalRecord, _ outcome: Outcome? = nil) {
        journal.append(entry)
        reports.journaled(entry, outcome, journal.count)
    }

    /// Operator, end and status.
    private func look(on wire: SessionWire, at now: Timestamp) {
        nextLook = now + pause
        for intent in OperatorInbox.take(files.inbox) { handle(.commanded(intent), on: wire, at: now) }
        if access(files.killFile, F_OK) == 0, runtime.trader?.safety == .ready {
            handle(.commanded(.halt(reason: "the file \(files.killFile)")), on: wire, at: now)
        }
        if reports.isInterrupted() { handle(.stop(reason: "interrupted"), on: wire, at: now) }
        if let endsAt, now >= endsAt { handle(.stop(reason: Self.timeIsOver), on: wire, at: now) }
        if journal.length > longest, operation == nil, runtime.phase == .ready, runtime.trader?.isAtRest == true {
            handle(.stop(reason: Self.journalIsLong), on: wire, at: now)
        }
        // The answer to who runs the account is waited for.
        if leaseStanding == .unconfirmed { nextLook = now + Interval(nanoseconds: pause.nanoseconds / 5) }
        flushQuietly(at: now, on: wire)
        writeStatus()
        service.tell(runtime.phase)
    }

    private func handle(_ input: RuntimeInput, on wire: SessionWire, at now: Timestamp) {
        runtime.handle(input, at: now, into: &effects)
        perform(on: wire, at: now)
    }

    private func perform(on wire: SessionWire, at now: Timestamp) {
        perform(effectsOn: wire, at: now)
        // Orders leave when their records are durable, and not before.
        while runtime.holdsOrders {
            let leaving = runtime.heldOrders.compactMap(\.placed)
            do {
                try journal.sync()
                if !leaving.isEmpty { reports.durable(leaving, runtime.sessionTime(wire.now)) }
                runtime.release(at: now, into: &effects)
                // Before what the gateway says of them.
                if !leaving.isEmpty { reports.sent(leaving, runtime.sessionTime(wire.now)) }
            } catch {
                runtime.journalFailed(error.description, at: now, into: &effects)
            }
            perform(effectsOn: wire, at: now)
        }
    }

    private func perform(effectsOn wire: SessionWire, at now: Timestamp) {
        let list = effects
        effects.removeAll(keepingCapacity: true)
        for effect in list {
            switch effect {
            case .record(let record):
                append(record.entry, record.outcome)
                reports.record(record, runtime.sessionTime(now))
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
            perform(effectsOn: wire, at: now)
        }
    }

    private func endAtOnce(_ now: Timestamp) {
        guard runtime.endReason == nil else { return }
        endReason = Self.cutShort
        let text = "interrupted again: ended at once; entries may still be at the exchange, stops stay there"
        reports.alert(Alert(.warning, .session, text, at: now))
    }

    private func writeStatus() {
        let bytes = Status.json(runtime, mode: header.mode, account: header.account)
        reports.status(bytes, runtime.phase, runtime.now)
        let part = files.status + ".part"
        guard FileManager.default.createFile(atPath: part, contents: Data(bytes)) else { return }
        rename(part, files.status)
    }

    private func finish(at now: Timestamp) {
        do {
            try journal.sync()
        } catch {
            reports.alert(Alert(.critical, .journal, "the journal cannot be written: \(error)", at: now))
        }
        writeStatus()
        if endReason != Self.journalIsLong { service.tellStopping() }
    }
}
