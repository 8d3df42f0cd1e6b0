public import Instrumentation
import Market
import Synchronization
public import Tracing

/// A time of the session's as tracing wants it.
struct SessionInstant: TracerInstant {
    let time: Timestamp

    init(_ time: Timestamp) { self.time = time }

    var nanosecondsSinceEpoch: UInt64 { UInt64(max(0, time.nanoseconds)) }

    static func < (a: SessionInstant, b: SessionInstant) -> Bool { a.time < b.time }
}

/// A span that has ended, as it is exported.
struct FinishedSpan: Sendable {
    struct Happening: Sendable {
        let name: String
        let nanoseconds: UInt64
        let attributes: [(name: String, value: SpanAttribute)]
    }

    struct Link: Sendable {
        let identity: SpanIdentity
        let attributes: [(name: String, value: SpanAttribute)]
    }

    let identity: SpanIdentity
    let parent: SpanID?
    let name: String
    let kind: SpanKind
    let start: UInt64
    let end: UInt64
    let attributes: [(name: String, value: SpanAttribute)]
    let happenings: [Happening]
    let links: [Link]
    let status: SpanStatus?
}

/// Hands every span to its exporter when it has ended. Reads no clock and draws no number: names of spans come from the
/// context, or are counted.
public final class SessionTracer: Tracer {
    private let seed: String
    private let counted = Atomic<UInt64>(0)
    private let ended: @Sendable (FinishedSpan) -> Void

    /// - Parameters:
    ///   - seed: what the names of spans are made from that are given none.
    ///   - ended: must not wait; called on any thread.
    init(seed: String, ended: @escaping @Sendable (FinishedSpan) -> Void) {
        self.seed = seed
        self.ended = ended
    }

    public func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> InstrumentationContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> RecordedSpan {
        var context = context()
        let parent = context.span
        let identity = context.nextSpan ?? fresh(under: parent)
        context.nextSpan = nil
        context.span = identity
        return RecordedSpan(
            identity, parent: parent?.span, operationName, kind, context,
            start: instant().nanosecondsSinceEpoch, ended: ended)
    }

    private func fresh(under parent: SpanIdentity?) -> SpanIdentity {
        let number = counted.add(1, ordering: .relaxed).newValue
        let trace = parent?.trace ?? TraceID(of: [seed, "trace", String(number)])
        return SpanIdentity(trace: trace, span: SpanID(of: [seed, "span", String(number)]))
    }

    /// Spans leave as they end.
    public func forceFlush() {}

    /// Nothing of Kraken's carries a context.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {}

    public func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {}
}

/// A span of `SessionTracer`.
public final class RecordedSpan: Tracing.Span {
    private struct State {
        var name: String
        var attributes = SpanAttributes()
        var happenings: [FinishedSpan.Happening] = []
        var links: [FinishedSpan.Link] = []
        var status: SpanStatus?
        var hasEnded = false
    }

    public let context: InstrumentationContext
    private let identity: SpanIdentity
    private let parent: SpanID?
    private let kind: SpanKind
    private let start: UInt64
    private let ended: @Sendable (FinishedSpan) -> Void
    private let state: Mutex<State>

    fileprivate init(
        _ identity: SpanIdentity, parent: SpanID?, _ name: String, _ kind: SpanKind,
        _ context: InstrumentationContext, start: UInt64, ended: @escaping @Sendable (FinishedSpan) -> Void
    ) {
        self.identity = identity
        self.parent = parent
        self.kind = kind
        self.context = context
        self.start = start
        self.ended = ended
        state = Mutex(State(name: name))
    }

    public var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    public var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    public var isRecording: Bool { state.withLock { !$0.hasEnded } }

    public func setStatus(_ status: SpanStatus) { state.withLock { $0.status = status } }

    public func addEvent(_ event: SpanEvent) {
        let happening = FinishedSpan.Happening(
            name: event.name, nanoseconds: event.nanosecondsSinceEpoch, attributes: event.attributes.sorted)
        state.withLock { $0.happenings.append(happening) }
    }

    public func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        var attributes = attributes
        attributes["exception.type"] = String(describing: type(of: error))
        attributes["exception.message"] = String(describing: error)
        addEvent(SpanEvent(name: "exception", at: instant(), attributes: attributes))
    }

    public func addLink(_ link: SpanLink) {
        guard let identity = link.context.span else { return }
        let attributes = link.attributes.sorted
        state.withLock { $0.links.append(.init(identity: identity, attributes: attributes)) }
    }

    /// Later ends say nothing.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let time = max(start, instant().nanosecondsSinceEpoch)
        let finished = state.withLock { state -> FinishedSpan? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            return FinishedSpan(
                identity: identity, parent: parent, name: state.name, kind: kind, start: start, end: time,
                attributes: state.attributes.sorted, happenings: state.happenings, links: state.links,
                status: state.status)
        }
        if let finished { ended(finished) }
    }
}

extension SpanAttributes {
    /// By name: what is exported must not depend on a hash table's order.
    fileprivate var sorted: [(name: String, value: SpanAttribute)] {
        var list: [(name: String, value: SpanAttribute)] = []
        forEach { list.append((name: $0, value: $1)) }
        return list.sorted { $0.name < $1.name }
    }
}
