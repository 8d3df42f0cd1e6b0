import Kraken
public import Logging
public import Market
import Notices
public import Operations
import Sockets
import Synchronization
public import Tracing
import Trading
public import Venue

/// What a running session tells the world: alerts over channels, figures and status on pages.
///
/// The session only posts: no call of it waits for a channel, a page or a disk. Deliveries happen on a thread of the
/// monitor's, pages on another.
public final class Monitor: Sendable {
    public let registry: PrometheusRegistry
    public let figures: SessionFigures
    private let log: Logger
    private let clock: @Sendable () -> Timestamp
    private let loop: SocketLoop
    private let mailbox: Mailbox<Posted>
    private let board: Board
    private let courier: Mutex<LoopBound<Courier>?>
    private let chat: Mutex<LoopBound<TelegramChat>?>
    private let closing: [@Sendable () async -> Void]
    private let traces = Mutex<Traces?>(nil)
    private let parts: MonitorParts
    private let pages = Mutex<SocketServer<Pages>?>(nil)
    private let watch = Mutex(SessionWatching())
    private let alarms: Mutex<SessionAlarms>
    private let hasStopped = Atomic(false)

    /// Starts delivering.
    /// - Parameters:
    ///   - log: alerts go there always.
    ///   - clock: of the machine: deadlines of deliveries are counted by it. The session's own clock may run faster.
    ///   - hold: does what `/hold` asks for; called on a thread of the monitor's.
    public static func start(
        _ configuration: MonitorConfiguration, log: Logger,
        clock: @escaping @Sendable () -> Timestamp, hold: @escaping @Sendable (_ reason: String) throws -> Void
    ) async throws(MonitorError) -> Monitor {
        let registry = PrometheusRegistry()
        let board = Board(at: clock())
        let loop = SocketLoop()
        do {
            let parts = try MonitorParts(
                configuration, registry: registry, board: board, loop: loop, log: log, clock: clock, hold: hold)
            return await Monitor(parts)
        } catch {
            loop.stop()
            throw error
        }
    }

    private init(_ parts: MonitorParts) async {
        self.parts = parts
        registry = parts.registry
        figures = parts.surroundings.figures
        log = parts.surroundings.log
        clock = parts.surroundings.clock
        loop = parts.surroundings.loop
        mailbox = parts.surroundings.mailbox
        board = parts.surroundings.board
        closing = parts.closing
        alarms = Mutex(SessionAlarms(parts.configuration.notices.alarms))
        let (courier, chat) = await parts.begin()
        self.courier = Mutex(courier)
        self.chat = Mutex(chat)
        let traces = parts.traces { [weak self] in self?.post($0) }
        self.traces.withLock { $0 = traces }
    }

    // MARK: Traces

    /// The tracer that exports spans; nil when no traces are wanted. The program bootstraps it.
    public var tracer: SessionTracer? { traces.withLock { $0?.tracer } }

    /// Makes spans of the session's orders from now on.
    public func traceOrders(on tracer: any Tracer) async { await traces.withLock { $0 }?.begin(on: tracer) }

    /// The records of these orders are durable. Never waits.
    public func journaled(_ orders: [OrderID], at now: Timestamp) {
        traces.withLock { $0 }?.post(.journaled(orders, at: now))
    }

    /// These orders were handed to the exchange's gateway. Never waits.
    public func sent(_ orders: [OrderID], at now: Timestamp) { traces.withLock { $0 }?.post(.sent(orders, at: now)) }

    // MARK: The pages

    /// The port of the pages; nil when there are none, because none are wanted or the port is taken.
    public var port: Int? { pages.withLock { $0?.port } }

    /// Serves the pages that are wanted. A port that is taken does not keep a session from trading: it is an alert.
    public func openPages() async {
        guard let address = parts.configuration.pages else { return }
        do throws(ServerError) {
            let server = try await parts.serve(at: address)
            pages.withLock { $0 = server }
            log.info("health, figures and state are at http://\(address.host):\(server.port)")
        } catch {
            post(Alert(.warning, .session, "there are no pages for health and metrics: \(error)", at: clock()))
        }
    }

    /// Returns when pages that were there no longer are.
    public func untilPagesClose() async { await pages.withLock { $0 }?.untilClosed() }

    /// To be called when they are gone although nobody closed them.
    public func pagesHaveEnded() {
        guard port != nil else { return }
        let text = "the pages for health and metrics have ended; the session goes on without them"
        post(Alert(.warning, .session, text, at: clock()))
    }

    public func closePages() async {
        guard let server = pages.withLock({ $0.take() }) else { return }
        do throws(ServerError) {
            _ = try await server.stop()
        } catch {
            log.debug("the pages had ended before: \(error)")
        }
    }

    // MARK: For the session

    /// Logs, and tells whoever is to know. Never waits.
    public func post(_ alert: Alert) {
        var metadata: Logger.Metadata = ["kind": "\(alert.kind.rawValue)", "at": "\(alert.time)"]
        if let instrument = alert.instrument { metadata["instrument"] = "\(instrument)" }
        log.log(level: alert.severity.level, "\(alert.text)", metadata: metadata)
        figures.alert(alert.severity)
        hand(.alert(alert))
    }

    /// The session as it stands, to be called whenever it writes its status: what is not heard for long counts as stalled.
    public func publish(_ status: [UInt8], phase: Phase) { board.publish(status, phase, at: clock()) }

    /// Counts orders, answers, fills and lost lines from what the session records.
    public func observe(_ record: RuntimeRecord, at now: Timestamp) {
        switch record {
        case .event(let event): observe(event)
        case .outcome(let outcome):
            for case .place(let order) in outcome.commands { figures.orderSent(order.id, order.role, at: now) }
            for note in outcome.notes { observe(note) }
        case .happening(.health(let line, let health), _):
            if watch.withLock({ $0.isLoss(line, health) }) { figures.reconnect(line) }
        case .happening: break
        }
        for alert in alarms.withLock({ $0.take(record, at: now) }) { post(alert) }
        if let traces = traces.withLock({ $0 }) { for news in OrderNews.from(record, at: now) { traces.post(news) } }
    }

    private func observe(_ note: Note) {
        switch note {
        case .decided(let decision):
            switch decision.verdict {
            case .taken: figures.decided("taken", gate: "")
            case .refused(let stage, let gate): figures.decided(stage.rawValue, gate: gate)
            }
        case .closed(let trade):
            figures.tradeClosed()
            hand(.closedTrade(net: trade.net, fees: trade.fees))
        case .entryAbandoned, .opened, .stopMoved, .safety: break
        }
    }

    private func observe(_ event: Event) {
        guard case .venue(let news) = event.fact else { return }
        switch news {
        case .accepted(let order): answered(order, "accepted", at: event.received)
        case .rejected(let order, _):
            answered(order, "rejected", at: event.received)
            figures.reject()
        case .filled(let fill):
            answered(fill.order, "filled", at: event.received)
            figures.fill()
        case .triggered, .cancelled, .amended, .notFound, .found, .funding, .position, .account: break
        }
    }

    /// The trace of an order's way to the venue and back.
    private func answered(_ order: OrderID, _ word: String, at now: Timestamp) {
        guard let length = figures.orderAnswered(order, at: now) else { return }
        log.debug(
            "order \(word)",
            metadata: ["order": "\(order)", "round_trip_us": "\(length.nanoseconds / 1_000)", "at": "\(now)"])
    }

    private func hand(_ item: Posted) {
        guard mailbox.post(item), !hasStopped.load(ordering: .acquiring) else { return }
        turn()
    }

    private func turn() {
        guard let courier = courier.withLock({ $0 }) else { return }
        loop.execute { courier.value.turn() }
    }

    // MARK: The end

    /// Gives what waits a last chance of `wait`, then ends everything.
    public func stop(within wait: Interval = .seconds(5)) async {
        guard !hasStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        if let chat = chat.withLock({ $0.take() }) { loop.execute { chat.value.stop() } }
        // First: what becomes of them is an alert too.
        await traces.withLock { $0 }?.finish(within: min(wait, .seconds(2)))
        if let courier = courier.withLock({ $0 }) {
            let loop = loop
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                loop.execute {
                    courier.value.finish { continuation.resume() }
                    _ = loop.execute(after: wait) { courier.value.cancel() }
                }
            }
            await onLoop { courier.value.cancel() }
        }
        for close in closing { await close() }
        await closePages()
        loop.stop()
    }

    private func onLoop(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            loop.execute {
                body()
                continuation.resume()
            }
        }
    }
}

/// What has to be remembered to see lines being lost.
private struct SessionWatching {
    private var healthy: Set<Operations.Line> = []

    /// Whether a line that had been healthy no longer is.
    mutating func isLoss(_ line: Operations.Line, _ health: FeedWatch.Health) -> Bool {
        switch health {
        case .healthy:
            healthy.insert(line)
            return false
        case .recovering, .silent, .stale: return healthy.remove(line) != nil
        }
    }
}
