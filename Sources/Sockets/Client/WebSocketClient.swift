import Market
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
public import Wire

/// One WebSocket connection, from its opening to its end. It does not reconnect: when it ended, a `ReconnectPolicy` says
/// when the next one may begin.
public final class WebSocketClient: Sendable {
    /// What happens on it, for one reader. The last event is `closed`.
    public let events: SocketEvents
    private let channel: any Channel
    private let handler: NIOLoopBound<WebSocketClientConnection>

    private init(_ opened: OpenedSocket, _ queue: EventQueue) {
        channel = opened.channel
        handler = opened.handler
        events = SocketEvents(queue: queue)
    }

    deinit { channel.close(promise: nil) }

    /// Connects and shakes hands.
    /// - Parameter endpoint: `ws` or `wss`, with its path.
    public static func connect(
        _ endpoint: Endpoint, limits: SocketLimits = SocketLimits(), headers: [HTTPHeader] = [],
        userAgent: String = "Trident", trust: ClientTrust = .system
    ) async throws(TransportFailure) -> WebSocketClient {
        precondition(endpoint.scheme == .ws || endpoint.scheme == .wss, "a WebSocket is at ws or wss")
        let queue = EventQueue(maximumMessages: limits.queuedMessages, maximumBytes: limits.queuedBytes)
        let outcome: Handshake.Outcome
        do {
            let tls = endpoint.scheme.isSecure ? try NIOSSLContext(configuration: trust.configuration()) : nil
            let handshake = Handshake(
                endpoint: endpoint, limits: limits, headers: headers + [HTTPHeader("User-Agent", userAgent)], tls: tls,
                tell: { queue.push($0) })
            let result = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(limits.connect))
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .connect(host: endpoint.host, port: endpoint.port) { handshake.begin(on: $0) }
            outcome = try await result.get()
        } catch {
            throw .notConnected("\(endpoint.authority): \(error)")
        }
        switch outcome {
        case .opened(let opened): return WebSocketClient(opened, queue)
        case .refused(let status):
            var reason = "no answer"
            do { reason = "HTTP status \(try await status.get())" } catch { reason = String(describing: error) }
            throw .notConnected("\(endpoint.authority) refused the WebSocket: \(reason)")
        }
    }

    /// Returns when the text has left for the network. `notConnected` when the connection had ended before, `lost` when it
    /// ended on the way.
    public func send(_ text: [UInt8]) async throws(TransportFailure) {
        let handler = handler
        do {
            try await channel.eventLoop.flatSubmit { handler.value.send(text) }.get()
        } catch let failure as TransportFailure {
            throw failure
        } catch {
            throw .lost(String(describing: error))
        }
    }

    /// Shakes hands on the end, or ends without after `SocketLimits.closing`. Returns when the connection is closed.
    public func close(_ code: CloseCode = .normal, reason: String = "") async {
        let handler = handler
        channel.eventLoop.execute { handler.value.close(code, reason, because: .asked) }
        do {
            try await channel.closeFuture.get()
        } catch {
            // However it closed, it is closed.
        }
    }
}
