import NIOCore
import NIOPosix

/// One thread that serves a client's sockets, so that what happens on any of them has one order.
public final class SocketLoop: Sendable {
    private let group: MultiThreadedEventLoopGroup
    let loop: any EventLoop

    public init() {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = group.next()
    }

    /// Runs `body` on the thread, after everything asked before.
    public func execute(_ body: @escaping @Sendable () -> Void) { loop.execute(body) }

    /// Ends the thread and closes what is still open on it; returns when that is done. Not to be called from the thread.
    public func stop() {
        do {
            try group.syncShutdownGracefully()
        } catch {
            // It was stopped before: there is nothing left to end.
        }
    }
}
