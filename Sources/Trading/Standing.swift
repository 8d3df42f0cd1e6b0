public import Market
public import Risk
public import Venue

/// How things stand, for those who run a trader and for those who look at it.
extension Trader {
    /// Nothing is held, ordered or under way.
    public var isAtRest: Bool { !hasAdoptions && !watches.contains(where: \.isBusy) }

    /// The venue has told about every instrument, and no report contradicts the books without having been followed.
    public var isCertain: Bool {
        markets.indices.allSatisfy { index in
            guard markets[index].truth.isKnown else { return false }
            switch markets[index].truth.standing {
            case .agrees: return true
            case .suspect: return false
            case .contradicts: return adoptions[index] != nil
            }
        }
    }

    /// Whether a price says nothing but itself: the basis guard of its market rests and goes on resting.
    public func isOrdinary(_ tick: Tick) -> Bool {
        for index in markets.indices where markets[index].id == tick.instrument {
            return markets[index].isOrdinary(tick, planner.parameters.basis)
        }
        return true
    }

    /// An entry may still fill.
    public var hasEntries: Bool { markets.contains { $0.position?.entering.isPositive ?? false } }

    /// Something is held.
    public var hasPositions: Bool { hasAdoptions || markets.contains { $0.position?.isOpen ?? false } }

    /// Every position has stops for its full size that the venue has acknowledged, or is being closed.
    public var isEverythingProtected: Bool {
        adoptions.allSatisfy { $0?.isProtected ?? true }
            && markets.allSatisfy { market in
                guard let position = market.position, position.isOpen else { return true }
                switch position.phase {
                case .closing: return true
                case .pending, .open, .closed: return position.isProtected
                }
            }
    }

    /// Pauses of entries that end by themselves, in force now.
    public var blocks: [RiskBlock] { ledger.blocks(at: now, under: planner.parameters) }

    /// What equity has changed by since it was first seen on this UTC day; nil before it was.
    public var dayResult: Money? {
        guard let equity = account.value?.equity, ledger.day.start == now.startOfDay else { return nil }
        return equity - ledger.day.first
    }

    /// How long anything has stood without an acknowledged stop for all of it, since the trader began.
    public func nakedTime(at now: Timestamp) -> Interval {
        var total = naked.total(at: now)
        for market in markets { total = total + (market.position?.account.naked.total(at: now) ?? .zero) }
        for adoption in adoptions { total = total + (adoption?.naked.total(at: now) ?? .zero) }
        return total
    }

    /// Whether the venue's switch that cancels every order may be armed: while entries rest and nothing is held, because
    /// it would take the stops of a position too.
    public var wantsDeadManSwitch: Bool { hasEntries && !hasPositions }

    /// Every position, with what protects it.
    public var positions: [PositionStanding] {
        markets.indices.compactMap { index in
            let market = markets[index]
            if let adoption = adoptions[index], adoption.quantity.isPositive {
                return PositionStanding(adoption, market)
            }
            return market.position.map { PositionStanding($0, market) }
        }
    }

    /// The first halves of the ids of all that is under way.
    public var liveSetups: [UInt64] {
        watches.filter(\.isBusy).map(\.setup) + adoptions.compactMap { $0?.setup }
    }

    /// Every order that may still be at the venue.
    public var liveOrders: [Order] {
        let own = markets.flatMap { $0.position?.orders ?? [] }
        let adopted = adoptions.flatMap { $0?.orders ?? [] }
        return (own + adopted).filter { !$0.isSettled }.map(\.order)
    }
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

    /// Whether it was found there, not opened by us.
    public let isAdopted: Bool

    init(_ adoption: Adoption, _ market: MarketState) {
        instrument = market.id
        pair = market.pair
        side = adoption.side
        trade = nil
        quantity = adoption.quantity
        entering = market.position?.entering ?? .zero
        entryPrice = adoption.entryPrice
        mark = market.tick.value?.mark ?? adoption.entryPrice ?? .zero
        stop = adoption.stop ?? .zero
        protected = adoption.protected
        isClosing = false
        liquidationPrice = market.truth.report.value?.liquidationPrice
        openedAt = nil
        unrealised = Self.gain(side, quantity, from: entryPrice ?? mark, to: mark)
        isAdopted = true
    }

    private static func gain(_ side: Side, _ quantity: Quantity, from entry: Price, to mark: Price) -> Money {
        let gain = side == .long ? mark - entry : entry - mark
        return gain.isNegative
            ? .zero - (Price.zero - gain).notional(of: quantity, .up) : gain.notional(of: quantity, .down)
    }

    init(_ position: Position, _ market: MarketState) {
        isAdopted = false
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
        unrealised = Self.gain(
            position.side, position.quantity, from: position.account.entryPrice ?? position.mark, to: position.mark)
    }

    /// Distance of the liquidation price from mark, as a fraction of mark.
    public var liquidationDistance: Rate? {
        guard quantity.isPositive, mark.isPositive, let liquidationPrice else { return nil }
        return (mark - liquidationPrice).magnitude.ratio(to: mark, .down)
    }
}
