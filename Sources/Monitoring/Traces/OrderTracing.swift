import Instrumentation
import Market
import Strategy
import Tracing
import Trading
import Venue

/// Makes spans of the lives of orders, from what a session has recorded.
///
/// A trace is a setup: its span reaches from the decision to the end of its trade. Below it stands a span for each order,
/// from the decision to its end, and below that one for each stretch of its way: `journal`, `send`, `acknowledge`, `fill`.
/// Everything has its name from the session and the client order id, so a session that was started again goes on with the
/// traces that it began; orders of before it are not told again.
final class OrderTracing {
    /// Orders, and setups, that are remembered while they live.
    static let limit = 2_000

    private struct OpenOrder {
        let span: any Tracing.Span
        let decided: Timestamp
        var journaled: Timestamp?
        var sent: Timestamp?
        /// The first answer, then each fill.
        var heard: Timestamp?
        var quantity: Quantity
        var filled = Quantity.zero
        var amending: Quantity?
        var fills = 0
        var isUnknown = false
    }

    private let tracer: any Tracer
    private let session: String
    private var phase = ""
    private var orders: [OrderID: OpenOrder] = [:]
    /// In the order of placing: ends at the session's end must not depend on a hash table.
    private var orderIDs: [OrderID] = []
    private var setups: [UInt64: any Tracing.Span] = [:]
    private var setupIDs: [UInt64] = []
    private var latest = Timestamp.distantPast

    /// - Parameter session: tells this account and mode from all others.
    init(on tracer: any Tracer, session: String) {
        self.tracer = tracer
        self.session = session
    }

    func take(_ news: OrderNews) {
        switch news {
        case .phase(let name): phase = name
        case .decided(let decision, let time): decided(decision, at: time)
        case .placed(let order, let reason, let time): placed(order, reason, at: time)
        case .amending(let id, let quantity, let price, let time): amending(id, quantity, price, at: time)
        case .cancelling(let id, let time): note("cancel", on: id, at: time)
        case .journaled(let ids, let time): for id in ids { journaled(id, at: time) }
        case .sent(let ids, let time): for id in ids { sent(id, at: time) }
        case .unknown(let id, let time): unknown(id, at: time)
        case .told(let event, let time): told(event, at: time)
        case .abandoned(let setup, let reason, let time):
            endSetup(
                setup, at: time, ["trident.setup.outcome": "abandoned", "trident.setup.end_reason": .string(reason)])
        case .closed(let trade): closed(trade)
        case .ended(let time): ended(at: time)
        }
    }

    // MARK: Names

    private func trace(_ setup: UInt64) -> TraceID { TraceID(of: [session, "setup", String(setup)]) }

    private func identity(ofSetup setup: UInt64) -> SpanIdentity {
        SpanIdentity(trace: trace(setup), span: SpanID(of: [session, "setup", String(setup), "span"]))
    }

    private func identity(_ order: OrderID, _ part: String) -> SpanIdentity {
        SpanIdentity(trace: trace(order.high), span: SpanID(of: [session, order.description, part]))
    }

    private func start(
        _ name: String, _ identity: SpanIdentity, below parent: SpanIdentity?, _ kind: SpanKind = .internal,
        at time: Timestamp, _ attributes: [String: SpanAttribute]
    ) -> any Tracing.Span {
        var context = InstrumentationContext.topLevel
        context.span = parent
        context.nextSpan = identity
        let span = tracer.startSpan(name, context: context, ofKind: kind, at: SessionInstant(time))
        span.attributes = SpanAttributes(attributes)
        return span
    }

    // MARK: Setups

    private func decided(_ decision: Decision, at time: Timestamp) {
        let setup = decision.setupID.value
        guard setups[setup] == nil else { return }
        setups[setup] = start(
            "setup", identity(ofSetup: setup), below: nil, at: time,
            [
                "trident.setup.id": .string(decision.setupID.description),
                "trident.setup.kind": .string(decision.setup.rawValue), "trident.pair": "\(decision.pair)",
                "trident.side": "\(decision.side)", "trident.phase": .string(phase),
            ])
        setupIDs.append(setup)
        if setupIDs.count > Self.limit {
            endSetup(setupIDs[0], at: time, ["trident.setup.outcome": "lost sight of"])
        }
    }

    private func closed(_ trade: Trade) {
        let setup = trade.setupID.value
        if setups[setup] == nil {
            // It was decided before this session.
            setups[setup] = start(
                "setup", identity(ofSetup: setup), below: nil, at: trade.decidedAt,
                [
                    "trident.setup.id": .string(trade.setupID.description),
                    "trident.setup.kind": .string(trade.setup.rawValue), "trident.pair": "\(trade.pair)",
                    "trident.side": "\(trade.side)",
                ])
            setupIDs.append(setup)
        }
        endSetup(
            setup, at: trade.closedAt,
            [
                "trident.setup.outcome": "closed", "trident.setup.end_reason": .string(trade.exitReason.rawValue),
                "trident.trade.id": .int64(Int64(trade.id.value)), "trident.trade.net": "\(trade.net)",
                "trident.trade.fees": "\(trade.fees)", "trident.instrument": "\(trade.instrument)",
            ])
    }

    private func endSetup(_ setup: UInt64, at time: Timestamp, _ attributes: [String: SpanAttribute]) {
        guard let span = setups.removeValue(forKey: setup) else { return }
        setupIDs.removeAll { $0 == setup }
        span.add(attributes)
        span.end(at: SessionInstant(time))
    }

    // MARK: Orders

    private func placed(_ order: Order, _ reason: String?, at time: Timestamp) {
        latest = max(latest, time)
        guard orders[order.id] == nil else { return note("placed again", on: order.id, at: time) }
        var attributes: [String: SpanAttribute] = [
            "trident.order.id": "\(order.id)", "trident.order.role": "\(order.role)",
            "trident.order.kind": .string(order.kind.name), "trident.order.quantity": "\(order.quantity)",
            "trident.order.reduce_only": .bool(order.reduceOnly), "trident.instrument": "\(order.instrument)",
            "trident.side": "\(order.side)", "trident.phase": .string(phase),
        ]
        if let price = order.kind.price { attributes["trident.order.price"] = "\(price)" }
        if let reason { attributes["trident.order.reason"] = .string(reason) }
        let span = start(
            "order", identity(order.id, "order"), below: identity(ofSetup: order.id.high), .client, at: time, attributes
        )
        orders[order.id] = OpenOrder(span: span, decided: time, quantity: order.quantity)
        orderIDs.append(order.id)
        if orderIDs.count > Self.limit { end(orderIDs[0], "lost sight of", at: time) }
    }

    /// A stretch of an order's way.
    private func stretch(
        _ name: String, of id: OrderID, _ part: String? = nil, from start: Timestamp, until end: Timestamp,
        _ attributes: [String: SpanAttribute] = [:], failing: String? = nil
    ) {
        let span = self.start(
            name, identity(id, part ?? name), below: identity(id, "order"), at: start, attributes)
        if let failing { span.setStatus(SpanStatus(code: .error, message: failing)) }
        span.end(at: SessionInstant(max(start, end)))
    }

    private func note(_ name: String, on id: OrderID, at time: Timestamp, _ attributes: [String: SpanAttribute] = [:]) {
        latest = max(latest, time)
        orders[id]?.span.addEvent(
            SpanEvent(name: name, at: SessionInstant(time), attributes: SpanAttributes(attributes)))
    }

    private func journaled(_ id: OrderID, at time: Timestamp) {
        guard let order = orders[id], order.journaled == nil else { return }
        orders[id]?.journaled = max(order.decided, time)
        stretch("journal", of: id, from: order.decided, until: time)
    }

    private func sent(_ id: OrderID, at time: Timestamp) {
        latest = max(latest, time)
        guard let order = orders[id], order.sent == nil else { return }
        let start = order.journaled ?? order.decided
        orders[id]?.sent = max(start, time)
        stretch("send", of: id, from: start, until: time)
    }

    private func amending(_ id: OrderID, _ quantity: Quantity, _ price: Price?, at time: Timestamp) {
        orders[id]?.amending = quantity
        var attributes: [String: SpanAttribute] = ["trident.order.quantity": "\(quantity)"]
        if let price { attributes["trident.order.price"] = "\(price)" }
        note("amend", on: id, at: time, attributes)
    }

    private func unknown(_ id: OrderID, at time: Timestamp) {
        orders[id]?.isUnknown = true
        note("outcome unknown", on: id, at: time)
    }

    // MARK: What the exchange says

    private func told(_ event: VenueEvent, at time: Timestamp) {
        switch event {
        case .accepted(let id): answered(id, at: time)
        case .rejected(let id, let reason): rejected(id, "\(reason)", at: time)
        case .triggered(let id): note("triggered", on: id, at: time)
        case .filled(let fill): filled(fill, at: time)
        case .cancelled(let id, let reason, let remaining):
            answered(id, at: time)
            end(
                id, "cancelled", at: time,
                ["trident.order.end_reason": "\(reason)", "trident.order.remaining": "\(remaining)"])
        case .amended(let id):
            if let order = orders[id], let open = order.amending { orders[id]?.quantity = order.filled + open }
            orders[id]?.amending = nil
            note("amended", on: id, at: time)
        case .notFound(let id): note("not found", on: id, at: time)
        case .found, .funding, .position, .account: break
        }
    }

    /// The first answer, whatever it is.
    private func answered(_ id: OrderID, at time: Timestamp, refused reason: String? = nil) {
        latest = max(latest, time)
        guard let order = orders[id], order.heard == nil else { return }
        let start = order.sent ?? order.journaled ?? order.decided
        orders[id]?.heard = max(start, time)
        orders[id]?.isUnknown = false
        stretch(
            "acknowledge", of: id, from: start, until: time,
            failing: reason ?? (order.isUnknown ? "no answer; found out later" : nil))
    }

    private func rejected(_ id: OrderID, _ reason: String, at time: Timestamp) {
        if let order = orders[id], order.heard != nil, order.amending != nil {
            // The order itself stays as it was.
            orders[id]?.amending = nil
            return note("amendment rejected", on: id, at: time, ["trident.order.reject_reason": .string(reason)])
        }
        answered(id, at: time, refused: reason)
        end(id, "rejected", at: time, ["trident.order.end_reason": .string(reason)], failing: "rejected: \(reason)")
    }

    private func filled(_ fill: Fill, at time: Timestamp) {
        answered(fill.order, at: time)
        guard var order = orders[fill.order] else { return }
        let start = order.heard ?? order.decided
        order.fills += 1
        order.filled += fill.quantity
        order.heard = max(start, time)
        orders[fill.order] = order
        stretch(
            "fill", of: fill.order, "fill \(fill.id)", from: start, until: time,
            [
                "trident.fill.id": .string(String(fill.id)), "trident.fill.quantity": "\(fill.quantity)",
                "trident.fill.price": "\(fill.price)", "trident.fill.fee": "\(fill.fee)",
                "trident.fill.liquidity": "\(fill.liquidity)",
            ])
        if order.filled >= order.quantity { end(fill.order, "filled", at: time) }
    }

    // MARK: Ends

    private func end(
        _ id: OrderID, _ outcome: String, at time: Timestamp, _ attributes: [String: SpanAttribute] = [:],
        failing: String? = nil
    ) {
        guard let order = orders.removeValue(forKey: id) else { return }
        orderIDs.removeAll { $0 == id }
        var attributes = attributes
        attributes["trident.order.outcome"] = .string(outcome)
        attributes["trident.order.filled"] = "\(order.filled)"
        attributes["trident.order.fills"] = .int64(Int64(order.fills))
        order.span.add(attributes)
        if let failing = failing ?? (order.isUnknown ? "outcome unknown" : nil) {
            order.span.setStatus(SpanStatus(code: .error, message: failing))
        }
        order.span.end(at: SessionInstant(time))
    }

    /// Stops stay at the exchange, and so does what nobody could cancel.
    private func ended(at time: Timestamp) {
        for id in orderIDs { end(id, orders[id]?.isUnknown == true ? "unknown" : "left at the exchange", at: time) }
        for setup in setupIDs { endSetup(setup, at: time, ["trident.setup.outcome": "left open"]) }
    }

    /// The session fell silent without an end.
    func close() { ended(at: latest) }
}

extension Tracing.Span {
    fileprivate func add(_ attributes: [String: SpanAttribute]) {
        var all = self.attributes
        all.merge(SpanAttributes(attributes))
        self.attributes = all
    }
}
