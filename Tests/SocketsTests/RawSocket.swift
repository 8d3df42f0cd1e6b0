import Crypto
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A TCP client that sends exactly the bytes it is given. Every wait ends by an event of the socket, or fails after a while.
final class RawSocket {
    private let descriptor: Int32
    private var received: [UInt8] = []

    enum Failure: Error, Equatable { case cannotConnect(Int32), timedOut, reset, ended }

    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var wait = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            let number = errno
            Glibc.close(descriptor)
            throw Failure.cannotConnect(number)
        }
    }

    init(descriptor: Int32) {
        self.descriptor = descriptor
        var wait = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { Glibc.close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw errno == EAGAIN ? Failure.timedOut : Failure.reset }
            rest = rest.dropFirst(count)
        }
    }

    /// Sends as much as goes before the other side breaks off.
    func sendWhilePossible(_ bytes: [UInt8]) {
        do { try send(bytes) } catch { return }
    }

    /// Ends with a reset instead of a goodbye.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        shutdown(descriptor, Int32(SHUT_RD))
    }

    private func more() throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw errno == EAGAIN ? Failure.timedOut : Failure.reset }
        guard count > 0 else { throw Failure.ended }
        received.append(contentsOf: buffer.prefix(count))
    }

    func take(_ count: Int) throws -> [UInt8] {
        while received.count < count { try more() }
        defer { received.removeFirst(count) }
        return Array(received.prefix(count))
    }

    func takeLine() throws -> String {
        while true {
            if let end = received.firstIndex(of: 10) {
                let line = try take(end + 1)
                return String(decoding: line.dropLast(2), as: UTF8.self)
            }
            try more()
        }
    }

    /// How the connection ended, after all bytes that still came: `.ended` or `.reset`.
    func ending() -> Failure {
        while true {
            do { try more() } catch let failure as Failure { return failure } catch { return .ended }
        }
    }

    /// Nothing has come and nothing lies ready.
    var isQuiet: Bool {
        var byte: UInt8 = 0
        return received.isEmpty && recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) < 0
            && errno == EAGAIN
    }

    struct Response {
        let status: Int
        let headers: [String: String]
        let body: String
    }

    func response() throws -> Response {
        let first = try takeLine()
        var headers: [String: String] = [:]
        while case let line = try takeLine(), !line.isEmpty {
            let sides = line.split(separator: ":", maxSplits: 1)
            headers[sides[0].lowercased()] = sides[1].trimmingCharacters(in: .whitespaces)
        }
        let status = Int(first.split(separator: " ")[1]) ?? 0
        let body = try take(status == 100 ? 0 : Int(headers["content-length"] ?? "0") ?? 0)
        return Response(status: status, headers: headers, body: String(decoding: body, as: UTF8.self))
    }

    // MARK: WebSocket

    struct Frame: Equatable {
        let first: UInt8
        let payload: [UInt8]

        var isFinal: Bool { first & 0x80 != 0 }
        var opcode: UInt8 { first & 0x0f }
        var text: String { String(decoding: payload, as: UTF8.self) }
        var closeCode: Int? {
            opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
        }
    }

    @discardableResult
    func upgrade(_ path: String = "/ws", headers: String = "") throws -> Response {
        try send(
            """
            GET \(path) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(headers)\r\n
            """)
        return try response()
    }

    static func frame(_ first: UInt8, _ payload: [UInt8], isMasked: Bool = true) -> [UInt8] {
        var bytes = [first]
        let maskBit: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case ...125: bytes.append(UInt8(payload.count) | maskBit)
        case ...65_535: bytes += [126 | maskBit, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
        default: bytes += [127 | maskBit] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        let key: [UInt8] = [1, 2, 3, 4]
        if isMasked { bytes += key }
        bytes += isMasked ? payload.enumerated().map { $1 ^ key[$0 & 3] } : payload
        return bytes
    }

    func sendFrame(_ first: UInt8, _ payload: [UInt8], isMasked: Bool = true) throws {
        try send(Self.frame(first, payload, isMasked: isMasked))
    }

    func sendText(_ text: String) throws { try sendFrame(0x81, Array(text.utf8)) }

    /// As a server: shakes hands and sends these bytes at once behind.
    func acceptUpgrade(sending bytes: [UInt8] = []) throws {
        var key = ""
        while case let line = try takeLine(), !line.isEmpty {
            if line.lowercased().hasPrefix("sec-websocket-key:") {
                key = line.dropFirst(18).trimmingCharacters(in: .whitespaces)
            }
        }
        let digest = Insecure.SHA1.hash(data: Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        try send(
            Array(
                """
                HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                Sec-WebSocket-Accept: \(Data(digest).base64EncodedString())\r\n\r\n
                """.utf8) + bytes)
    }

    /// As a server: ends its side.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    func nextMaskedFrame() throws -> Frame {
        let head = try take(2)
        let key = try take(4)
        let payload = try take(Int(head[1] & 0x7f))
        return Frame(first: head[0], payload: payload.enumerated().map { $1 ^ key[$0 & 3] })
    }

    func nextFrame() throws -> Frame {
        let head = try take(2)
        var count = Int(head[1] & 0x7f)
        if count == 126 { count = try take(2).reduce(0) { $0 << 8 | Int($1) } }
        if count == 127 { count = try take(8).reduce(0) { $0 << 8 | Int($1) } }
        return Frame(first: head[0], payload: try take(count))
    }
}

/// A port on which a test answers by hand.
final class RawListener {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        port = Int(in_port_t(bigEndian: address.sin_port))
        guard isListening else { throw RawSocket.Failure.cannotConnect(errno) }
        var wait = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { Glibc.close(descriptor) }

    func accept() throws -> RawSocket {
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { throw RawSocket.Failure.timedOut }
        return RawSocket(descriptor: accepted)
    }
}
