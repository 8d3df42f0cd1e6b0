import Market
import Strategy
import Trading
import Venue

/// Collects what became of every setup from a trader's events and its answers: the same way for a live session and for
/// its re-run.
struct SetupLog: Sendable {
    private(set) var records: [SetupID: SetupRecord] = [:]
    /// In the order in which they were first seen.
    private(set) var order: [SetupID] = []
    private var recent: [InstrumentID: RecentTicks] = [:]

    init() {}

    /// - Parameter decidedAt: the close of the candle that the event brought; nil for other events.
    mutating func take(_ event: Event, _ outcome: Outcome, decidedAt: Timestamp?) {
        switch event.fact {
        case .ticked(let tick): recent[tick.instrument, default: RecentTicks()].add(tick)
        case .venue(let news): take(news)
        case .candleClosed, .candleRemembered, .candlesForgotten, .instrumentListed, .clock, .commanded, .permitted,
            .safetyRestored, .carriedOver:
            break
        }
        for case .decided(let decision) in outcome.notes { take(decision) }
        for command in outcome.commands { take(command, at: decidedAt ?? event.received) }
        for note in outcome.notes { take(note) }
    }

    private mutating func take(_ news: VenueEvent) {
        switch news {
        case .filled(let fill): take(fill)
        case .cancelled(let id, _, _), .rejected(let id, _): change(id) { $0.orders[id] = nil }
        case .found(let order, _): change(order.id) { $0.orders[order.id] = order }
        case .accepted, .triggered, .amended, .notFound, .funding, .position, .account: break
        }
    }

    private mutating func take(_ fill: Fill) {
        guard fill.cause == .order else { return }
        let tick = recent[fill.instrument]?.at(fill.time)
        change(fill.order) { record in
            let order = record.orders[fill.order]
            var intended = fill.price
            var arrival = fill.price
            switch order?.kind {
            case .limit(let price), .postOnly(let price): (intended, arrival) = (price, price)
            case .stopMarket(let trigger, _), .takeProfitMarket(let trigger, _):
                (intended, arrival) = (trigger, trigger)
            case .market:
                intended = record.touches[fill.order] ?? fill.price
                arrival = tick?.touch(fill.side) ?? intended
            case nil: break
            }
            record.executions.append(
                Execution(
                    role: order?.role ?? OrderRole(of: fill.order), side: fill.side, quantity: fill.quantity,
                    intended: intended, arrival: arrival, price: fill.price, time: fill.time))
        }
    }

    private mutating func take(_ decision: Decision) {
        change(decision.setupID) { record in
            switch decision.verdict {
            case .taken: record.taken = decision
            case .refused: record.refused = decision
            }
        }
    }

    private mutating func take(_ command: VenueCommand, at instant: Timestamp) {
        switch command {
        case .place(let order):
            let touch = recent[order.instrument]?.at(instant)?.touch(order.side)
            change(order.id) { record in
                // Sent again under its own name it is the same order.
                guard record.orders[order.id] == nil else { return }
                if order.role == .entry { record.ordered += order.quantity }
                if order.kind == .market { record.touches[order.id] = touch }
                record.note(order)
            }
        // The trader amends nothing: a stop is replaced, a target is placed anew.
        case .amend, .cancel: break
        }
    }

    private mutating func take(_ note: Note) {
        switch note {
        case .decided, .opened, .stopMoved, .safety: break
        case .entryAbandoned(let setup, _, let reason): change(setup) { $0.abandoned = reason }
        case .closed(let trade): change(trade.setupID) { $0.trade = trade }
        }
    }

    private mutating func change(_ order: OrderID, _ body: (inout SetupRecord) -> Void) {
        let setup = SetupID(order.high)
        // Orders of what was adopted belong to no setup.
        guard records[setup] != nil else { return }
        change(setup, body)
    }

    private mutating func change(_ setup: SetupID, _ body: (inout SetupRecord) -> Void) {
        if records[setup] == nil {
            order.append(setup)
            records[setup] = SetupRecord()
        }
        if var record = records.removeValue(forKey: setup) {
            body(&record)
            records[setup] = record
        }
    }
}

extension SetupRecord {
    fileprivate mutating func note(_ order: Order) {
        orders[order.id] = order
        guard order.role == .target else { return }
        switch order.kind {
        case .limit(let price), .postOnly(let price), .takeProfitMarket(let price, _): targets.insert(price)
        case .market, .stopMarket: break
        }
    }
}

extension OrderRole {
    /// As the order's own name says.
    fileprivate init(of id: OrderID) { self = OrderRole(rawValue: UInt8(truncatingIfNeeded: id.low >> 32)) ?? .close }
}
