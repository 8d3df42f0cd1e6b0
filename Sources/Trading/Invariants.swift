import Market
import Risk
public import Venue

/// A rule that must hold after every event, and does not.
public struct BrokenInvariant: Hashable, Sendable {
    public enum Rule: String, Hashable, Sendable, CaseIterable {
        /// A position is closing, or a stop for all of it stands, is on its way, or has been missing for less than the
        /// grace.
        case protected
        /// Stops are reduce-only stop-market orders on mark, against the position.
        case stopForm = "stop_form"
        /// Targets do not take out more than is held.
        case targets
        /// A working stop is at most as far away as the initial one.
        case stopWidened = "stop_widened"
        /// Orders other than the entry are reduce-only and against the position.
        case exitsReduce = "exits_reduce"
        /// While halted no entry is meant to stand.
        case haltedEntries = "halted_entries"
        /// What entered is what is held and what left.
        case conservation
        /// No two orders share an id.
        case uniqueOrders = "unique_orders"
        /// The phase fits what is held.
        case phase
    }

    public let rule: Rule
    public let instrument: InstrumentID
}

extension Trader {
    /// Every broken rule; empty when all is well. For tests, simulation and supervision.
    public func brokenInvariants() -> [BrokenInvariant] {
        var broken: [BrokenInvariant] = []
        for market in markets {
            guard let position = market.position else { continue }
            for rule in BrokenInvariant.Rule.allCases where !holds(rule, position) {
                broken.append(BrokenInvariant(rule: rule, instrument: market.id))
            }
        }
        return broken
    }

    private func holds(_ rule: BrokenInvariant.Rule, _ position: Position) -> Bool {
        switch rule {
        case .protected: isGuarded(position)
        case .stopForm: position.orders.allSatisfy { isProperStop($0.order, position) }
        case .targets: position.standingTargets <= position.quantity
        case .stopWidened:
            position.side == .long ? position.stop >= position.plan.stop : position.stop <= position.plan.stop
        case .exitsReduce:
            position.orders.allSatisfy {
                $0.order.role == .entry
                    ? $0.order.side == position.side : $0.order.reduceOnly && $0.order.side == position.side.opposite
            }
        case .haltedEntries:
            safety == .ready || !position.orders.contains { $0.order.role == .entry && $0.isStanding }
        case .conservation: position.account.entered - position.account.left == position.quantity
        case .uniqueOrders: Set(position.orders.map(\.order.id)).count == position.orders.count
        case .phase:
            switch position.phase {
            case .pending, .closed: !position.isOpen
            case .open, .closing: position.isOpen
            }
        }
    }

    private func isGuarded(_ position: Position) -> Bool {
        if !position.isOpen || position.covered >= position.quantity { return true }
        if case .closing = position.phase { return true }
        guard let since = position.unprotectedSince else { return false }
        return now < since + parameters.protectionGrace
    }

    private func isProperStop(_ order: Order, _ position: Position) -> Bool {
        guard order.role == .stop else { return true }
        guard case .stopMarket(_, .mark) = order.kind else { return false }
        return order.reduceOnly && order.side == position.side.opposite && order.quantity.isPositive
    }
}
