import Market
import Notices
import Operations
import Sockets
import Synchronization
import Tracing

/// The traces of a monitor: the tracer that exports, and the orders of the session on it.
final class Traces: Sendable {
    let tracer: SessionTracer
    private let inlet = TraceInlet()
    private let loop: SocketLoop
    private let session: String
    private let surroundings: TraceCourier.Surroundings
    private let courier: Mutex<LoopBound<TraceCourier>?>

    struct Parts: Sendable {
        let session: String
        let place: String
        let resource: [(name: String, value: String)]
        let carrier: any TraceCarrier
        let limits: TraceQueue.Limits
    }

    init(
        _ parts: Parts, on loop: SocketLoop, clock: @escaping @Sendable () -> Timestamp, figures: SessionFigures,
        tell: @escaping @Sendable (Alert) -> Void
    ) {
        self.loop = loop
        session = parts.session
        let inlet = inlet
        courier = Mutex(nil)
        tracer = SessionTracer(seed: parts.session) { span in _ = inlet.spans.post(span) }
        surroundings = TraceCourier.Surroundings(
            loop: loop, clock: clock, inlet: inlet, carrier: parts.carrier, text: OTLPText(resource: parts.resource),
            figures: figures, queue: TraceQueue(to: parts.place, parts.limits), tell: tell)
    }

    /// Makes spans of the session's orders on `tracer` from now on.
    func begin(on tracer: any Tracer) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            loop.execute { [self] in
                let made = TraceCourier(surroundings, tracer: tracer, session: session)
                courier.withLock { $0 = LoopBound(made, on: loop) }
                made.turn()
                continuation.resume()
            }
        }
    }

    /// Never waits.
    func post(_ news: OrderNews) {
        guard let courier = courier.withLock({ $0 }), inlet.news.post(news) else { return }
        loop.execute { courier.value.turn() }
    }

    /// Gives what waits a last chance of `wait`, then closes.
    func finish(within wait: Interval) async {
        if let courier = courier.withLock({ $0.take() }) {
            let loop = loop
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                loop.execute {
                    courier.value.finish { continuation.resume() }
                    _ = loop.execute(after: wait) { courier.value.cancel() }
                }
            }
        }
        await surroundings.carrier.close()
    }
}
