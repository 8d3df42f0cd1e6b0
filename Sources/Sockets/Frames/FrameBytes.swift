import NIOCore
import NIOWebSocket

/// A server's frames as they travel: whole, final, unmasked. They are the same for every client, so one buffer serves all.
enum FrameBytes {
    static func text(_ payload: [UInt8]) -> ByteBuffer { encode(.text, payload) }

    /// A control frame. More than 125 bytes of payload do not exist in one, and are cut.
    static func control(_ opcode: WebSocketOpcode, _ payload: [UInt8] = []) -> ByteBuffer {
        encode(opcode, payload.count > 125 ? Array(payload.prefix(125)) : payload)
    }

    /// A closing frame. A reason is cut between characters where it would not fit.
    static func close(_ code: CloseCode?, _ reason: String = "") -> ByteBuffer {
        encode(.connectionClose, closing(code, reason))
    }

    /// The payload of a closing frame: code and reason, or nothing when there is no code that may travel.
    static func closing(_ code: CloseCode?, _ reason: String) -> [UInt8] {
        guard let code, code.mayTravel else { return [] }
        var text = reason
        while text.utf8.count > 123 { text.removeLast() }
        return [UInt8(code.number >> 8), UInt8(code.number & 0xff)] + Array(text.utf8)
    }

    private static func encode(_ opcode: WebSocketOpcode, _ payload: [UInt8]) -> ByteBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: payload.count + 14)
        buffer.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
        switch payload.count {
        case ...125: buffer.writeInteger(UInt8(payload.count))
        case ...Int(UInt16.max):
            buffer.writeInteger(UInt8(126))
            buffer.writeInteger(UInt16(payload.count))
        default:
            buffer.writeInteger(UInt8(127))
            buffer.writeInteger(UInt64(payload.count))
        }
        buffer.writeBytes(payload)
        return buffer
    }
}
