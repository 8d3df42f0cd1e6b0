import NIOCore
import NIOHTTP1
import NIOSSL

/// Sets a new connection up, or turns it away.
struct FrontDoor: Sendable {
    let reception: any Reception
    let limits: ServerLimits
    let counters: ServerCounters
    let tls: NIOSSLContext?
    let clients: OpenChannels

    func admit(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard clients.add(channel, limit: limits.connections) else {
            counters.count(.refused)
            channel.resetConnection()
            return channel.closeFuture
        }
        counters.count(.accepted)
        return channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
            let http = HTTPServerConnection(reception, limits: limits, counters: counters)
            let socket = WebSocketServerConnection(reception, limits: limits, counters: counters)
            let screen = UpgradeScreen()
            let upgrader = SocketUpgrader(
                reception, limits: limits, http: NIOLoopBound(http, eventLoop: channel.eventLoop),
                socket: NIOLoopBound(socket, eventLoop: channel.eventLoop),
                screen: NIOLoopBound(screen, eventLoop: channel.eventLoop))
            var configuration = NIOUpgradableHTTPServerPipelineConfiguration<Void>(
                upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration(
                    upgraders: [upgrader],
                    notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededVoidFuture() }))
            // Ours knows 431 from 400.
            configuration.enableErrorHandling = false
            configuration.decoderConfiguration.maxHeaderFieldSize = limits.headerField
            configuration.decoderConfiguration.maxHeaderListSize = limits.headers
            configuration.decoderConfiguration.maxHeaderFieldCount = limits.headerCount
            _ = try pipeline.configureUpgradableHTTPServerPipeline(configuration: configuration)
            let upgrading = try pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<Void>.self)
            try pipeline.addHandler(screen, position: .before(upgrading))
            try pipeline.addHandler(http)
        }
    }
}
