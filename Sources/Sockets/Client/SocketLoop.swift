import Dispatch
public import Market
import NIOCore
import NIOPosix

/// One thread that serves a client's sockets, so that what happens on any of them has one order.
public final class SocketLoop: Sendable {
    /// The threads that were started for it; nil when it runs on somebody's own.
    private let group: MultiThreadedEventLoopGroup?
    let loop: any EventLoop

    /// On a new thread.
    public init() {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.group = group
        loop = group.next()
    }

    private init(on loop: any EventLoop) {
        group = nil
        self.loop = loop
    }

    /// Turns the calling thread into a loop until `stop` is called; `body` is run on it first.
    public static func onThisThread(_ body: @escaping (SocketLoop) -> Void) {
        MultiThreadedEventLoopGroup.withCurrentThreadAsEventLoop { loop in body(SocketLoop(on: loop)) }
    }

    /// Runs `body` on the thread, after everything asked before.
    public func execute(_ body: @escaping @Sendable () -> Void) { loop.execute(body) }

    /// Runs `body` on the thread after `interval`, unless cancelled.
    public func execute(after interval: Interval, _ body: @escaping @Sendable () -> Void) -> LoopTimer {
        LoopTimer(task: loop.scheduleTask(in: TimeAmount(interval), body))
    }

    /// Ends the loop and closes what is still open on it. A loop on a new thread has then ended; one on somebody's own ends
    /// soon after.
    public func stop() {
        guard let group else { return loop.shutdownGracefully(queue: .global()) { _ in } }
        do {
            try group.syncShutdownGracefully()
        } catch {
            // It was stopped before: there is nothing left to end.
        }
    }
}

/// Something that will happen on a loop.
public struct LoopTimer: Sendable {
    let task: Scheduled<Void>

    public func cancel() { task.cancel() }
}

/// A value that is touched on its loop only, on its way through closures that could run anywhere.
public struct LoopBound<Value>: Sendable {
    private let bound: NIOLoopBound<Value>

    /// To be made on the loop.
    public init(_ value: Value, on loop: SocketLoop) { bound = NIOLoopBound(value, eventLoop: loop.loop) }

    public var value: Value { bound.value }
}
