/// Makes the bytes of a journal, record by record. A value: where the bytes go, others say.
public struct JournalWriter: Sendable {
    private var link: ChainLink
    /// Records written so far.
    public private(set) var count: Int

    /// A new journal; `start` is what its file begins with.
    public init() {
        link = .start
        count = 0
    }

    /// Goes on behind what was read.
    public init(after reader: JournalReader) {
        link = reader.link
        count = reader.count
    }

    /// The end of the chain, in hexadecimal: it stands for every record so far.
    public var head: String {
        link.bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    public static var start: [UInt8] { Frame.magic }

    public mutating func append(_ record: JournalRecord, into bytes: inout [UInt8]) {
        let payload = record.payload
        precondition(payload.count <= Frame.longest, "a record fits its frame")
        link = link.next(digest: ChainLink.digest(ofRecord: payload[...]))
        count += 1
        Frame.append(payload[...], link: link, into: &bytes)
    }
}
