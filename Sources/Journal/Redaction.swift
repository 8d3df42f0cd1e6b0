/// What is left of a record whose content was taken out: of which kind it was, and the hash by which the chain goes on.
public struct RedactedContent: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable {
        case event = 2
        case outcome = 3
        case remark = 4
    }

    public let kind: Kind
    let digest: [UInt8]

    static let tag: UInt8 = 5
    private static let sealBytes = 8
    private static let length = 2 + ChainLink.length + sealBytes

    /// Nil for a record that must stay: a header, or one that is taken out already.
    public init?(of record: JournalRecord) { self.init(of: record.payload[...]) }

    init?(of payload: ArraySlice<UInt8>) {
        guard let first = payload.first, let kind = Kind(rawValue: first) else { return nil }
        self.kind = kind
        digest = ChainLink.digest(payload)
    }

    /// Nil when the bytes are not of this form, or their seal does not fit: the chain does not cover the kind, the seal does.
    init?(payload: ArraySlice<UInt8>) {
        guard payload.count == Self.length, payload.first == Self.tag,
            let kind = Kind(rawValue: payload[payload.startIndex + 1])
        else { return nil }
        self.kind = kind
        digest = Array(payload.dropFirst(2).prefix(ChainLink.length))
        guard self.payload.elementsEqual(payload) else { return nil }
    }

    var payload: [UInt8] {
        let content = [Self.tag, kind.rawValue] + digest
        return content + ChainLink.digest(content).prefix(Self.sealBytes)
    }
}

extension ChainLink {
    /// What stands for a record's content in the chain: its hash, also when only that is left.
    static func digest(ofRecord payload: ArraySlice<UInt8>) -> [UInt8] {
        RedactedContent(payload: payload)?.digest ?? digest(payload)
    }
}

/// A journal with the content of some records taken out. Every link of its chain is as it was.
public struct RedactedJournal: Sendable {
    public let bytes: [UInt8]
    /// What was taken out now, by the records' numbers from one on.
    public let taken: [(record: Int, kind: RedactedContent.Kind)]

    /// - Parameter chosen: by number, from one on, and content. Headers and what is taken out already are never asked for.
    public init(_ whole: [UInt8], chosen: (Int, JournalRecord) -> Bool) throws(JournalError) {
        var reader = try JournalReader(whole)
        var bytes = JournalWriter.start
        var taken: [(record: Int, kind: RedactedContent.Kind)] = []
        var start = reader.validBytes
        while let payload = try reader.nextPayload() {
            let record = try reader.record(payload, from: start)
            var content = payload
            if let left = RedactedContent(of: payload), chosen(reader.count, record) {
                content = left.payload[...]
                taken.append((reader.count, left.kind))
            }
            Frame.append(content, link: reader.link, into: &bytes)
            start = reader.validBytes
        }
        self.bytes = bytes
        self.taken = taken
    }
}
