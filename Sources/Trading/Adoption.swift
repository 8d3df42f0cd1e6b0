import Market
import Risk
import Venue

/// A position that the venue reports and our books do not explain: somebody's own trade, or what a lost journal left
/// behind. It is never closed by us and never traded on; it is kept under a stop, which goes when the venue says twice
/// that there is nothing unexplained any more.
struct Adoption: Sendable {
    /// The first half of its orders' ids.
    let setup: UInt64
    let side: Side
    /// All that the venue reports in the instrument, ours included: a stop for less would leave a part of it naked.
    private(set) var quantity: Quantity
    private(set) var entryPrice: Price?
    var orders: [WorkingOrder] = []
    private let rules: TradingParameters
    private var instrument: Instrument
    /// Fixed when first placed; never moved.
    private(set) var stop: Price?
    var sequences = OrderSequences()
    private var isEnding = false
    private var isClosing = false
    /// Stops that the venue refused or took away.
    private var refusals = 0
    /// After a refusal the next stop waits until then.
    private var retryAt = Timestamp.distantPast
    private(set) var deadline = Timestamp.distantFuture
    private(set) var naked = NakedTime()

    init(_ report: PositionReport, _ instrument: Instrument, rules: TradingParameters, at now: Timestamp) {
        setup = Self.setup(report.instrument, at: now)
        side = report.side
        quantity = report.quantity
        entryPrice = report.entryPrice
        self.instrument = instrument
        self.rules = rules
    }

    /// Differs from those of setups, which are hashes, and from those of other adoptions.
    private static func setup(_ instrument: InstrumentID, at now: Timestamp) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in instrument.description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return (hash ^ UInt64(bitPattern: now.nanoseconds)) &* 0x9e37_79b9_7f4a_7c15
    }

    /// Nothing of it is left and none of its orders can trade.
    var isOver: Bool { isEnding && orders.allSatisfy(\.isSettled) }

    /// The largest part that one accepted stop covers.
    var protected: Quantity {
        var most = Quantity.zero
        for order in orders where order.order.role == .stop && order.isStanding && order.state.isConfirmed {
            most = max(most, order.remaining)
        }
        return most
    }

    private var covered: Quantity {
        var most = Quantity.zero
        for order in orders where order.order.role == .stop && order.isExpected { most = max(most, order.remaining) }
        return most
    }

    var isProtected: Bool { isEnding || protected >= quantity }

    func owns(_ id: OrderID) -> Bool { id.high == setup }

    mutating func noteProtection(at now: Timestamp) {
        if isProtected { naked.end(at: now) } else { naked.begin(at: now) }
    }

    // MARK: What the venue says

    /// The position changed, or is confirmed.
    mutating func follow(
        _ report: PositionReport, mark: Price?, _ terms: Instrument, at now: Timestamp, into outcome: inout Outcome
    ) {
        instrument = terms
        quantity = report.quantity
        entryPrice = report.entryPrice
        protect(mark: mark, liquidation: report.liquidationPrice, at: now, into: &outcome)
    }

    /// The venue agrees with our books: its stops are called back.
    mutating func end(at now: Timestamp, into outcome: inout Outcome) {
        isEnding = true
        for place in orders.indices { cancel(place, at: now, into: &outcome) }
        refreshDeadline()
    }

    /// An operator wants everything closed: this too.
    mutating func close(at now: Timestamp, into outcome: inout Outcome) {
        guard !isClosing, !isEnding else { return }
        isClosing = true
        send(.close, .market, at: now, into: &outcome)
    }

    mutating func told(_ event: OrderEvent, _ id: OrderID, left: Quantity?, at now: Timestamp) {
        guard let place = orders.firstIndex(where: { $0.order.id == id }) else { return }
        if let left { _ = orders[place].end(event, left: left) } else { _ = orders[place].take(event) }
        switch event {
        case .rejected, .cancelled: if orders[place].order.role == .stop { retryAt = now + pauseAfterRefusal() }
        case .sent, .accepted, .duplicate, .triggered, .partlyFilled, .filled, .expired, .notFound, .silence: break
        }
        refreshDeadline()
    }

    /// Short at first: a refusal may pass, and meanwhile nothing protects.
    private mutating func pauseAfterRefusal() -> Interval {
        refusals += 1
        return refusals <= 3 ? .milliseconds(500) : refusals <= 10 ? rules.closeRetry : rules.protectionGrace
    }

    mutating func filled(_ fill: Fill) {
        guard let place = orders.firstIndex(where: { $0.order.id == fill.order }) else { return }
        _ = orders[place].book(fill.quantity)
        quantity = fill.quantity >= quantity ? .zero : quantity - fill.quantity
        refreshDeadline()
    }

    // MARK: Orders

    private mutating func protect(
        mark: Price?, liquidation: Price?, at now: Timestamp, into outcome: inout Outcome
    ) {
        guard !isEnding, quantity.isPositive, now >= retryAt else { return }
        if stop == nil { stop = level(mark: mark ?? entryPrice, liquidation: liquidation) }
        guard let stop else { return }
        if covered < quantity { send(.stop, .stopMarket(trigger: stop, .mark), at: now, into: &outcome) }
        guard protected >= quantity else { return }
        // The one that fits stays, older ones go.
        guard let newest = orders.lastIndex(where: { $0.order.role == .stop && $0.state.isConfirmed && $0.isStanding })
        else { return }
        for place in orders.indices where place < newest && orders[place].order.role == .stop {
            cancel(place, at: now, into: &outcome)
        }
    }

    /// At the stated distance from mark, and never more than half way to where the venue would liquidate.
    private func level(mark: Price?, liquidation: Price?) -> Price? {
        guard let mark, mark.isPositive else { return nil }
        var distance = mark.times(rules.adoptionStop, .down)
        if let liquidation {
            let half = Price(raw: (mark - liquidation).magnitude.raw / 2)
            if half.isPositive { distance = min(distance, half) }
        }
        let price = side == .long ? mark - distance : mark + distance
        guard price.isPositive else { return nil }
        return instrument.stopPrice(price, protecting: side)
    }

    private mutating func send(_ role: OrderRole, _ kind: OrderKind, at now: Timestamp, into outcome: inout Outcome) {
        let order = Order(
            id: OrderID(setup: setup, role: role, sequence: sequences.next(role)), instrument: instrument.id,
            side: side.opposite, quantity: quantity, kind: kind, reduceOnly: true, role: role)
        orders.append(WorkingOrder(order, exit: .external, answerBy: now + rules.answerGrace))
        outcome.commands.append(.place(order))
        refreshDeadline()
    }

    private mutating func cancel(_ place: Int, at now: Timestamp, into outcome: inout Outcome) {
        guard orders[place].isStanding else { return }
        orders[place].startCancel(answerBy: now + rules.answerGrace)
        outcome.commands.append(.cancel(orders[place].order.id, instrument.id))
    }

    // MARK: Time

    mutating func refreshDeadline() {
        var next = Timestamp.distantFuture
        for order in orders where order.isLive { next = min(next, order.answerBy) }
        if !isEnding, quantity.isPositive, covered < quantity { next = min(next, retryAt) }
        deadline = next
    }

    mutating func timePassed(mark: Price?, at now: Timestamp, into outcome: inout Outcome) {
        for place in orders.indices where orders[place].isLive && now >= orders[place].answerBy {
            let wasMissed = orders[place].cancelMissed && orders[place].state == .unknown
            _ = orders[place].take(.silence)
            orders[place].resent(answerBy: now + rules.answerGrace)
            if wasMissed {
                _ = orders[place].end(.cancelled, left: orders[place].remaining)
            } else if orders[place].isCancelling {
                outcome.commands.append(.cancel(orders[place].order.id, instrument.id))
            } else {
                outcome.commands.append(.place(orders[place].order))
            }
        }
        protect(mark: mark, liquidation: nil, at: now, into: &outcome)
        if retryAt <= now, covered < quantity, stop == nil { retryAt = now + rules.protectionGrace }
        orders.removeAll { $0.isSettled }
        refreshDeadline()
    }
}
