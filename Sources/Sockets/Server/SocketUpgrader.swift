import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Turns the HTTP connection of one client into a WebSocket, if the served value wants it. The library's upgrader does the
/// handshake; the pipeline after it is ours, without its encoder, because frames come encoded.
///
/// The answer names no extension: an offer of compression is answered without it.
struct SocketUpgrader: NIOTypedHTTPServerProtocolUpgrader {
    typealias UpgradeResult = Void

    let supportedProtocol = "websocket"
    let requiredUpgradeHeaders: [String] = []
    private let limits: ServerLimits
    private let http: NIOLoopBound<HTTPServerConnection>
    private let socket: NIOLoopBound<WebSocketServerConnection>
    private let screen: NIOLoopBound<UpgradeScreen>
    private let handshake: NIOTypedWebSocketServerUpgrader<Void>

    init(
        _ reception: any Reception, limits: ServerLimits, http: NIOLoopBound<HTTPServerConnection>,
        socket: NIOLoopBound<WebSocketServerConnection>, screen: NIOLoopBound<UpgradeScreen>
    ) {
        self.screen = screen
        self.limits = limits
        self.http = http
        self.socket = socket
        handshake = NIOTypedWebSocketServerUpgrader(
            shouldUpgrade: { channel, head in
                guard let target = RequestTarget(head.uri) else {
                    return channel.eventLoop.makeSucceededFuture(nil)
                }
                let peer = Peer(loop: channel.eventLoop, socket: socket)
                return reception.open(target.path, peer).hop(to: channel.eventLoop).map { number in
                    guard let number else {
                        http.value.takeRefusedUpgrade(head)
                        return nil
                    }
                    socket.value.wasOpened(as: number)
                    channel.closeFuture.whenComplete { _ in reception.close(number) }
                    return HTTPHeaders()
                }
            },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
    }

    func buildUpgradeResponse(
        channel: any Channel, upgradeRequest: HTTPRequestHead, initialResponseHeaders: HTTPHeaders
    ) -> EventLoopFuture<HTTPHeaders> {
        handshake.buildUpgradeResponse(
            channel: channel, upgradeRequest: upgradeRequest, initialResponseHeaders: initialResponseHeaders)
    }

    func upgrade(channel: any Channel, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            pipeline.removeHandler(screen.value, promise: nil)
            pipeline.removeHandler(http.value, promise: nil)
            try pipeline.addHandler(ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limits.message)))
            try pipeline.addHandler(socket.value)
        }
    }
}
