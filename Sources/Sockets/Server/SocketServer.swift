import Market
import NIOCore
import NIOPosix
import Synchronization

/// One port that speaks HTTP/1.1 and WebSocket in front of a served value.
public final class SocketServer<Value: ServedValue>: Sendable {
    /// The port it listens on, which the system chose when 0 was asked for.
    public let port: Int
    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let served: ServedLoop<Value>
    private let counters: ServerCounters
    private let clients: OpenChannels
    private let limits: ServerLimits
    private let hasStopped = Atomic(false)

    /// Listens at once.
    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - threads: event loops for sockets; the value lives on the first and is alone there when there are several.
    public static func start(
        _ value: Value, host: String = "127.0.0.1", port: Int = 0, clock: ServedClock,
        limits: ServerLimits = ServerLimits(), tls: ServerCertificate? = nil, threads: Int = 1
    ) async throws(ServerError) -> SocketServer {
        precondition(threads >= 1, "a server needs a thread")
        let context = try tls?.context()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let home = group.next()
        let counters = ServerCounters()
        let clients = OpenChannels()
        let served = ServedLoop(
            value, home: home, clock: clock, limits: limits, counters: counters, clients: clients)
        let door = FrontDoor(reception: served, limits: limits, counters: counters, tls: context, clients: clients)
        do {
            let listener = try await ServerBootstrap(group: home, childGroup: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
                .childChannelOption(.writeBufferWaterMark, value: .init(low: 64 * 1024, high: 256 * 1024))
                .childChannelInitializer { channel in door.admit(channel) }
                .bind(host: host, port: port).get()
            return SocketServer(listener, group, served, door)
        } catch {
            await Self.shutDown(group)
            throw .cannotListen(host: host, port: port, reason: String(describing: error))
        }
    }

    private init(
        _ listener: any Channel, _ group: MultiThreadedEventLoopGroup, _ served: ServedLoop<Value>, _ door: FrontDoor
    ) {
        self.listener = listener
        self.group = group
        self.served = served
        counters = door.counters
        clients = door.clients
        limits = door.limits
        port = listener.localAddress?.port ?? 0
    }

    /// What it has seen so far.
    public var counts: ServerCounts { counters.now }

    /// How many sockets of either kind are open.
    public var openConnections: Int { clients.count }

    /// Returns when it no longer listens, because it was stopped or the system took its socket away.
    public func untilClosed() async {
        do {
            try await listener.closeFuture.get()
        } catch {
            // Closed with an error is closed.
        }
    }

    /// Gives the owner of the server a turn at the value, with everything due done before and everything said sent after.
    public func withValue<Result: Sendable>(
        _ body: @escaping @Sendable (inout Value) -> Result
    ) async throws(ServerError) -> Result {
        guard !hasStopped.load(ordering: .acquiring) else { throw .stopped }
        do {
            return try await served.withValue(body).get()
        } catch {
            throw .stopped
        }
    }

    /// Takes no more connections, lets running requests end, tells WebSockets that it goes away, and cuts off whoever is
    /// still there after `ServerLimits.stopping`. Returns the value as it ended; a second call throws.
    public func stop() async throws(ServerError) -> Value {
        guard !hasStopped.exchange(true, ordering: .acquiringAndReleasing) else { throw .stopped }
        do {
            try await listener.close().get()
        } catch {
            // It is closed already, which is what was wanted.
        }
        clients.quiesce()
        let cut = group.next().scheduleTask(in: TimeAmount(limits.stopping)) { [clients] in
            clients.closeAll()
        }
        await clients.whenEmpty()
        cut.cancel()
        do {
            let value = try await served.stop().get()
            await Self.shutDown(group)
            return value
        } catch {
            throw .stopped
        }
    }

    private static func shutDown(_ group: MultiThreadedEventLoopGroup) async {
        do {
            try await group.shutdownGracefully()
        } catch {
            // It was shut down before: there is nothing left to end.
        }
    }
}

/// Why a server does not start, or no longer answers.
public enum ServerError: Error, Hashable, Sendable, CustomStringConvertible {
    case cannotListen(host: String, port: Int, reason: String)
    case certificate(file: String, reason: String)
    case stopped

    public var description: String {
        switch self {
        case .cannotListen(let host, let port, let reason):
            "cannot listen on \(host) port \(port): \(reason); choose another port, or 0 for a free one"
        case .certificate(let file, let reason): "\(file): not usable for TLS: \(reason)"
        case .stopped: "the server has stopped"
        }
    }
}
