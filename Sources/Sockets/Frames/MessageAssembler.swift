import NIOCore
import NIOWebSocket

/// Puts the frames of one direction of one connection together to messages, and refuses whatever RFC 6455 does not allow.
struct MessageAssembler {
    /// Clients mask what they send, servers do not.
    let expectsMask: Bool
    let maximumMessageSize: Int
    let maximumFragments: Int

    private var collected: [UInt8] = []
    private var fragments = 0
    private var isText = false

    init(expectsMask: Bool, maximumMessageSize: Int, maximumFragments: Int) {
        self.expectsMask = expectsMask
        self.maximumMessageSize = maximumMessageSize
        self.maximumFragments = maximumFragments
    }

    enum Piece: Equatable {
        /// A fragment: the message goes on.
        case more
        case text([UInt8])
        case binary([UInt8])
        case ping([UInt8])
        case pong([UInt8])
        case close(CloseCode?, reason: String)
    }

    mutating func accept(_ frame: WebSocketFrame) throws(ProtocolViolation) -> Piece {
        guard frame.reservedBits.isEmpty else {
            throw ProtocolViolation(.protocolError, "a reserved bit is set and no extension was agreed")
        }
        guard (frame.maskKey != nil) == expectsMask else {
            throw ProtocolViolation(.protocolError, expectsMask ? "a frame is not masked" : "a frame is masked")
        }
        switch frame.opcode {
        case .text, .binary:
            guard fragments == 0 else {
                throw ProtocolViolation(.protocolError, "a message starts inside another")
            }
            isText = frame.opcode == .text
            return try append(frame)
        case .continuation:
            guard fragments > 0 else {
                throw ProtocolViolation(.protocolError, "a continuation of no message")
            }
            return try append(frame)
        case .ping: return .ping(Self.payload(of: frame))
        case .pong: return .pong(Self.payload(of: frame))
        case .connectionClose: return try Self.closing(Self.payload(of: frame))
        default: throw ProtocolViolation(.protocolError, "an unknown kind of frame")
        }
    }

    private mutating func append(_ frame: WebSocketFrame) throws(ProtocolViolation) -> Piece {
        fragments += 1
        guard collected.count + frame.length <= maximumMessageSize else {
            throw ProtocolViolation(.messageTooLarge, "a message of more than \(maximumMessageSize) bytes")
        }
        guard fragments <= maximumFragments else {
            throw ProtocolViolation(.policyViolation, "a message in more than \(maximumFragments) fragments")
        }
        let payload = Self.payload(of: frame)
        if fragments == 1 { collected = payload } else { collected.append(contentsOf: payload) }
        guard frame.fin else { return .more }
        let message = collected
        collected = []
        fragments = 0
        guard isText else { return .binary(message) }
        guard String(validating: message, as: UTF8.self) != nil else {
            throw ProtocolViolation(.invalidText, "a text message is not UTF-8")
        }
        return .text(message)
    }

    private static func payload(of frame: WebSocketFrame) -> [UInt8] {
        var bytes = Array(frame.data.readableBytesView)
        if let key = frame.maskKey { bytes.mask(with: [key[0], key[1], key[2], key[3]]) }
        return bytes
    }

    private static func closing(_ payload: [UInt8]) throws(ProtocolViolation) -> Piece {
        guard !payload.isEmpty else { return .close(nil, reason: "") }
        guard payload.count >= 2 else {
            throw ProtocolViolation(.protocolError, "a closing frame with half a code")
        }
        let code = CloseCode(UInt16(payload[0]) << 8 | UInt16(payload[1]))
        guard code.mayTravel else {
            throw ProtocolViolation(.protocolError, "closing code \(code) may not be sent")
        }
        guard let reason = String(validating: payload[2...], as: UTF8.self) else {
            throw ProtocolViolation(.invalidText, "a closing reason is not UTF-8")
        }
        return .close(code, reason: reason)
    }
}

/// What a peer did that its connection does not survive, with the code it is told.
struct ProtocolViolation: Error, Equatable {
    let code: CloseCode
    let reason: String

    init(_ code: CloseCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// What the frame decoder found before there was a frame.
    init(_ error: NIOWebSocketError) {
        switch error {
        case .invalidFrameLength: self.init(.messageTooLarge, "a frame is too large")
        case .fragmentedControlFrame: self.init(.protocolError, "a control frame in fragments")
        case .multiByteControlFrameLength: self.init(.protocolError, "a control frame of more than 125 bytes")
        }
    }
}

extension [UInt8] {
    /// Exclusive-or with a key of four bytes, which both sets and removes a mask.
    mutating func mask(with key: [UInt8]) {
        withUnsafeMutableBufferPointer { bytes in
            key.withUnsafeBufferPointer { key in
                for index in bytes.indices { bytes[index] ^= key[index & 3] }
            }
        }
    }
}
