import Market
import Operations
import Strategy
import Trading
import Venue

/// What of a session's records the traces of its orders are made from.
enum OrderNews: Sendable {
    case phase(String)
    case decided(Decision, at: Timestamp)
    case placed(Order, reason: String?, at: Timestamp)
    case amending(OrderID, quantity: Quantity, price: Price?, at: Timestamp)
    case cancelling(OrderID, at: Timestamp)
    /// Their records are durable.
    case journaled([OrderID], at: Timestamp)
    /// They were handed to the exchange's gateway.
    case sent([OrderID], at: Timestamp)
    /// The answer to the request of an order is missing.
    case unknown(OrderID, at: Timestamp)
    case told(VenueEvent, at: Timestamp)
    case abandoned(setup: UInt64, reason: String, at: Timestamp)
    case closed(Trade)
    /// The session's end: whatever is still there stays at the exchange.
    case ended(at: Timestamp)

    /// Most records say nothing about orders.
    static func from(_ record: RuntimeRecord, at now: Timestamp) -> [OrderNews] {
        switch record {
        case .event(let event):
            guard case .venue(let news) = event.fact else { return [] }
            switch news {
            case .accepted, .rejected, .triggered, .filled, .cancelled, .amended, .notFound:
                return [.told(news, at: event.received)]
            // A found order's way is lost with its record.
            case .found, .funding, .position, .account: return []
            }
        case .outcome(let outcome): return from(outcome, at: now)
        case .happening(.phase(.ended), let time): return [.phase(Phase.ended.name), .ended(at: time)]
        case .happening(.phase(let phase), _): return [.phase(phase.name)]
        case .happening(.outcomeUnknown(let order), let time): return [.unknown(order, at: time)]
        case .happening: return []
        }
    }

    /// A setup is decided before its orders, and has ended after them.
    private static func from(_ outcome: Outcome, at now: Timestamp) -> [OrderNews] {
        var before: [OrderNews] = []
        var after: [OrderNews] = []
        for note in outcome.notes {
            switch note {
            case .decided(let decision):
                if case .taken = decision.verdict { before.append(.decided(decision, at: now)) }
            case .entryAbandoned(let setup, let time, let reason):
                after.append(.abandoned(setup: setup.value, reason: "\(reason)", at: time))
            case .closed(let trade): after.append(.closed(trade))
            case .opened, .stopMoved, .safety: break
            }
        }
        let orders = outcome.commands.map { command -> OrderNews in
            switch command {
            case .place(let order): .placed(order, reason: outcome.reason(of: order), at: now)
            case .amend(let id, _, let quantity, let price): .amending(id, quantity: quantity, price: price, at: now)
            case .cancel(let id, _): .cancelling(id, at: now)
            }
        }
        return before + orders + after
    }
}

extension Outcome {
    /// Why the trader places an order, where it says so.
    fileprivate func reason(of order: Order) -> String? {
        for note in notes {
            switch note {
            case .decided(let decision):
                if order.role == .entry, decision.setupID.value == order.id.high { return decision.setup.rawValue }
            case .stopMoved(_, _, let price, let reason):
                if order.role == .stop, order.kind.price == price { return reason.rawValue }
            case .entryAbandoned, .opened, .closed, .safety: break
            }
        }
        return nil
    }
}

extension OrderKind {
    var name: String {
        switch self {
        case .limit: "limit"
        case .postOnly: "post_only"
        case .market: "market"
        case .stopMarket: "stop_market"
        case .takeProfitMarket: "take_profit_market"
        }
    }

    /// The limit or the trigger; nil for a market order.
    var price: Price? {
        switch self {
        case .limit(let price), .postOnly(let price): price
        case .market: nil
        case .stopMarket(let trigger, _), .takeProfitMarket(let trigger, _): trigger
        }
    }
}
