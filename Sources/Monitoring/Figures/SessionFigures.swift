import CoreMetrics
public import Market
import Notices
public import Operations
import Synchronization
public import Venue

/// The figures of a running session. Every call is short, takes no lock for long and may come from any thread.
public final class SessionFigures: Sendable {
    /// Orders without an answer that are remembered.
    static let openLimit = 1_000

    private let registry: PrometheusRegistry
    private let fills: Counter
    private let rejects: Counter
    private let reconnects: [Counter]
    private let orders: [Counter]
    private let alerts: [Counter]
    private let closedTrades: Counter
    private let naked: FloatingPointCounter
    private let nakedBefore = Mutex(0.0)
    private let roundTrip: CoreMetrics.Timer
    private let unanswered: Counter
    private let turns: CoreMetrics.Timer
    private let mailboxDropped: Counter
    private let strangers: Counter
    private let spansDelivered: Counter
    private let spansLost: Counter
    private let phase = Mutex<String?>(nil)
    private let open = Mutex<[(order: OrderID, sent: Timestamp)]>([])

    init(_ registry: PrometheusRegistry) {
        self.registry = registry
        func counter(_ name: String, _ dimensions: [(String, String)] = []) -> Counter {
            Counter(label: name, dimensions: dimensions, factory: registry)
        }
        fills = counter("trident_fills_total")
        rejects = counter("trident_rejects_total")
        reconnects = Operations.Line.allCases.map { counter("trident_reconnects_total", [("line", $0.name)]) }
        orders = OrderRole.allCases.map { counter("trident_orders_total", [("role", "\($0)")]) }
        alerts = Alert.Severity.allCases.map { counter("trident_alerts_total", [("severity", $0.name)]) }
        closedTrades = counter("trident_trades_closed_total")
        naked = FloatingPointCounter(label: "trident_naked_seconds_total", factory: registry)
        roundTrip = CoreMetrics.Timer(label: "trident_order_round_trip_seconds", factory: registry)
        unanswered = counter("trident_orders_unanswered_total")
        turns = CoreMetrics.Timer(label: "trident_loop_seconds", factory: registry)
        mailboxDropped = counter("trident_alerts_dropped_total")
        strangers = counter("trident_chat_strangers_total")
        spansDelivered = counter("trident_spans_delivered_total")
        spansLost = counter("trident_spans_lost_total")
        for (name, help) in Self.helps { registry.describe(name, help) }
    }

    private static let helps = [
        ("trident_fills_total", "Executions of our orders."), ("trident_rejects_total", "Orders that were refused."),
        ("trident_reconnects_total", "Losses of a line that had been healthy."),
        ("trident_orders_total", "Orders sent."), ("trident_alerts_total", "Alerts raised."),
        ("trident_trades_closed_total", "Trades that have ended."),
        ("trident_naked_seconds_total", "Time in which something was held without an acknowledged stop for all of it."),
        ("trident_order_round_trip_seconds", "From sending an order to its acknowledgement."),
        ("trident_orders_unanswered_total", "Orders whose answer was given up."),
        ("trident_decisions_total", "Signals by what became of them: taken, or refused by which stage and gate."),
        ("trident_equity_usd", "What the account is worth."),
        ("trident_initial_margin_usd", "Margin that is bound."), ("trident_positions", "Open positions."),
        ("trident_open_orders", "Orders that rest."), ("trident_phase", "1 for the phase that the session is in."),
        ("trident_loop_seconds", "Length of one turn of the session's loop."),
        ("trident_alerts_dropped_total", "Alerts lost because too many came at once."),
        ("trident_chat_strangers_total", "Messages to the bot from chats that are not trusted."),
        ("trident_spans_delivered_total", "Spans of orders' traces that arrived."),
        ("trident_spans_lost_total", "Spans that were lost: too many waited, or they were not accepted."),
        ("trident_notices_waiting", "Notices that wait for a channel."),
        ("trident_channel_failures_total", "Deliveries that failed."),
        ("trident_notices_delivered_total", "Notices that arrived."),
    ]

    // MARK: For the session

    public func orderSent(_ order: OrderID, _ role: OrderRole, at now: Timestamp) {
        orders[OrderRole.allCases.firstIndex(of: role) ?? 0].increment()
        let isFull = open.withLock { open in
            open.append((order, now))
            guard open.count > Self.openLimit else { return false }
            open.removeFirst()
            return true
        }
        if isFull { unanswered.increment() }
    }

    /// Accepted, rejected or filled at once: whatever comes first. The time since it was sent; nil for every later answer.
    @discardableResult
    public func orderAnswered(_ order: OrderID, at now: Timestamp) -> Interval? {
        let sent = open.withLock { open -> Timestamp? in
            guard let place = open.firstIndex(where: { $0.order == order }) else { return nil }
            return open.remove(at: place).sent
        }
        guard let sent else { return nil }
        let length = max(.zero, now - sent)
        roundTrip.recordNanoseconds(length.nanoseconds)
        return length
    }

    public func fill() { fills.increment() }
    public func reject() { rejects.increment() }
    public func reconnect(_ line: Operations.Line) {
        reconnects[Operations.Line.allCases.firstIndex(of: line) ?? 0].increment()
    }
    public func turn(took time: Interval) { turns.recordNanoseconds(time.nanoseconds) }

    /// Any figure that may go up and down: `trident_equity_usd`.
    public func set(_ name: String, _ value: Double, _ dimensions: [(String, String)] = []) {
        Meter(label: name, dimensions: dimensions, factory: registry).set(value)
    }

    // MARK: For the monitor

    func decided(_ outcome: String, gate: String) {
        Counter(
            label: "trident_decisions_total", dimensions: [("outcome", outcome), ("gate", gate)], factory: registry
        ).increment()
    }

    func show(_ standing: Standing) {
        func dollars(_ name: String, _ amount: Money?) {
            if let amount { set(name, Double(amount.description) ?? .nan) }
        }
        dollars("trident_equity_usd", standing.equity)
        dollars("trident_initial_margin_usd", standing.initialMargin)
        if let total = standing.nakedSeconds {
            // A journal that begins anew counts from zero.
            let before = nakedBefore.withLock { before in
                defer { before = total }
                return total < before ? 0 : before
            }
            naked.increment(by: total - before)
        }
        set("trident_positions", Double(standing.holdings.count))
        set("trident_open_orders", Double(standing.orders))
        let before = phase.withLock { phase in
            defer { phase = standing.phase }
            return phase
        }
        if let before, before != standing.phase { set("trident_phase", 0, [("phase", before)]) }
        set("trident_phase", 1, [("phase", standing.phase)])
    }

    func alert(_ severity: Alert.Severity) { alerts[Int(severity.rawValue)].increment() }
    func tradeClosed() { closedTrades.increment() }
    func alertsDropped(_ count: Int) { mailboxDropped.increment(by: count) }
    func stranger() { strangers.increment() }
    func spans(delivered: Int, lost: Int) {
        spansDelivered.increment(by: delivered)
        spansLost.increment(by: lost)
    }
    func delivery(_ channel: String, failed: Bool) {
        let name = failed ? "trident_channel_failures_total" : "trident_notices_delivered_total"
        Counter(label: name, dimensions: [("channel", channel)], factory: registry).increment()
    }
}
