import Dispatch
import NIOCore
import NIOPosix
import Synchronization

/// Lets the measuring thread wait for work that is done with tasks.
enum Waiting {
    static func result<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Value, any Error>?>(nil)
        Task {
            let outcome: Result<Value, any Error>
            do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
            result.withLock { $0 = outcome }
            done.signal()
        }
        done.wait()
        guard let outcome = result.withLock({ $0 }) else { throw ChannelError.eof }
        return try outcome.get()
    }
}

/// NIO with nothing on top: one port that sends back what it gets, one whose clients all get the same buffers.
final class BareServer {
    let echoPort: Int
    let feedPort: Int
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let listeners: [any Channel]
    private let members = Members()

    final class Members: Sendable {
        let channels = Mutex<[any Channel]>([])
    }

    init() throws {
        let members = members
        let bootstrap = ServerBootstrap(group: group).serverChannelOption(.backlog, value: 256)
        let echo = try bootstrap.childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
        }.bind(host: "127.0.0.1", port: 0).wait()
        let feed = try ServerBootstrap(group: group).childChannelInitializer { channel in
            members.channels.withLock { $0.append(channel) }
            return channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
        }.bind(host: "127.0.0.1", port: 0).wait()
        listeners = [echo, feed]
        echoPort = echo.localAddress?.port ?? 0
        feedPort = feed.localAddress?.port ?? 0
    }

    /// The same buffer, so often, to all; flushed once.
    func send(_ buffer: ByteBuffer, count: Int) {
        let channels = members.channels.withLock { $0 }
        group.next().execute {
            for _ in 0..<count { for channel in channels { channel.write(buffer, promise: nil) } }
            for channel in channels { channel.flush() }
        }
    }

    func stop() throws {
        for listener in listeners { try listener.close().wait() }
        try group.syncShutdownGracefully()
    }

    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(Self.wrapOutboundOut(Self.unwrapInboundIn(data)), promise: nil)
        }
    }
}

/// Sends a request, waits for an answer of known length, and again.
struct Caller {
    let channel: any Channel
    let done: EventLoopFuture<Void>
    private let request: ByteBuffer

    static func connect(
        _ port: Int, request: String, answer: Int, count: Int, _ group: any EventLoopGroup
    ) throws -> Caller {
        let done = group.next().makePromise(of: Void.self)
        let request = ByteBuffer(string: request)
        let channel = try ClientBootstrap(group: group).channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Exchanges(request: request, answer: answer, count: count, done: done))
                }
            }.connect(host: "127.0.0.1", port: port).wait()
        return Caller(channel: channel, done: done.futureResult, request: request)
    }

    func begin() { channel.writeAndFlush(request, promise: nil) }

    private final class Exchanges: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let request: ByteBuffer
        private let answer: Int
        private var left: Int
        private var received = 0
        private let done: EventLoopPromise<Void>

        init(request: ByteBuffer, answer: Int, count: Int, done: EventLoopPromise<Void>) {
            self.request = request
            self.answer = answer
            left = count
            self.done = done
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += Self.unwrapInboundIn(data).readableBytes
            guard received >= answer else { return }
            received -= answer
            left -= 1
            guard left > 0 else { return done.succeed(()) }
            context.writeAndFlush(Self.wrapOutboundOut(request), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { done.fail(ChannelError.eof) }
    }
}

/// Says hello, and then only counts what it gets.
struct Subscriber {
    let channel: any Channel
    private let counting: NIOLoopBound<Counting>

    /// Returns when the answer to the hello, which ends in an empty line, is there.
    static func connect(_ port: Int, hello: String, _ group: any EventLoopGroup) throws -> Subscriber {
        let loop = group.next()
        let greeted = loop.makePromise(of: Void.self)
        let bootstrap = ClientBootstrap(group: loop)
        let (channel, counting) = try bootstrap.connect(host: "127.0.0.1", port: port).flatMapThrowing { channel in
            let counting = Counting(greeted)
            try channel.pipeline.syncOperations.addHandler(counting)
            channel.writeAndFlush(ByteBuffer(string: hello), promise: nil)
            return (channel, NIOLoopBound(counting, eventLoop: channel.eventLoop))
        }.wait()
        try greeted.futureResult.wait()
        return Subscriber(channel: channel, counting: counting)
    }

    /// Succeeds when so many bytes more have come.
    func expect(_ bytes: Int) -> EventLoopFuture<Void> {
        let counting = counting
        return channel.eventLoop.flatSubmit { counting.value.expect(bytes, on: counting.eventLoop) }
    }

    private final class Counting: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let greeted: EventLoopPromise<Void>
        private var head: [UInt8]? = []
        private var received = 0
        private var wanted = 0
        private var promise: EventLoopPromise<Void>?

        init(_ greeted: EventLoopPromise<Void>) { self.greeted = greeted }

        func expect(_ bytes: Int, on loop: any EventLoop) -> EventLoopFuture<Void> {
            let promise = loop.makePromise(of: Void.self)
            self.promise = promise
            wanted = bytes
            check()
            return promise.futureResult
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let buffer = Self.unwrapInboundIn(data)
            if var text = head {
                text += Array(buffer.readableBytesView)
                guard let end = text.firstRange(of: Array("\r\n\r\n".utf8)) else {
                    head = text
                    return
                }
                head = nil
                // Frames may come with the answer.
                received = text.count - end.upperBound
                return greeted.succeed(())
            }
            received += buffer.readableBytes
            check()
        }

        private func check() {
            guard wanted > 0, received >= wanted else { return }
            received -= wanted
            wanted = 0
            promise?.succeed(())
        }
    }
}
