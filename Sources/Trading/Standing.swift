public import Market
public import Venue

/// How things stand, for those who run a trader and for those who look at it.
extension Trader {
    /// Nothing is held, ordered or under way.
    public var isAtRest: Bool { !watches.contains(where: \.isBusy) }

    /// An entry may still fill.
    public var hasEntries: Bool { markets.contains { $0.position?.entering.isPositive ?? false } }

    /// Something is held.
    public var hasPositions: Bool { markets.contains { $0.position?.isOpen ?? false } }

    /// Every position has stops for its full size that the venue has acknowledged, or is being closed.
    public var isEverythingProtected: Bool {
        markets.allSatisfy { market in
            guard let position = market.position, position.isOpen else { return true }
            switch position.phase {
            case .closing: return true
            case .pending, .open, .closed: return position.isProtected
            }
        }
    }

    /// Whether the venue's switch that cancels every order may be armed: while entries rest and nothing is held, because
    /// it would take the stops of a position too.
    public var wantsDeadManSwitch: Bool { hasEntries && !hasPositions }

    /// Every position, with what protects it.
    public var positions: [PositionStanding] {
        markets.compactMap { market in
            guard let position = market.position else { return nil }
            return PositionStanding(position, market)
        }
    }

    /// Every order that may still be at the venue.
    public var liveOrders: [Order] {
        markets.flatMap { ($0.position?.orders ?? []).filter { !$0.isSettled }.map(\.order) }
    }

    /// The latest prices of each market, in their order; nil for those that none came of yet.
    public var ticks: [Tick?] { markets.map { $0.tick.value } }
}

/// A position or an entry in flight, as a status screen shows it.
public struct PositionStanding: Hashable, Sendable {
    public let instrument: InstrumentID
    public let pair: SpotPair
    public let side: Side
    public let trade: TradeID?
    /// Held now.
    public let quantity: Quantity
    /// What the entry may still add.
    public let entering: Quantity
    public let entryPrice: Price?
    public let mark: Price
    /// Where the stop belongs.
    public let stop: Price
    /// The largest part that one acknowledged stop covers.
    public let protected: Quantity
    public let isClosing: Bool
    /// By the venue's word; nil when it does not say.
    public let liquidationPrice: Price?
    public let openedAt: Timestamp?
    public let unrealised: Money

    init(_ position: Position, _ market: MarketState) {
        instrument = market.id
        pair = market.pair
        side = position.side
        trade = position.account.id
        quantity = position.quantity
        entering = position.entering
        entryPrice = position.account.entryPrice
        mark = position.mark
        stop = position.stop
        protected = position.protected
        if case .closing = position.phase { isClosing = true } else { isClosing = false }
        liquidationPrice = market.truth.report.value?.liquidationPrice
        openedAt = position.isOpen ? position.account.openedAt : nil
        let entry = position.account.entryPrice ?? position.mark
        let gain = position.side == .long ? position.mark - entry : entry - position.mark
        unrealised =
            gain.isNegative
            ? .zero - (Price.zero - gain).notional(of: position.quantity, .up)
            : gain.notional(of: position.quantity, .down)
    }

    /// Distance of the liquidation price from mark, as a fraction of mark.
    public var liquidationDistance: Rate? {
        guard quantity.isPositive, mark.isPositive, let liquidationPrice else { return nil }
        return (mark - liquidationPrice).magnitude.ratio(to: mark, .down)
    }
}
