import Market
import Venue

/// One of a position's orders with what became of it.
struct WorkingOrder: Sendable {
    private(set) var order: Order
    private(set) var state: OrderState
    private(set) var filled = Quantity.zero
    /// What the venue said was left when the order ended; nil while it lives.
    private(set) var left: Quantity?
    /// A cancel was sent and not yet answered by the order's end.
    private(set) var isCancelling = false
    /// The cancel overtook the order, which must be cancelled again when it turns up.
    private(set) var cancelMissed = false
    /// When an answer is overdue; `distantFuture` when none is awaited.
    private(set) var answerBy: Timestamp
    /// Which target it serves, from 0; 0 for other roles.
    let level: Int
    /// What a position that this order makes flat ended by.
    let exit: ExitReason
    /// Why a stop stands where it stands.
    let stopReason: StopReason

    init(_ order: Order, level: Int = 0, exit: ExitReason, stopReason: StopReason = .initial, answerBy: Timestamp) {
        self.order = order
        self.level = level
        self.exit = exit
        self.stopReason = stopReason
        self.answerBy = answerBy
        state = OrderState.intended.after(.sent) ?? .intended
    }

    /// An order that the venue tells of. One that does not rest has traded: nothing of it is counted on.
    init(found order: Order, rests: Bool, level: Int, exit: ExitReason, stopReason: StopReason) {
        self.init(order, level: level, exit: exit, stopReason: stopReason, answerBy: .distantFuture)
        isCancelling = !rests
    }

    /// It is larger than was told when it was found.
    mutating func grow(to larger: Order, rests: Bool) {
        guard larger.quantity > order.quantity else { return }
        order = larger
        if state == .filled { state = .partlyFilled }
        left = nil
        isCancelling = !rests
    }

    var remaining: Quantity { order.quantity - filled }
    /// It may still trade.
    var isLive: Bool { !state.isFinal }
    /// Live, and meant to stay so.
    var isStanding: Bool { isLive && !isCancelling }
    /// Live or on its way, and known to be: an order whose answer is overdue protects nothing.
    var isExpected: Bool { isStanding && state != .unknown }
    /// The order ended and every fill that it had has been seen.
    var isSettled: Bool {
        switch state {
        case .intended, .sent, .unknown, .resting, .triggered, .partlyFilled: false
        case .filled, .rejected: true
        case .cancelled, .expired: filled >= order.quantity - (left ?? order.quantity)
        }
    }

    /// The trigger of a stop.
    var trigger: Price? {
        switch order.kind {
        case .stopMarket(let trigger, _), .takeProfitMarket(let trigger, _): trigger
        case .limit, .postOnly, .market: nil
        }
    }

    /// Moves the state; false when the event did not belong there.
    mutating func take(_ event: OrderEvent) -> Bool {
        guard let next = state.after(event) else { return false }
        state = next
        if event == .notFound, isCancelling { cancelMissed = true }
        if state.isFinal || (state.isConfirmed && !isCancelling) { answerBy = .distantFuture }
        return true
    }

    /// Books a part of the order; a fill is never refused, whatever was thought of the order.
    mutating func book(_ quantity: Quantity) -> Bool {
        filled += quantity
        let known = take(filled >= order.quantity ? .filled : .partlyFilled)
        return known && filled <= order.quantity
    }

    mutating func end(_ event: OrderEvent, left: Quantity) -> Bool {
        self.left = left
        return take(event)
    }

    mutating func startCancel(answerBy: Timestamp) {
        isCancelling = true
        cancelMissed = false
        self.answerBy = answerBy
    }

    mutating func resent(answerBy: Timestamp) { self.answerBy = answerBy }
}
