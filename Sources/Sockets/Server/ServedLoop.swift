import Market
import NIOCore
import Synchronization
import Wire

/// What sockets know of the value behind them.
protocol Reception: Sendable {
    /// `reply` is called on the loop that owns the value.
    func answer(_ request: HTTPRequest, reply: @escaping @Sendable (Answer) -> Void)
    /// The number of the new connection, or nil when it is refused.
    func open(_ path: String, _ peer: Peer) -> EventLoopFuture<UInt64?>
    /// `taken` is called on the loop that owns the value when all of them have been seen.
    func receive(_ messages: [[UInt8]], from connection: UInt64, taken: @escaping @Sendable () -> Void)
    func close(_ connection: UInt64)
    func wait(for served: Interval) -> Interval
}

/// A WebSocket connection as the value's loop sees it: something to hand batches to, on the loop that owns its socket.
struct Peer: Sendable {
    let loop: any EventLoop
    let socket: NIOLoopBound<WebSocketServerConnection>
}

/// One thing for one connection to send.
enum Delivery: Sendable {
    case frame(ByteBuffer)
    case close(CloseCode, String)
    case silence(Interval)
    case reset(midFrame: Bool)
}

/// The single writer: the only place that calls the served value, on one event loop, with time that never runs back.
final class ServedLoop<Value: ServedValue>: Reception {
    let home: any EventLoop
    private let clock: ServedClock
    private let limits: ServerLimits
    private let counters: ServerCounters
    private let clients: OpenChannels
    private let box: NIOLoopBoundBox<State>
    private let waiting = Atomic<Int>(0)

    private struct State {
        var value: Value
        var now: Timestamp
        var peers: [UInt64: Peer] = [:]
        var nextConnection: UInt64 = 1
        var timer: Scheduled<Void>?
        var timerDue: Timestamp?
        /// Batches on their way to other loops. While many are, time waits for them.
        var undelivered = 0
        var isStopped = false
    }

    init(
        _ value: Value, home: any EventLoop, clock: ServedClock, limits: ServerLimits, counters: ServerCounters,
        clients: OpenChannels
    ) {
        self.clients = clients
        self.home = home
        self.clock = clock
        self.limits = limits
        self.counters = counters
        box = .makeBoxSendingValue(State(value: value, now: clock.start), eventLoop: home)
    }

    func wait(for served: Interval) -> Interval { clock.wait(for: served) }

    func answer(_ request: HTTPRequest, reply: @escaping @Sendable (Answer) -> Void) {
        guard waiting.add(1, ordering: .relaxed).newValue <= limits.requestsInFlight else {
            waiting.subtract(1, ordering: .relaxed)
            counters.count(.refusedRequests)
            return reply(.respond(HTTPResponse(status: 503, headers: [HTTPHeader("Retry-After", "1")])))
        }
        home.execute { [self] in
            waiting.subtract(1, ordering: .relaxed)
            counters.count(.requests)
            // What the request set in motion leaves before its answer, as fills do before an acknowledgement.
            reply(turn { value, now in value.answer(request, at: now) })
        }
    }

    func open(_ path: String, _ peer: Peer) -> EventLoopFuture<UInt64?> {
        home.submit { [self] in
            let number = box.value.nextConnection
            box.value.nextConnection += 1
            // What the value says on opening must already find its way.
            box.value.peers[number] = peer
            let isOpen = turn { value, now in value.open(number, path: path, at: now) }
            guard isOpen else {
                box.value.peers[number] = nil
                return nil
            }
            counters.count(.opened)
            return number
        }
    }

    func receive(_ messages: [[UInt8]], from connection: UInt64, taken: @escaping @Sendable () -> Void) {
        home.execute { [self] in
            defer { taken() }
            guard box.value.peers[connection] != nil else { return }
            counters.count(.messagesIn, messages.count)
            turn { value, now in
                for message in messages { value.receive(message, from: connection, at: now) }
            }
        }
    }

    func close(_ connection: UInt64) {
        home.execute { [self] in
            guard box.value.peers.removeValue(forKey: connection) != nil else { return }
            turn { value, now in value.close(connection, at: now) }
        }
    }

    /// Lets the value do what is due and gives its owner a look at it.
    func withValue<Result: Sendable>(_ body: @escaping @Sendable (inout Value) -> Result) -> EventLoopFuture<Result> {
        home.submit { [self] in turn { value, _ in body(&value) } }
    }

    /// The last call: whoever is still there is closed, and no timer runs any more. The value as it ended.
    func stop() -> EventLoopFuture<Value> {
        home.submit { [self] in
            for connection in box.value.peers.keys.sorted() {
                box.value.peers[connection] = nil
                turn { value, now in value.close(connection, at: now) }
            }
            box.value.isStopped = true
            box.value.timer?.cancel()
            return box.value.value
        }
    }

    /// One call of the value, with everything around it: what is due first, then the call, then what it sends.
    @discardableResult
    private func turn<Result>(_ body: (inout Value, Timestamp) -> Result) -> Result {
        let (result, outbox) = box.withValue { state in
            state.now = max(state.now, clock.now)
            let now = state.now
            if let next = state.value.nextEvent, next <= now { state.value.advance(to: now) }
            let result = body(&state.value, now)
            return (result, state.value.takeOutbox())
        }
        dispatch(outbox)
        schedule()
        return result
    }

    private func schedule() {
        let due = box.value.isStopped ? nil : box.value.value.nextEvent
        guard due != box.value.timerDue || due == nil else { return }
        box.value.timer?.cancel()
        box.value.timer = nil
        box.value.timerDue = due
        guard let due else { return }
        // Events closer together than a millisecond are done together.
        setTimer(max(clock.wait(until: due), .milliseconds(1)))
    }

    private func setTimer(_ wait: Interval) {
        box.value.timer = home.scheduleTask(in: .nanoseconds(wait.nanoseconds)) { [self] in
            guard box.value.undelivered < 64 else { return setTimer(.milliseconds(1)) }
            box.value.timerDue = nil
            turn { _, _ in }
        }
    }

    private func dispatch(_ outbox: [Outgoing]) {
        guard !outbox.isEmpty else { return }
        var batches: [(loop: any EventLoop, items: [(Peer, Delivery)])] = []
        func add(_ delivery: Delivery, to connection: UInt64) {
            guard let peer = box.value.peers[connection] else { return }
            if let index = batches.firstIndex(where: { $0.loop === peer.loop }) {
                batches[index].items.append((peer, delivery))
            } else {
                batches.append((peer.loop, [(peer, delivery)]))
            }
        }
        for item in outbox {
            switch item {
            case .text(let text, let connections):
                let frame = Delivery.frame(FrameBytes.text(text))
                for connection in connections { add(frame, to: connection) }
                counters.count(.messagesOut, connections.count)
            case .close(let connection, let code, let reason): add(.close(code, reason), to: connection)
            case .silence(let connection, let end): add(.silence(clock.wait(until: end)), to: connection)
            case .reset(let connection, let midFrame): add(.reset(midFrame: midFrame), to: connection)
            case .refuseConnections(let end): clients.refuse(until: .now() + TimeAmount(clock.wait(until: end)))
            }
        }
        for batch in batches { hand(batch.items, to: batch.loop) }
    }

    private func hand(_ items: [(Peer, Delivery)], to loop: any EventLoop) {
        guard loop !== home else { return WebSocketServerConnection.deliver(items) }
        box.value.undelivered += 1
        loop.execute { [self] in
            WebSocketServerConnection.deliver(items)
            home.execute { [self] in box.value.undelivered -= 1 }
        }
    }
}
