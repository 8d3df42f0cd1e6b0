import Logging
import Market
import Notices
import Operations
import Sockets
import Synchronization
import Tracing

/// Makes spans of what the session posts and takes them where they go. Lives on the monitor's loop; only `post` may be
/// called from anywhere.
final class TraceCourier {
    private let loop: SocketLoop
    private let clock: @Sendable () -> Timestamp
    private let inlet: TraceInlet
    private let carrier: any TraceCarrier
    private let text: OTLPText
    private let figures: SessionFigures
    private let tell: @Sendable (Alert) -> Void
    private var queue: TraceQueue
    private let orders: OrderTracing
    private var timer: LoopTimer?
    private var whenEmpty: (@Sendable () -> Void)?
    private var counted = (delivered: 0, lost: 0)

    struct Surroundings: Sendable {
        let loop: SocketLoop
        let clock: @Sendable () -> Timestamp
        let inlet: TraceInlet
        let carrier: any TraceCarrier
        let text: OTLPText
        let figures: SessionFigures
        let queue: TraceQueue
        /// An alert; never waits.
        let tell: @Sendable (Alert) -> Void
    }

    init(_ surroundings: Surroundings, tracer: any Tracer, session: String) {
        loop = surroundings.loop
        clock = surroundings.clock
        inlet = surroundings.inlet
        carrier = surroundings.carrier
        text = surroundings.text
        figures = surroundings.figures
        tell = surroundings.tell
        queue = surroundings.queue
        orders = OrderTracing(on: tracer, session: session)
    }

    /// Takes what was posted, sends what is due, and sets the timer for the next time.
    func turn() {
        let now = clock()
        let (news, dropped) = inlet.news.take()
        for item in news { orders.take(item) }
        let (spans, lost) = inlet.spans.take()
        queue.add(spans, lostBefore: dropped + lost, at: now)
        if let batch = queue.next(at: now) { carry(batch) }
        for word in queue.takeWords() { tell(Alert(word.severity, .delivery, word.text, at: now)) }
        figures.spans(delivered: queue.delivered - counted.delivered, lost: queue.lost - counted.lost)
        counted = (queue.delivered, queue.lost)
        if queue.isEmpty, let whenEmpty {
            self.whenEmpty = nil
            whenEmpty()
        }
        timer?.cancel()
        timer = nil
        guard let next = queue.nextDeadline else { return }
        let bound = LoopBound(self, on: loop)
        timer = loop.execute(after: max(.zero, next - now)) { bound.value.turn() }
    }

    private func carry(_ batch: [FinishedSpan]) {
        let bound = LoopBound(self, on: loop)
        let loop = loop
        carrier.carry(text.request(batch)) { result in
            loop.execute { bound.value.ended(result) }
        }
    }

    private func ended(_ result: Result<Int, DeliveryFailure>) {
        switch result {
        case .success(let rejected): queue.arrived(rejected: rejected, at: clock())
        case .failure(let failure): queue.failed(failure, at: clock())
        }
        turn()
    }

    // MARK: The end

    /// Calls `body` once, as soon as nothing waits. Orders that are still open are told as they stand.
    func finish(_ body: @escaping @Sendable () -> Void) {
        turn()
        orders.close()
        queue.end()
        whenEmpty = body
        turn()
    }

    func cancel() {
        timer?.cancel()
        timer = nil
        let body = whenEmpty
        whenEmpty = nil
        body?()
    }
}

/// Where traces come in, from any thread and without waiting.
final class TraceInlet: Sendable {
    let news = Mailbox<OrderNews>(limit: 10_000) { _ in false }
    let spans = Mailbox<FinishedSpan>(limit: 10_000) { _ in false }
}
