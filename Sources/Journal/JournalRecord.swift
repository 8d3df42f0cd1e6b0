public import Market
public import Trading

/// One entry of a journal.
public enum JournalRecord: Sendable {
    /// Who wrote it, and by which settings: the first record of every session.
    case opened(JournalHeader)
    /// What the trader was handed.
    case event(Event)
    /// `OutcomeBytes` of what it answered to the event before; absent when it said nothing.
    case outcome([UInt8])
    /// What happened around it, for people: a name and its details, without secrets.
    case remark(Timestamp, name: String, detail: String)
    /// A record whose content was taken out; the chain still proves that nothing else changed.
    case redacted(RedactedContent)
}

/// What a journal is of.
public struct JournalHeader: Hashable, Sendable {
    /// `paper` or `live`.
    public let mode: String
    public let account: String
    /// Where prices and orders came from and went to: `kraken`, or the address of a local exchange.
    public let venue: String
    /// The effective settings, as assignments: with them the same trader is made again.
    public let settings: [String]
    /// Spot pairs in their order.
    public let pairs: [SpotPair]
    public let opened: Timestamp

    public init(
        mode: String, account: String, venue: String, settings: [String], pairs: [SpotPair], opened: Timestamp
    ) {
        self.mode = mode
        self.account = account
        self.venue = venue
        self.settings = settings
        self.pairs = pairs
        self.opened = opened
    }
}

extension JournalRecord {
    /// The first byte names the kind; numbers are never reused.
    var payload: [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .opened(let header):
            writer.put(1 as UInt8)
            writer.put(header.mode)
            writer.put(header.account)
            writer.put(header.venue)
            writer.put(header.settings) { $0.put($1) }
            writer.put(header.pairs) { $0.put($1.description) }
            writer.put(header.opened)
        case .event(let event):
            writer.put(2 as UInt8)
            writer.put(event)
        case .outcome(let bytes):
            writer.put(3 as UInt8)
            writer.bytes.append(contentsOf: bytes)
        case .remark(let time, let name, let detail):
            writer.put(4 as UInt8)
            writer.put(time)
            writer.put(name)
            writer.put(detail)
        case .redacted(let content): writer.bytes.append(contentsOf: content.payload)
        }
        return writer.bytes
    }

    init(payload: ArraySlice<UInt8>) throws(RecordError) {
        var reader = ByteReader(payload)
        switch try reader.byte() {
        case 1:
            self = .opened(
                JournalHeader(
                    mode: try reader.text(), account: try reader.text(), venue: try reader.text(),
                    settings: try reader.list { reader throws(RecordError) in try reader.text() },
                    pairs: try reader.list { reader throws(RecordError) in try reader.pair() },
                    opened: try reader.time()))
        case 2: self = .event(try reader.event())
        case 3:
            self = .outcome(Array(payload.dropFirst()))
            return
        case 4: self = .remark(try reader.time(), name: try reader.text(), detail: try reader.text())
        case RedactedContent.tag:
            guard let content = RedactedContent(payload: payload) else {
                throw RecordError("what is left of a redacted record does not fit its seal")
            }
            self = .redacted(content)
            return
        case let other: throw RecordError("\(other) is no record of this version")
        }
        guard reader.isAtEnd else { throw RecordError("a record has more bytes than its content") }
    }
}
