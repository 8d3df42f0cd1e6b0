import NIOCore
import NIOPosix

/// Sends prepared requests one after the other, each when the answer to the one before is whole.
struct OrderCaller {
    let channel: any Channel
    let done: EventLoopFuture<Void>
    private let first: ByteBuffer

    static func connect(_ port: Int, _ requests: [ByteBuffer], _ group: any EventLoopGroup) throws -> OrderCaller {
        let done = group.next().makePromise(of: Void.self)
        let channel = try ClientBootstrap(group: group).channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Conversation(requests, done))
                }
            }.connect(host: "127.0.0.1", port: port).wait()
        return OrderCaller(channel: channel, done: done.futureResult, first: requests[0])
    }

    func begin() { channel.writeAndFlush(first, promise: nil) }

    private final class Conversation: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let requests: [ByteBuffer]
        private let done: EventLoopPromise<Void>
        private var next = 1
        private var text: [UInt8] = []

        init(_ requests: [ByteBuffer], _ done: EventLoopPromise<Void>) {
            self.requests = requests
            self.done = done
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += Self.unwrapInboundIn(data).readableBytesView
            guard let length = whole, text.count >= length else { return }
            guard text.starts(with: "HTTP/1.1 200".utf8) else { return done.fail(ChannelError.inputClosed) }
            text.removeFirst(length)
            guard next < requests.count else { return done.succeed(()) }
            context.writeAndFlush(Self.wrapOutboundOut(requests[next]), promise: nil)
            next += 1
        }

        /// The length of the answer that begins here, once its header is there.
        private var whole: Int? {
            guard let end = text.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
            let name = Array("content-length: ".utf8)
            let header = text[..<end.lowerBound].map { $0 | 0x20 }
            guard let field = header.firstRange(of: name.map { $0 | 0x20 }) else { return nil }
            let digits = header[field.upperBound...].prefix { $0 & 0xf0 == 0x30 }
            return digits.reduce(0) { $0 * 10 + Int($1 & 0x0f) } + end.upperBound
        }

        func channelInactive(context: ChannelHandlerContext) { done.fail(ChannelError.eof) }
    }
}
