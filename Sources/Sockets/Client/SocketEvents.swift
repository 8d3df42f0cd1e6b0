import Synchronization

/// What happens on a WebSocket connection, in order.
public enum SocketEvent: Hashable, Sendable {
    case opened
    /// A whole text message, which is valid UTF-8.
    case text([UInt8])
    /// Messages that came at this place while nobody took any, and were thrown away: the feed has a gap here.
    case overflowed(messages: Int, bytes: Int)
    /// The last event.
    case closed(ClosingReason)
}

/// How a WebSocket connection came to its end.
public enum ClosingReason: Hashable, Sendable {
    /// We closed it.
    case asked
    /// The other side closed it properly, with or without a code.
    case byPeer(CloseCode?, reason: String)
    /// The other side did what the protocol forbids or sent too much, and was told this code.
    case violation(CloseCode, String)
    /// Nothing came in time, not even the answer to a ping.
    case silent
    /// We could not get rid of our bytes in time.
    case stalled
    /// The connection broke.
    case broken(String)
}

/// The events of one connection, for one reader. What waits is bounded: beyond, messages make place for one event that
/// counts them.
public struct SocketEvents: AsyncSequence, Sendable {
    public typealias Element = SocketEvent
    public typealias Failure = Never

    let queue: EventQueue

    public struct AsyncIterator: AsyncIteratorProtocol {
        let queue: EventQueue

        /// Nil after `closed`, or when the task is cancelled.
        public mutating func next() async -> SocketEvent? { await queue.next() }

        public mutating func next(isolation actor: isolated (any Actor)?) async -> SocketEvent? { await queue.next() }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(queue: queue) }
}

/// A bounded queue from the event loop of a socket to the task that reads it.
final class EventQueue: Sendable {
    private struct State {
        var events: [SocketEvent?] = []
        var first = 0
        var texts = 0
        var bytes = 0
        var isClosed = false
        var reader: CheckedContinuation<SocketEvent?, Never>?

        var last: SocketEvent? { events.last ?? nil }

        mutating func pop() -> SocketEvent? {
            guard first < events.count, let event = events[first] else { return nil }
            events[first] = nil
            first += 1
            if first == events.count {
                events.removeAll(keepingCapacity: true)
                first = 0
            } else if first >= 1024, first * 2 > events.count {
                events.removeFirst(first)
                first = 0
            }
            if case .text(let text) = event {
                texts -= 1
                bytes -= text.count
            }
            return event
        }
    }

    let maximumMessages: Int
    let maximumBytes: Int
    private let state = Mutex(State())

    init(maximumMessages: Int, maximumBytes: Int) {
        self.maximumMessages = maximumMessages
        self.maximumBytes = maximumBytes
    }

    func push(_ event: SocketEvent) {
        let reader = state.withLock { state -> CheckedContinuation<SocketEvent?, Never>? in
            guard !state.isClosed else { return nil }
            if case .closed = event { state.isClosed = true }
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            append(event, to: &state)
            return nil
        }
        reader?.resume(returning: event)
    }

    private func append(_ event: SocketEvent, to state: inout State) {
        guard case .text(let text) = event else { return state.events.append(event) }
        let isFull = state.texts >= maximumMessages || state.bytes + text.count > maximumBytes
        if case .overflowed(let messages, let bytes) = state.last, isFull {
            state.events[state.events.count - 1] = .overflowed(messages: messages + 1, bytes: bytes + text.count)
        } else if isFull {
            state.events.append(.overflowed(messages: 1, bytes: text.count))
        } else {
            state.texts += 1
            state.bytes += text.count
            state.events.append(event)
        }
    }

    func next() async -> SocketEvent? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (answer, isReady) = state.withLock { state -> (SocketEvent?, Bool) in
                    precondition(state.reader == nil, "the events of a connection have one reader")
                    if let event = state.pop() { return (event, true) }
                    if state.isClosed || Task.isCancelled { return (nil, true) }
                    state.reader = continuation
                    return (nil, false)
                }
                if isReady { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let reader = state.withLock { state in
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(returning: nil)
        }
    }
}
