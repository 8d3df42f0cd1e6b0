public import Journal
public import Market
public import Trading

/// Plays a journal again and compares every answer of the trader with the recorded one, byte for byte.
public struct Replay {
    /// What was found in a journal that holds.
    public struct Findings: Hashable, Sendable {
        public var records = 0
        public var events = 0
        /// Answers that were recorded, all equal to the ones made now.
        public var outcomes = 0
        public var commands = 0
        public var sessions = 0
        /// Trades that ended, and what they made after fees and funding.
        public var trades = 0
        public var net = Money.zero
        /// Funding that was told when nothing was held: of a position that had just been closed.
        public var unattributedFunding = Money.zero
        public var redacted = 0
        public var first: Timestamp?
        public var last: Timestamp?
        public var tail = JournalReader.Tail.clean
    }

    /// The first place where the journal and the core disagree.
    public struct Difference: Error, Hashable, Sendable, CustomStringConvertible {
        /// Counted from one.
        public let record: Int
        public let time: Timestamp
        public let what: String

        public var description: String { "record \(record) (\(time)): \(what)" }
    }

    public private(set) var findings = Findings()
    private var past: Past
    /// What the core answered to the last event, while the journal has not said the same.
    private var owed: (bytes: [UInt8], time: Timestamp)?

    public init(_ maker: @escaping TraderMaker.ForHeader) { past = Past(maker) }

    /// Plays all of a journal's bytes. `each` sees every event with the trader's answer to it.
    public static func run(
        _ bytes: [UInt8], _ maker: @escaping TraderMaker.ForHeader,
        each: (Event, Outcome, JournalHeader) throws -> Void = { _, _, _ in }
    ) throws -> Findings {
        var reader = try JournalReader(bytes)
        var replay = Replay(maker)
        while let record = try reader.next() { try replay.take(record, each) }
        // A crash may have cut the answer to the last event off.
        replay.findings.tail = reader.tail
        return replay.findings
    }

    private mutating func take(
        _ record: JournalRecord, _ each: (Event, Outcome, JournalHeader) throws -> Void
    ) throws {
        findings.records += 1
        if case .outcome(let bytes) = record {
            guard let owed else {
                throw difference("an answer is recorded that the core does not give", findings.last)
            }
            guard owed.bytes == bytes else {
                throw difference("the core answers otherwise than is recorded", owed.time)
            }
            findings.outcomes += 1
            self.owed = nil
            return
        }
        if case .redacted(let content) = record, content.kind == .outcome {
            guard owed != nil else {
                throw difference("an answer was taken out that the core does not give", findings.last)
            }
            findings.redacted += 1
            owed = nil
            return
        }
        // A session that died between an event and its answer starts again with its header.
        if case .opened = record { owed = nil }
        if let owed { throw difference("the core's answer is not recorded", owed.time) }
        let outcome = try past.take(record)
        findings.unattributedFunding = past.trader?.unattributedFunding ?? .zero
        switch record {
        case .opened: findings.sessions += 1
        case .redacted: findings.redacted += 1
        case .remark, .outcome: break
        case .event(let event):
            findings.events += 1
            if event.received > .distantPast, findings.first == nil { findings.first = event.received }
            findings.last = event.received
            guard let outcome, let header = past.header else { return }
            findings.commands += outcome.commands.count
            for case .closed(let trade) in outcome.notes {
                findings.trades += 1
                findings.net += trade.net
            }
            if !outcome.isEmpty { owed = (OutcomeBytes.of(outcome), event.received) }
            try each(event, outcome, header)
        }
    }

    private func difference(_ what: String, _ time: Timestamp?) -> Difference {
        Difference(record: findings.records, time: time ?? .distantPast, what: what)
    }
}
