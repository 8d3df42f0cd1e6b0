public import Market
public import Strategy
public import Venue

/// The number of a trade within a run, counted from 1 in order of opening.
@frozen public struct TradeID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let value: Int
    @inlinable public init(_ value: Int) { self.value = value }
    @inlinable public static func < (a: TradeID, b: TradeID) -> Bool { a.value < b.value }
    public var description: String { String(value) }
}

/// A position's whole life, from the first entry fill to flat. Written once, by the one function that closes trades.
public struct Trade: Sendable {
    public let id: TradeID
    public let setupID: SetupID
    public let instrument: InstrumentID
    public let pair: SpotPair
    public let side: Side
    public let setup: SetupKind
    public let decidedAt: Timestamp
    public let openedAt: Timestamp
    public let closedAt: Timestamp
    /// The most that was held.
    public let quantity: Quantity
    /// Average over the entry fills.
    public let entryPrice: Price
    /// Average over the exit fills.
    public let exitPrice: Price
    /// The stop that the size was computed from.
    public let initialStop: Price
    public let exitReason: ExitReason
    /// Price profit before fees and funding.
    public let gross: Money
    public let fees: Money
    /// Positive when received.
    public let funding: Money
    /// Dollars between entry and initial stop for the whole quantity: one R.
    public let risk: Money
    /// Largest excursion against and for the position at mark price, in R, both counted positive.
    public let maeR: Double
    public let mfeR: Double
    /// How long it stood without an acknowledged stop for all of it.
    public let naked: Interval
    /// Every fill, in order.
    public let legs: [TradeLeg]
    /// Every stop trigger that was active, in order, with the time from which it was.
    public let stops: [StopStep]
    public let targets: [Price]
    /// What the strategy saw, in spot prices, for the chart.
    public let drawings: [Drawing]

    public init(
        id: TradeID, setupID: SetupID, instrument: InstrumentID, pair: SpotPair, side: Side, setup: SetupKind,
        decidedAt: Timestamp, openedAt: Timestamp, closedAt: Timestamp, quantity: Quantity, entryPrice: Price,
        exitPrice: Price, initialStop: Price, exitReason: ExitReason, gross: Money, fees: Money, funding: Money,
        risk: Money, maeR: Double, mfeR: Double, naked: Interval, legs: [TradeLeg], stops: [StopStep],
        targets: [Price], drawings: [Drawing]
    ) {
        self.id = id
        self.setupID = setupID
        self.instrument = instrument
        self.pair = pair
        self.side = side
        self.setup = setup
        self.decidedAt = decidedAt
        self.openedAt = openedAt
        self.closedAt = closedAt
        self.quantity = quantity
        self.entryPrice = entryPrice
        self.exitPrice = exitPrice
        self.initialStop = initialStop
        self.exitReason = exitReason
        self.gross = gross
        self.fees = fees
        self.funding = funding
        self.risk = risk
        self.maeR = maeR
        self.mfeR = mfeR
        self.naked = naked
        self.legs = legs
        self.stops = stops
        self.targets = targets
        self.drawings = drawings
    }

    /// What the trade changed the balance by.
    public var net: Money { gross - fees + funding }

    /// Net result in units of the risk taken; nil when the risk is zero.
    public var rMultiple: Double? { risk.isPositive ? net.double / risk.double : nil }

    public var hold: Interval { closedAt - openedAt }
}

/// One fill of a trade.
public struct TradeLeg: Hashable, Sendable {
    public let time: Timestamp
    /// `entry`, or how it left.
    public let role: OrderRole
    public let quantity: Quantity
    public let price: Price
    public let fee: Money
    public let liquidity: Liquidity

    public init(
        time: Timestamp, role: OrderRole, quantity: Quantity, price: Price, fee: Money, liquidity: Liquidity
    ) {
        self.time = time
        self.role = role
        self.quantity = quantity
        self.price = price
        self.fee = fee
        self.liquidity = liquidity
    }
}

public struct StopStep: Hashable, Sendable {
    public let from: Timestamp
    public let price: Price
    public let reason: StopReason

    public init(from: Timestamp, price: Price, reason: StopReason) {
        self.from = from
        self.price = price
        self.reason = reason
    }
}

/// Why a stop stands where it stands.
public enum StopReason: String, Hashable, Sendable, Codable, CaseIterable {
    case initial
    case breakEven = "break_even"
    case trailedByATR = "trail_atr"
    case trailedByStructure = "trail_structure"
    /// Placed again because the venue lost, refused or resized it.
    case repaired
}

/// How a position came to its end: by the order that made it flat.
public enum ExitReason: String, Hashable, Sendable, Codable, CaseIterable {
    case stopLoss = "stop_loss"
    case breakEvenStop = "break_even_stop"
    case trailingStop = "trailing_stop"
    case takeProfit1 = "take_profit_1"
    case takeProfit2 = "take_profit_2"
    case takeProfit3 = "take_profit_3"
    case premiseInvalidation = "premise_invalidation"
    case timeExit = "time_based"
    case basisGuard = "basis_guard"
    case killSwitch = "kill_switch"
    /// The stop could not be placed: closed rather than left without protection.
    case unprotected
    case liquidation
    /// Another's hand, or what the exchange never told: the books followed the exchange, at mark.
    case external
    /// The data ended with the position open; priced at the last mark.
    case endOfData = "end_of_data"
}

/// Why an entry that was sent never became a position.
public enum EntryAbandonment: Hashable, Sendable {
    case withdrawn(Withdrawal)
    case expired
    case rejected(RejectReason)
    case cancelled(CancelReason)
    case halted
}
