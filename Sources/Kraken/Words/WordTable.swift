import Wire

/// The words of a vocabulary by their bytes, so that reading one of them makes no string.
public struct WordTable<Word: WireWord>: Sendable {
    private struct Row {
        let count: Int
        let head: UInt64
        let tail: UInt64
        let word: Word
    }

    private let rows: [Row]

    public init() {
        rows = Word.allCases.map { word in
            var text = word.rawValue
            return text.withUTF8 { bytes in
                Row(
                    count: bytes.count, head: bytes.word(at: 0), tail: bytes.word(at: max(0, bytes.count - 8)),
                    word: word)
            }
        }
    }

    /// The word that is written so; nil for another spelling or none.
    func word(_ text: JSONText) -> Word? {
        let count = text.bytes.count
        let head = text.bytes.word(at: 0)
        let tail = text.bytes.word(at: max(0, count - 8))
        for row in rows where row.head == head && row.tail == tail && row.count == count {
            // Head and tail hold all of sixteen bytes.
            return count <= 16 || Self.isSame(row.word.rawValue, text.bytes) ? row.word : nil
        }
        return nil
    }

    private static func isSame(_ word: String, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let isSame = word.utf8.withContiguousStorageIfAvailable { own in
            own.count == bytes.count
                && stride(from: 0, to: own.count, by: 8).allSatisfy { own.word(at: $0) == bytes.word(at: $0) }
        }
        return isSame ?? word.utf8.elementsEqual(bytes)
    }
}
