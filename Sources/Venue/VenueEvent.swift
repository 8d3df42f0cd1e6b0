public import Market

/// What a venue tells about our account and orders. Market data travels apart, as `Tick`.
@frozen public enum VenueEvent: Hashable, Sendable {
    /// The order rests at the venue (or was taken for immediate trading).
    case accepted(OrderID)
    case rejected(OrderID, RejectReason)
    /// A trigger order's watched price was reached; it now trades as a market order.
    case triggered(OrderID)
    case filled(Fill)
    /// The order is gone with `remaining` unfilled.
    case cancelled(OrderID, CancelReason, remaining: Quantity)
    case amended(OrderID)
    /// A cancel or an amendment found no such live order.
    case notFound(OrderID)
    /// The venue tells of an order under a name of ours that the books do not know: its record was lost after it had
    /// left. `rests`: it is open there; else an execution told of it, and its size is what has filled so far. Told again
    /// when it turns out to be larger.
    case found(Order, rests: Bool)
    case funding(FundingPayment)
    /// The full truth about one position; sent after each change.
    case position(PositionReport)
    /// The full truth about the account; sent after each change of balance, margin or, at bar closes, of equity.
    case account(AccountReport)
}

/// One execution. `id` is the venue's own and unique for ever.
@frozen public struct Fill: Hashable, Sendable {
    public let id: UInt64
    public let order: OrderID
    public let instrument: InstrumentID
    public let side: Side
    public let quantity: Quantity
    public let price: Price
    /// What was charged, in dollars; negative for a rebate.
    public let fee: Money
    public let liquidity: Liquidity
    public let cause: FillCause
    public let time: Timestamp

    public init(
        id: UInt64, order: OrderID, instrument: InstrumentID, side: Side, quantity: Quantity, price: Price, fee: Money,
        liquidity: Liquidity, cause: FillCause, time: Timestamp
    ) {
        self.id = id
        self.order = order
        self.instrument = instrument
        self.side = side
        self.quantity = quantity
        self.price = price
        self.fee = fee
        self.liquidity = liquidity
        self.cause = cause
        self.time = time
    }

    @inlinable public var notional: Money { price.notional(of: quantity, .nearestEven) }
}

/// Who made a fill happen.
@frozen public enum FillCause: UInt8, Hashable, Sendable, Codable {
    /// One of our orders.
    case order
    /// The venue reduced the position because maintenance margin was not met; `fee` holds the liquidation fee.
    case partialLiquidation
    /// The venue closed the position.
    case liquidation
}

/// Funding settled on a position.
@frozen public struct FundingPayment: Hashable, Sendable {
    public let instrument: InstrumentID
    /// Positive when received, negative when paid.
    public let amount: Money
    /// The relative rate per hour that applied.
    public let rate: HourlyFunding
    public let time: Timestamp

    public init(instrument: InstrumentID, amount: Money, rate: HourlyFunding, time: Timestamp) {
        self.instrument = instrument
        self.amount = amount
        self.rate = rate
        self.time = time
    }
}

/// A relative funding rate: the fraction of notional that longs pay to shorts for one full hour (negative: receive).
@frozen public struct HourlyFunding: Hashable, Comparable, Sendable {
    public let rate: Rate
    @inlinable public init(_ rate: Rate) { self.rate = rate }
    @inlinable public static var zero: HourlyFunding { HourlyFunding(.zero) }
    @inlinable public static func < (a: HourlyFunding, b: HourlyFunding) -> Bool { a.rate < b.rate }
}

/// One position as the venue reports it.
@frozen public struct PositionReport: Hashable, Sendable {
    public let instrument: InstrumentID
    /// Direction; without meaning when `quantity` is zero.
    public let side: Side
    /// Zero means flat, as told by the venue.
    public let quantity: Quantity
    /// Average entry price; nil when flat or when the venue does not say.
    public let entryPrice: Price?
    /// The mark price at which the venue would liquidate; nil when it would not, or does not say.
    public let liquidationPrice: Price?
    public let time: Timestamp

    public init(
        instrument: InstrumentID, side: Side, quantity: Quantity, entryPrice: Price?, liquidationPrice: Price?,
        time: Timestamp
    ) {
        self.instrument = instrument
        self.side = side
        self.quantity = quantity
        self.entryPrice = entryPrice
        self.liquidationPrice = liquidationPrice
        self.time = time
    }
}

/// The account as the venue reports it, all figures from one moment.
@frozen public struct AccountReport: Hashable, Sendable {
    /// Cash: deposits and everything realised.
    public let balance: Money
    /// Profit of open positions at mark price, accrued funding included.
    public let unrealised: Money
    /// Required to open what is open.
    public let initialMargin: Money
    /// Required to keep it.
    public let maintenanceMargin: Money
    public let time: Timestamp

    public init(
        balance: Money, unrealised: Money, initialMargin: Money, maintenanceMargin: Money, time: Timestamp
    ) {
        self.balance = balance
        self.unrealised = unrealised
        self.initialMargin = initialMargin
        self.maintenanceMargin = maintenanceMargin
        self.time = time
    }

    /// What the account is worth.
    @inlinable public var equity: Money { balance + unrealised }
    /// Free for new positions.
    @inlinable public var availableMargin: Money { equity - initialMargin }
}

/// Why a venue refused an order.
@frozen public enum RejectReason: UInt8, Hashable, Sendable, Codable, CaseIterable {
    case insufficientMargin
    case wouldLiquidate
    case postOnlyWouldTrade
    case reduceOnlyWouldIncrease
    case priceOffTick
    case priceOutsideBand
    case quantityOffLot
    case quantityTooSmall
    case quantityTooLarge
    case triggerAlreadyReached
    case duplicateOrder
    case unknownInstrument
    case marketSuspended
    case tooManyOrders
    /// It would have traded with an order of the same account.
    case selfTrade
    /// An order that may not rest found nothing to trade with.
    case nothingToTrade
    /// The time until which the venue might process it had passed, or it never got there.
    case tooLate
    /// A reason that this version has no name for; the venue's words are in the journal.
    case other
}

/// Why a live order ended without being filled in full.
@frozen public enum CancelReason: UInt8, Hashable, Sendable, Codable, CaseIterable {
    case requested
    /// The rest of a market order outside the price band.
    case notFilledInBand
    /// The position that a reduce-only order was for is gone.
    case nothingToReduce
    case insufficientMargin
    case liquidation
    case byVenue
    case deadManSwitch
}

/// A perpetual's prices at one moment. Safety looks at `mark`; signals never see any of it.
@frozen public struct Tick: Hashable, Sendable {
    public let instrument: InstrumentID
    public let mark: Price
    public let index: Price
    public let last: Price
    public let bid: Price
    public let ask: Price
    /// The rate of the running hour.
    public let funding: HourlyFunding
    public let time: Timestamp

    public init(
        instrument: InstrumentID, mark: Price, index: Price, last: Price, bid: Price, ask: Price,
        funding: HourlyFunding, time: Timestamp
    ) {
        self.instrument = instrument
        self.mark = mark
        self.index = index
        self.last = last
        self.bid = bid
        self.ask = ask
        self.funding = funding
        self.time = time
    }
}
