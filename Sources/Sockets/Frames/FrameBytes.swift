import NIOCore
import NIOWebSocket

/// Whole, final frames as they travel. A server's frames are the same for every client, so one buffer serves them all.
enum FrameBytes {
    /// A text message; masked when it is a client's.
    static func text(_ payload: [UInt8], mask: [UInt8]? = nil) -> ByteBuffer { encode(.text, payload, mask: mask) }

    /// A control frame. More than 125 bytes of payload do not exist in one, and are cut.
    static func control(_ opcode: WebSocketOpcode, _ payload: [UInt8] = [], mask: [UInt8]? = nil) -> ByteBuffer {
        encode(opcode, payload.count > 125 ? Array(payload.prefix(125)) : payload, mask: mask)
    }

    /// A closing frame. A reason is cut between characters where it would not fit.
    static func close(_ code: CloseCode?, _ reason: String = "", mask: [UInt8]? = nil) -> ByteBuffer {
        guard let code, code.mayTravel else { return encode(.connectionClose, [], mask: mask) }
        var text = reason
        while text.utf8.count > 123 { text.removeLast() }
        let payload = [UInt8(code.number >> 8), UInt8(code.number & 0xff)] + Array(text.utf8)
        return encode(.connectionClose, payload, mask: mask)
    }

    private static func encode(_ opcode: WebSocketOpcode, _ payload: [UInt8], mask: [UInt8]?) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: payload.count + 14)
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        buffer.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
        switch payload.count {
        case ...125: buffer.writeInteger(UInt8(payload.count) | maskBit)
        case ...Int(UInt16.max):
            buffer.writeInteger(126 | maskBit)
            buffer.writeInteger(UInt16(payload.count))
        default:
            buffer.writeInteger(127 | maskBit)
            buffer.writeInteger(UInt64(payload.count))
        }
        if let mask {
            buffer.writeBytes(mask)
            var masked = payload
            masked.mask(with: mask)
            buffer.writeBytes(masked)
        } else {
            buffer.writeBytes(payload)
        }
        return buffer
    }
}
