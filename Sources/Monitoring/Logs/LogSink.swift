import Foundation
public import Market
import Synchronization

/// Where log lines go: a bounded queue with a thread of its own behind it that writes. Whoever logs never waits for a
/// terminal or a pipe; lines that find the queue full are counted, and the count is written when there is room.
public final class LogSink: Sendable {
    private struct State {
        var lines: [String] = []
        var dropped = 0
        var isWriting = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let limit: Int
    private let work = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let write: @Sendable (String) -> Void
    private let tellDropped: @Sendable (Int) -> String

    /// - Parameters:
    ///   - limit: lines that may wait.
    ///   - tellDropped: the line, or lines, that say how many were lost.
    ///   - write: takes one or more whole lines, each with its end; it may wait.
    public init(
        limit: Int = 10_000, tellDropped: @escaping @Sendable (Int) -> String,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.limit = limit
        self.write = write
        self.tellDropped = tellDropped
        let thread = Thread { [weak self] in
            while let sink = self, sink.turn() {}
        }
        thread.name = "log"
        thread.start()
    }

    /// Writes to a descriptor; what cannot be written is gone.
    public static func writing(to descriptor: Int32) -> @Sendable (String) -> Void {
        { text in
            var text = text
            text.withUTF8 { bytes in
                var rest = UnsafeRawBufferPointer(bytes)
                while !rest.isEmpty {
                    let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
                    if count < 0, errno == EINTR || errno == EAGAIN { continue }
                    guard count > 0 else { return }
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                }
            }
        }
    }

    /// Never waits.
    public func append(_ line: String) {
        let isFirst = state.withLock { state in
            guard !state.isClosed else { return false }
            guard state.lines.count < limit else {
                state.dropped += 1
                return false
            }
            state.lines.append(line)
            return state.lines.count == 1
        }
        if isFirst { work.signal() }
    }

    /// Waits until everything is written, at most `wait`. Later lines go nowhere.
    public func close(within wait: Interval = .seconds(2)) {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard isFirst else { return }
        work.signal()
        _ = ended.wait(timeout: .now() + .nanoseconds(Int(wait.nanoseconds)))
    }

    deinit { if !state.withLock({ $0.isClosed }) { work.signal() } }

    /// False at the end.
    private func turn() -> Bool {
        // A while without lines gives the thread a chance to notice that its sink is gone.
        _ = work.wait(timeout: .now() + 1)
        let (lines, dropped, isClosed) = state.withLock { state in
            defer {
                state.lines = []
                state.dropped = 0
            }
            return (state.lines, state.dropped, state.isClosed)
        }
        if !lines.isEmpty { write(lines.joined(separator: "\n") + "\n") }
        if dropped > 0 { write(tellDropped(dropped) + "\n") }
        if isClosed { ended.signal() }
        return !isClosed
    }
}
