import Market
import Risk
import Venue

/// Orders of ours whose record was lost: the venue tells of them, and their ids say what they are for.
extension Trader {
    /// Takes an order into the books of what it belongs to. One of a setup that is over is called back.
    mutating func found(_ order: Order, rests: Bool, into outcome: inout Outcome) {
        if let index = adoptions.firstIndex(where: { $0?.owns(order.id) == true }) {
            adoptions[index]?.found(order, rests: rests)
            return settleAdoption(index)
        }
        for index in watches.indices
        where watches[index].isBusy && watches[index].setup == order.id.high && markets[index].id == order.instrument {
            markets[index].position?.found(order, rests: rests, at: now, into: &outcome)
            record("\(order.instrument): the \(order.role) \(order.id) was not in the journal", into: &outcome)
            return settle(index, into: &outcome)
        }
        guard rests else { return }
        record("\(order.instrument): the \(order.role) \(order.id) is of a trade that is over", into: &outcome)
        outcome.commands.append(.cancel(order.id, order.instrument))
    }
}

extension Position {
    /// How long a position stays in the books after an order of it was found: another may be told of yet.
    static let lingering = Interval.seconds(60)

    mutating func found(_ order: Order, rests: Bool, at now: Timestamp, into outcome: inout Outcome) {
        lingersUntil = now + Self.lingering
        sequences.used(order.id)
        if let known = index(of: order.id) {
            orders[known].grow(to: order, rests: rests)
        } else {
            take(order, rests: rests)
            if order.role == .stop, rests { follow(order) }
        }
        if rests, let known = index(of: order.id), isUnwanted(order) { cancel(known, at: now, into: &outcome) }
        if isOpen { trimTargets(at: now, into: &outcome) }
        watchProtection(at: now)
        refreshDeadline()
    }

    /// Into the place that its number has among those of its role: the newest stop is the one that counts.
    private mutating func take(_ order: Order, rests: Bool) {
        let level = order.role == .target ? level(of: order) : 0
        let found = WorkingOrder(
            found: order, rests: rests, level: level, exit: exit(of: order.role, level: level), stopReason: .repaired)
        let place = orders.firstIndex { $0.order.role == order.role && $0.order.id.low > order.id.low }
        orders.insert(found, at: place ?? orders.endIndex)
    }

    private func exit(of role: OrderRole, level: Int) -> ExitReason {
        switch role {
        case .entry: return .stopLoss
        case .stop: return exitOfStop
        case .target: return Self.exit(ofLevel: level)
        case .close:
            // Why it was to be closed is lost with the record.
            guard case .closing(let reason) = phase else { return .external }
            return reason
        }
    }

    /// The target whose price is nearest.
    private func level(of order: Order) -> Int {
        guard let price = order.kind.price else { return 0 }
        let nearest = targets.indices.min {
            (targets[$0].price - price).magnitude < (targets[$1].price - price).magnitude
        }
        return nearest ?? 0
    }

    /// A stop that had been moved before its record was lost stays where it is.
    private mutating func follow(_ order: Order) {
        guard let trigger = order.kind.price, StopRule.allows(trigger, from: stop, side: side) else { return }
        stop = trigger
        stopReason = .repaired
    }

    /// Nothing is left that it could be for: flat, or a target while all is leaving or nothing has entered.
    private func isUnwanted(_ order: Order) -> Bool {
        switch (phase, order.role) {
        case (.closed, _), (.closing, .target), (.closing, .entry), (.pending, .target): true
        case (.open, _), (.pending, _), (.closing, _): false
        }
    }
}

extension Adoption {
    mutating func found(_ order: Order, rests: Bool) {
        sequences.used(order.id)
        if let place = orders.firstIndex(where: { $0.order.id == order.id }) {
            orders[place].grow(to: order, rests: rests)
        } else {
            orders.append(WorkingOrder(found: order, rests: rests, level: 0, exit: .external, stopReason: .repaired))
        }
        refreshDeadline()
    }
}

extension OrderKind {
    /// The limit or trigger price.
    fileprivate var price: Price? {
        switch self {
        case .limit(let price), .postOnly(let price): price
        case .stopMarket(let trigger, _), .takeProfitMarket(let trigger, _): trigger
        case .market: nil
        }
    }
}
