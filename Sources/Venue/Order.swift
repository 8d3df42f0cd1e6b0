public import Market

/// Our own name for an order, given before it is sent and never used twice, so that sending it again is a duplicate
/// that the exchange refuses. Derived from what the order is for: the same decision always gets the same id.
@frozen public struct OrderID: Hashable, Comparable, Sendable {
    public let high: UInt64
    public let low: UInt64

    @inlinable public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The id of the `sequence`-th order of `role` for the setup `setup`.
    public init(setup: UInt64, role: OrderRole, sequence: UInt32) {
        high = setup
        low = UInt64(role.rawValue) << 32 | UInt64(sequence)
    }

    /// What the order is for and its number among those of its role; nil when the id is not made as ours are.
    public var purpose: (role: OrderRole, sequence: UInt32)? {
        guard let byte = UInt8(exactly: low >> 32), let role = OrderRole(rawValue: byte) else { return nil }
        let sequence = UInt32(truncatingIfNeeded: low)
        return sequence > 0 ? (role, sequence) : nil
    }

    @inlinable public static func < (a: OrderID, b: OrderID) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

extension OrderID: CustomStringConvertible {
    /// UUID text (8-4-4-4-12 hexadecimal digits), the only form that every Kraken surface accepts.
    public var description: String {
        func hex(_ value: UInt64, _ digits: Int) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: digits - text.count) + text
        }
        return hex(high >> 32, 8) + "-" + hex(high >> 16 & 0xffff, 4) + "-" + hex(high & 0xffff, 4) + "-"
            + hex(low >> 48, 4) + "-" + hex(low & 0xffff_ffff_ffff, 12)
    }
}

/// What an order is for. An order of one role can never take the place of another's.
@frozen public enum OrderRole: UInt8, Hashable, Sendable, Codable, CaseIterable {
    case entry = 1
    case stop = 2
    case target = 3
    /// A market order that closes all or part of a position: time exit, invalidation, flattening.
    case close = 4
}

/// The price that a trigger order watches.
@frozen public enum TriggerSource: UInt8, Hashable, Sendable, Codable, CaseIterable {
    case mark
    case last
    case index
}

/// How an order trades.
@frozen public enum OrderKind: Hashable, Sendable {
    /// Trades at `price` or better; rests until cancelled.
    case limit(Price)
    /// A limit that is refused if it would trade at once.
    case postOnly(Price)
    /// Trades at once within the exchange's price band; what is left is cancelled.
    case market
    /// Becomes a market order when the watched price reaches `trigger` against the position.
    case stopMarket(trigger: Price, TriggerSource)
    /// Becomes a market order when the watched price reaches `trigger` in favour of the position.
    case takeProfitMarket(trigger: Price, TriggerSource)
}

/// An order as we ask for it.
@frozen public struct Order: Hashable, Sendable {
    public let id: OrderID
    public let instrument: InstrumentID
    /// The direction that the fill adds: `long` buys, `short` sells.
    public let side: Side
    public let quantity: Quantity
    public let kind: OrderKind
    /// May only make a position smaller.
    public let reduceOnly: Bool
    public let role: OrderRole
    /// The worst price of a trigger order: once triggered it is a limit order at this price. Nil: a market order.
    public let worst: Price?

    public init(
        id: OrderID, instrument: InstrumentID, side: Side, quantity: Quantity, kind: OrderKind, reduceOnly: Bool,
        role: OrderRole, worst: Price? = nil
    ) {
        self.id = id
        self.instrument = instrument
        self.side = side
        self.quantity = quantity
        self.kind = kind
        self.reduceOnly = reduceOnly
        self.role = role
        self.worst = worst
    }
}

/// What the trader asks of a venue.
@frozen public enum VenueCommand: Hashable, Sendable {
    case place(Order)
    /// Changes the size and, where given, the limit or trigger price of a resting order.
    case amend(OrderID, InstrumentID, quantity: Quantity, price: Price?)
    case cancel(OrderID, InstrumentID)
}
