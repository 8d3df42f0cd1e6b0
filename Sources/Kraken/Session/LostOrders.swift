import Market
import Venue

/// Orders that carry a name of ours and that the books do not know: they left while the disk refused their record, and
/// the program died before it could be made good. What they are for stands in their name.
extension OrderBookkeeping {
    /// The order that a fact tells of, as far as it tells; nil when it is not ours.
    func lostOrder(_ fact: OrderFact) -> (order: Order, rests: Bool)? {
        guard let id = fact.client, isOfKnownSetup(id), let role = id.purpose?.role else { return nil }
        switch fact.kind {
        case .open(let open): return (Order(id, role, open), true)
        case .filled(let execution):
            guard !isBooked(execution.id), execution.cause == .order else { return nil }
            return (Order(id, role, execution), false)
        case .refused, .triggered, .amended, .ended, .notFound: return nil
        }
    }
}

extension Order {
    init(_ id: OrderID, _ role: OrderRole, _ open: OrderFact.OpenOrder) {
        self.init(
            id: id, instrument: open.instrument, side: open.side, quantity: open.remaining + open.filled,
            kind: .found(role, at: open.price, isTrigger: open.isTrigger), reduceOnly: open.reduceOnly, role: role)
    }

    /// An execution tells neither the order's whole size nor its price: what filled stands for both.
    init(_ id: OrderID, _ role: OrderRole, _ execution: OrderFact.Execution) {
        self.init(
            id: id, instrument: execution.instrument, side: execution.side, quantity: execution.quantity,
            kind: .found(role, at: execution.price, isTrigger: role == .stop), reduceOnly: role != .entry, role: role)
    }

    func with(quantity: Quantity) -> Order {
        Order(
            id: id, instrument: instrument, side: side, quantity: quantity, kind: kind, reduceOnly: reduceOnly,
            role: role, worst: worst)
    }
}

extension OrderKind {
    /// All our trigger orders watch mark.
    fileprivate static func found(_ role: OrderRole, at price: Price?, isTrigger: Bool) -> OrderKind {
        guard let price else { return .market }
        switch role {
        case .stop: return .stopMarket(trigger: price, .mark)
        case .target: return isTrigger ? .takeProfitMarket(trigger: price, .mark) : .limit(price)
        case .entry: return .limit(price)
        case .close: return .market
        }
    }
}
