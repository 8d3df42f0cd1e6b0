import Crypto

/// The chain of hashes through a journal: each link is made of the one before and of the hash of a record's content, so
/// that a record can be replaced by the hash of its content and the chain still holds.
struct ChainLink: Hashable, Sendable {
    static let length = 32
    let bytes: [UInt8]

    /// Before the first record.
    static let start = ChainLink(bytes: Array(repeating: 0, count: length))

    static func digest(_ content: some Sequence<UInt8>) -> [UInt8] { Array(SHA256.hash(data: Array(content))) }

    func next(digest: [UInt8]) -> ChainLink {
        var hash = SHA256()
        hash.update(data: bytes)
        hash.update(data: digest)
        return ChainLink(bytes: Array(hash.finalize()))
    }
}

/// The layout of one record in the file:
/// length of the payload (4 bytes, highest first), payload, link (first 16 bytes of the chain behind this record).
/// A length of zero is where the journal ends.
enum Frame {
    static let lengthBytes = 4
    static let linkBytes = 16
    /// No record is longer: what says so is broken.
    static let longest = 1 << 22
    /// The file's first bytes: name and version.
    static let magic = Array("TRIDENT JOURNAL 1\n".utf8)

    static func append(_ payload: ArraySlice<UInt8>, link: ChainLink, into bytes: inout [UInt8]) {
        let length = UInt32(payload.count)
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: length >> shift))
        }
        bytes.append(contentsOf: payload)
        bytes.append(contentsOf: link.bytes.prefix(linkBytes))
    }
}
