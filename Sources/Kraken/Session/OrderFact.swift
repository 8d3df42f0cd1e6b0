public import Market
public import Venue

/// One thing that an exchange said about an order, whichever surface, channel or answer it came by.
public struct OrderFact: Hashable, Sendable {
    /// Our id, where the message carries it.
    public let client: OrderID?
    /// The exchange's id, where the message carries it.
    public let venue: VenueOrderID?
    public let kind: Kind

    public enum Kind: Hashable, Sendable {
        /// The order is open with `remaining` left and `filled` done.
        case open(OpenOrder)
        case refused(RejectReason)
        /// A trigger order fired; the order that trades may have another id of the exchange's.
        case triggered
        /// The order was changed in place; `quantity` is its new whole size, filled part included, where it is told.
        case amended(quantity: Quantity?)
        case filled(Execution)
        /// The order is no longer open. `filled` is the total that the exchange tells; nil when it does not.
        case ended(CancelReason?, filled: Quantity?)
        /// A cancel or an amendment found no such order.
        case notFound
    }

    /// An open order as the exchange describes it.
    public struct OpenOrder: Hashable, Sendable {
        public let instrument: InstrumentID
        public let side: Side
        public let remaining: Quantity
        public let filled: Quantity
        /// Limit or trigger price; nil when the message has none.
        public let price: Price?
        public let isTrigger: Bool
        public let reduceOnly: Bool

        public init(
            instrument: InstrumentID, side: Side, remaining: Quantity, filled: Quantity, price: Price?,
            isTrigger: Bool, reduceOnly: Bool
        ) {
            self.instrument = instrument
            self.side = side
            self.remaining = remaining
            self.filled = filled
            self.price = price
            self.isTrigger = isTrigger
            self.reduceOnly = reduceOnly
        }
    }

    /// One execution as the exchange describes it.
    public struct Execution: Hashable, Sendable {
        public let id: UInt64
        public let instrument: InstrumentID
        public let side: Side
        public let quantity: Quantity
        public let price: Price
        public let fee: Money
        /// Whether `fee` was told by the exchange or reckoned from the contract's terms.
        public let feeIsTold: Bool
        public let liquidity: Liquidity
        public let cause: FillCause
        public let time: Timestamp

        public init(
            id: UInt64, instrument: InstrumentID, side: Side, quantity: Quantity, price: Price, fee: Money,
            feeIsTold: Bool, liquidity: Liquidity, cause: FillCause, time: Timestamp
        ) {
            self.id = id
            self.instrument = instrument
            self.side = side
            self.quantity = quantity
            self.price = price
            self.fee = fee
            self.feeIsTold = feeIsTold
            self.liquidity = liquidity
            self.cause = cause
            self.time = time
        }
    }

    public init(client: OrderID? = nil, venue: VenueOrderID? = nil, _ kind: Kind) {
        self.client = client
        self.venue = venue
        self.kind = kind
    }
}

/// An open order that is not ours: shown, counted in risk, and left alone.
public struct ForeignOrder: Hashable, Sendable {
    public let id: VenueOrderID
    public let order: OrderFact.OpenOrder

    public init(id: VenueOrderID, order: OrderFact.OpenOrder) {
        self.id = id
        self.order = order
    }
}
