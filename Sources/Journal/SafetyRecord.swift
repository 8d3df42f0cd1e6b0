public import Trading

/// The safety state as it stands in its file, with a number that grows and a proof that it is whole.
public struct SafetyRecord: Hashable, Sendable {
    public let sequence: UInt64
    public let state: SafetyState
    public let detail: String

    public init(sequence: UInt64, state: SafetyState, detail: String) {
        self.sequence = sequence
        self.state = state
        self.detail = detail
    }

    public var bytes: [UInt8] {
        var content = ByteWriter()
        content.put(fixed: sequence)
        content.put(state)
        content.put(detail)
        var writer = ByteWriter()
        writer.put(unsigned: UInt64(content.bytes.count))
        writer.bytes += content.bytes + ChainLink.digest(content.bytes)
        return writer.bytes
    }

    /// Nil unless the bytes begin with a whole record.
    public init?(_ bytes: [UInt8]) {
        do throws(RecordError) {
            var reader = ByteReader(bytes[...])
            let length = try reader.unsigned()
            guard length > 0, length < UInt64(bytes.count) else { return nil }
            var prefix = ByteWriter()
            prefix.put(unsigned: length)
            let start = prefix.bytes.count
            let end = start + Int(length)
            guard end + ChainLink.length <= bytes.count else { return nil }
            let content = bytes[start..<end]
            guard ChainLink.digest(content).elementsEqual(bytes[end..<end + ChainLink.length]) else { return nil }
            var inner = ByteReader(content)
            sequence = try inner.fixed()
            state = try inner.safetyState()
            detail = try inner.text()
        } catch {
            return nil
        }
    }
}
