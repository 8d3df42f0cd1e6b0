import Market
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Wire

struct OpenedSocket: Sendable {
    let channel: any Channel
    let handler: NIOLoopBound<WebSocketClientConnection>
}

/// The opening of a client's WebSocket: TLS, the upgrade request, and what the other side says to it.
struct Handshake: Sendable {
    enum Outcome: Sendable {
        case opened(OpenedSocket)
        /// With the status it answered instead.
        case refused(EventLoopFuture<Int>)
    }

    let endpoint: Endpoint
    let limits: SocketLimits
    let headers: [HTTPHeader]
    let tls: NIOSSLContext?
    /// What happens on the connection, from `opened` on.
    let tell: @Sendable (SocketEvent) -> Void

    func begin(on channel: any Channel) -> EventLoopFuture<EventLoopFuture<Outcome>> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let tls {
                try pipeline.addHandler(
                    NIOSSLClientHandler(context: tls, serverHostname: endpoint.isAddress ? nil : endpoint.host))
            }
            let upgrade = NIOTypedHTTPClientUpgradeConfiguration<Outcome>(
                upgradeRequestHead: requestHead(), upgraders: [upgrader()],
                notUpgradingCompletionHandler: { refused(by: $0) })
            var configuration = NIOUpgradableHTTPClientPipelineConfiguration(upgradeConfiguration: upgrade)
            // The first frames often come with the answer.
            configuration.leftOverBytesStrategy = .forwardBytes
            let outcome = try pipeline.configureUpgradableHTTPClientPipeline(configuration: configuration)
            let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(limits.connect)) {
                channel.close(promise: nil)
            }
            outcome.whenComplete { _ in deadline.cancel() }
            return outcome
        }
    }

    private func requestHead() -> HTTPRequestHead {
        var fields = HTTPHeaders()
        fields.add(name: "Host", value: endpoint.authority)
        for header in headers { fields.add(name: header.name, value: header.value) }
        return HTTPRequestHead(
            version: .http1_1, method: .GET, uri: endpoint.path.isEmpty ? "/" : endpoint.path, headers: fields)
    }

    private func upgrader() -> NIOTypedWebSocketClientUpgrader<Outcome> {
        NIOTypedWebSocketClientUpgrader(
            maxFrameSize: limits.frame, enableAutomaticErrorHandling: false,
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let handler = WebSocketClientConnection(
                        tell: tell, limits: limits, loop: channel.eventLoop)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    return .opened(
                        OpenedSocket(
                            channel: channel, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop)))
                }
            })
    }

    private func refused(by channel: any Channel) -> EventLoopFuture<Outcome> {
        channel.eventLoop.makeCompletedFuture {
            let status = channel.eventLoop.makePromise(of: Int.self)
            try channel.pipeline.syncOperations.addHandler(RefusalReader(status))
            return .refused(status.futureResult)
        }
    }
}

/// Reads the status of an answer that is no upgrade, and ends the connection.
private final class RefusalReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let status: EventLoopPromise<Int>

    init(_ status: EventLoopPromise<Int>) { self.status = status }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = Self.unwrapInboundIn(data) else { return }
        status.succeed(Int(head.status.code))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        status.fail(ChannelError.eof)
        context.fireChannelInactive()
    }
}
