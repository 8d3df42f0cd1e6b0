public import Market
public import Venue

/// A position, or an entry order counted as if it were filled.
public struct Exposure: Hashable, Sendable {
    public let instrument: Instrument
    public let side: Side
    public let quantity: Quantity
    /// Average entry; the limit (or expected) price of an entry in flight.
    public let entryPrice: Price
    /// The latest mark price; for an entry in flight its entry price.
    public let mark: Price
    /// The trigger of the acknowledged or planned stop; nil when there is none: the whole notional is then at risk.
    public let stop: Price?
    /// Sent but not (wholly) filled: its margin and profit are not yet in the account report.
    public let isInFlight: Bool
    /// Correlation of its returns with those of the proposed instrument, -1...1; nil when unknown, which counts as
    /// fully correlated.
    public let correlation: Double?

    public init(
        instrument: Instrument, side: Side, quantity: Quantity, entryPrice: Price, mark: Price, stop: Price?,
        isInFlight: Bool, correlation: Double? = nil
    ) {
        self.instrument = instrument
        self.side = side
        self.quantity = quantity
        self.entryPrice = entryPrice
        self.mark = mark
        self.stop = stop
        self.isInFlight = isInFlight
        self.correlation = correlation
    }

    /// What it is worth at mark price.
    public var notional: Money { mark.notional(of: quantity, .up) }
    /// The notional that margin is charged on: at entry price.
    public var entryNotional: Money { entryPrice.notional(of: quantity, .up) }
}
