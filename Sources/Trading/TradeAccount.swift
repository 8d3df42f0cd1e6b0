import Market
import Risk
import Venue

/// The books of one trade while it lives: fills, costs and excursions.
struct TradeAccount: Sendable {
    private(set) var id: TradeID?
    private(set) var openedAt = Timestamp.distantPast
    /// Held now.
    private(set) var quantity = Quantity.zero
    private(set) var entered = Quantity.zero
    private(set) var left = Quantity.zero
    private var paid = Money.zero
    private var received = Money.zero
    private(set) var entryFees = Money.zero
    private var fees = Money.zero
    private(set) var funding = Money.zero
    private var greatest = Quantity.zero
    private(set) var legs: [TradeLeg] = []
    private(set) var stops: [StopStep] = []
    /// Extremes of mark and of our own fills while it was open.
    private var lowest = Price.greatest
    private var highest = Price.zero
    private(set) var lastExit = ExitReason.stopLoss
    var naked = NakedTime()

    mutating func open(_ id: TradeID, at time: Timestamp) {
        self.id = id
        openedAt = time
    }

    mutating func enter(_ fill: Fill) {
        quantity += fill.quantity
        entered += fill.quantity
        if quantity > greatest { greatest = quantity }
        paid += fill.notional
        entryFees += fill.fee
        book(fill, .entry)
    }

    /// Returns false when more left than was held; only what was held is booked as gone.
    mutating func leave(_ fill: Fill, _ role: OrderRole, by exit: ExitReason) -> Bool {
        let covered = fill.quantity <= quantity
        quantity = covered ? quantity - fill.quantity : .zero
        left += fill.quantity
        received += fill.notional
        lastExit = exit
        book(fill, role)
        return covered
    }

    private mutating func book(_ fill: Fill, _ role: OrderRole) {
        fees += fill.fee
        observe(fill.price)
        legs.append(
            TradeLeg(
                time: fill.time, role: role, quantity: fill.quantity, price: fill.price, fee: fill.fee,
                liquidity: fill.liquidity))
    }

    mutating func add(_ payment: FundingPayment) { funding += payment.amount }

    @inline(__always) mutating func observe(_ mark: Price) {
        if mark < lowest { lowest = mark }
        if mark > highest { highest = mark }
    }

    /// A stop is accepted.
    mutating func stopStands(_ step: StopStep) {
        if let last = stops.last, last.price == step.price { return }
        stops.append(step)
    }

    /// Average over the entry fills; nil before the first.
    var entryPrice: Price? { paid.price(of: entered, .nearestEven) }

    /// The one place where a trade's record is written. Nil when nothing was ever held.
    func record(_ position: Position, closedAt: Timestamp) -> Trade? {
        guard let id, let entry = entryPrice, let exit = received.price(of: left, .nearestEven) else { return nil }
        let plan = position.plan
        let distance = (entry - plan.stop).magnitude.double
        let adverse = plan.side == .long ? entry - lowest : highest - entry
        let favourable = plan.side == .long ? highest - entry : entry - lowest
        func inR(_ move: Price) -> Double { distance > 0 ? max(0, move.double / distance) : 0 }
        return Trade(
            id: id, setupID: position.origin.setup, instrument: plan.instrument, pair: position.origin.pair,
            side: plan.side, setup: position.origin.kind, decidedAt: position.origin.decidedAt, openedAt: openedAt,
            closedAt: closedAt, quantity: greatest, entryPrice: entry, exitPrice: exit, initialStop: plan.stop,
            exitReason: lastExit, gross: plan.side == .long ? received - paid : paid - received, fees: fees,
            funding: funding, risk: (entry - plan.stop).magnitude.notional(of: entered, .nearestEven),
            maeR: inR(adverse), mfeR: inR(favourable),
            naked: naked.total(at: closedAt), legs: legs, stops: stops,
            targets: plan.slices.map(\.price), drawings: position.origin.drawings)
    }
}
