import Market
import Venue

/// How an order was asked for.
enum OrderType: Hashable, Sendable {
    case limit
    case postOnly
    case immediateOrCancel
    case fillOrKill
    case market
    case stop
    case takeProfit
    /// The venue's own.
    case liquidation

    var isTrigger: Bool {
        switch self {
        case .stop, .takeProfit: true
        case .limit, .postOnly, .immediateOrCancel, .fillOrKill, .market, .liquidation: false
        }
    }

    /// Whether it never rests.
    var isImmediate: Bool {
        switch self {
        case .immediateOrCancel, .fillOrKill, .market, .liquidation: true
        case .limit, .postOnly, .stop, .takeProfit: false
        }
    }
}

/// An order before it is placed.
struct OrderTicket: Hashable, Sendable {
    var market: Int
    var side: Side
    var type: OrderType
    var quantity: Quantity
    var limitPrice: Price?
    var stopPrice: Price?
    var trigger = TriggerSource.last
    var reduceOnly = false
    var clientID: String?
}

/// Why an order ended early.
enum CancelCause: Hashable, Sendable {
    case user
    case deadMan
    /// By the venue, without more words.
    case venue
    case notEnoughMargin
    case liquidation
    case nothingToReduce
    /// The rest of an order that may not rest.
    case immediate
    case marketInactive
    case selfTrade
    case delisted
}

/// Why an order was refused.
enum Refusal: Hashable, Sendable {
    case venue(RejectReason)
    case immediateWouldNotTrade
    case selfTrade
    case clientIDInUse
    case clientIDTooLong
    case marketSuspended
    case marketPostOnly
    case cancelOnly
    case tooLate
    case stopRefused
    case invalidPrice
    case invalidSize
    case unsupportedType
    case delisted
}

/// An order and what became of it.
struct OrderRecord: Hashable, Sendable {
    enum State: Hashable, Sendable {
        case open
        case filled
        case cancelled(CancelCause)
        case refused(Refusal)
    }

    let number: Int
    let id: OrderID
    /// The venue's name for it.
    let uuid: String
    var ticket: OrderTicket
    let placed: Timestamp
    var updated: Timestamp
    var filled = Quantity.zero
    /// Sum of the notionals of its fills.
    var cost = Money.zero
    var fees = Money.zero
    var state = State.open
    /// A trigger order whose price was reached.
    var isTriggered = false
    /// The venue has taken it.
    var isAccepted = false

    var remaining: Quantity { ticket.quantity - filled }
    var isOpen: Bool { state == .open && isAccepted }
    /// Waits for its trigger.
    var isUntriggered: Bool { ticket.type.isTrigger && !isTriggered }
}

/// One execution with all that any surface says of it.
struct FillRecord: Hashable, Sendable {
    let fill: Fill
    let uuid: String
    let market: Int
    let order: OrderRecord
    let mark: Price
    let realised: Money
    let isAfterEdit: Bool
    /// The position after it, negative when short.
    let position: Quantity
}
