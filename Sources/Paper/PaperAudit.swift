public import Journal
public import Market
public import Operations
import Trading

/// Plays the journals of paper trading, the oldest first, and believes nothing in them that does not prove itself: each
/// record by the chain of hashes, each answer of the trader and of the simulated venue by being made again, and each
/// journal that was put away by what its successor says about its end.
///
/// Journals count that were written with the settings, markets and venue in question; those of other settings count again
/// when the settings are as they were. An end that was cut off the last journal does not show: it can only have lost what
/// was earned last.
public struct PaperAudit {
    /// What real orders shall be sent with.
    public struct Subject: Hashable, Sendable {
        public let settings: Set<String>
        public let pairs: [SpotPair]
        public let venue: String

        /// - Parameter settings: as a paper session's header has them.
        public init(settings: [String], pairs: [SpotPair], venue: String) {
            self.settings = Set(settings)
            self.pairs = pairs
            self.venue = venue
        }

        /// Why a journal does not count; nil when it does.
        public func objection(to header: JournalHeader) -> String? {
            if header.mode != "paper" { return "it is of \(header.mode) trading" }
            if header.venue != venue { return "its prices came from \(header.venue)" }
            if settings != Set(header.settings) { return "it was written with other settings" }
            return header.pairs == pairs ? nil : "it was written with other symbols"
        }
    }

    /// What plays a journal again: the trader and the venue of its header.
    public typealias Players = @Sendable (JournalHeader) throws -> (trader: Recovery, venue: PaperPast)

    /// Where a journal does not prove itself.
    public struct Doubt: Error, Hashable, Sendable, CustomStringConvertible {
        /// Records before it.
        public let record: Int
        public let what: String

        public var description: String {
            "record \(record): \(what); put the journals away and earn the record anew, or use the version that wrote them"
        }
    }

    public private(set) var record = PaperRecord()
    private let subject: Subject
    private let players: Players
    /// The end of the chain of the journal before.
    private var lastHead: String?

    public init(for subject: Subject, _ players: @escaping Players) {
        self.subject = subject
        self.players = players
    }

    /// Takes the next journal; returns why it does not count, nil when it does.
    public mutating func take(_ bytes: [UInt8]) throws -> String? {
        var reader = try JournalReader(bytes)
        var playing = Playing(record: record, lastHead: lastHead)
        playing.record.begin()
        while let next = try reader.next() {
            try playing.take(next, at: reader.count, subject, players)
        }
        guard reader.tail == .clean else {
            throw Doubt(
                record: reader.count,
                what: "what follows cannot be read; after a crash the next start of the session puts that right")
        }
        try playing.end(at: reader.count)
        lastHead = JournalWriter(after: reader).head
        if playing.objection == nil { record = playing.record } else { record.skip() }
        return playing.objection
    }

    /// One journal being played.
    private struct Playing {
        var record: PaperRecord
        let lastHead: String?
        private(set) var objection: String?
        private var play: (trader: Recovery, venue: PaperPast)?
        /// What the trader answered to the last event, while the journal has not said the same.
        private var owed: [UInt8]?

        init(record: PaperRecord, lastHead: String?) {
            self.record = record
            self.lastHead = lastHead
        }

        mutating func take(
            _ next: JournalRecord, at count: Int, _ subject: Subject, _ players: Players
        ) throws {
            if case .remark(_, name: "continues", let detail) = next {
                guard let lastHead, detail.hasSuffix("chain at \(lastHead)") else {
                    throw Doubt(record: count, what: "the journal that it continues is missing or was changed")
                }
            }
            if case .opened(let header) = next {
                if objection == nil { objection = subject.objection(to: header) }
                if play == nil, objection == nil { play = try players(header) }
            }
            guard objection == nil else { return }
            guard play != nil else { throw Doubt(record: count, what: "it does not begin with its header") }
            try play(next, at: count)
        }

        private mutating func play(_ next: JournalRecord, at count: Int) throws {
            switch next {
            case .opened:
                // A session that died between an event and its answer starts again with its header.
                owed = nil
                play?.trader.opened()
                play?.venue.take(next, nil)
            case .event(let event):
                try settled(at: count)
                try play?.trader.take(event)
                guard let outcome = play?.trader.lastOutcome else {
                    play?.venue.take(next, nil)
                    return
                }
                play?.venue.take(next, outcome)
                record.take(event, outcome)
                owed = outcome.isEmpty ? nil : OutcomeBytes.of(outcome)
            case .outcome(let bytes):
                guard owed == bytes else { throw Doubt(record: count, what: "the trader answers otherwise") }
                owed = nil
            case .remark:
                try settled(at: count)
                play?.venue.take(next, nil)
            case .redacted: throw Doubt(record: count, what: "its content was taken out")
            }
        }

        private func settled(at count: Int) throws(Doubt) {
            if owed != nil { throw Doubt(record: count, what: "the trader's answer to the event before is missing") }
        }

        func end(at count: Int) throws(Doubt) {
            guard let stranger = play?.venue.gateway.unexplained.first else { return }
            throw Doubt(record: count, what: "the simulated exchange never said: \(stranger)")
        }
    }
}
