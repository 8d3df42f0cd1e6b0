public import Market

/// A linear perpetual contract on one coin, quoted, margined and settled in US dollars: all that is needed to size,
/// round, margin and charge an order in it, as it was at one time.
public struct Instrument: Hashable, Sendable {
    public let id: InstrumentID
    /// The spot market whose candles give the signals.
    public let pair: SpotPair
    /// The price step.
    public let tick: Price
    /// The size step.
    public let lot: Quantity
    /// The smallest order.
    public let minimum: Quantity
    /// The largest position that the exchange allows.
    public let maximumPosition: Quantity
    public let margin: MarginSchedule
    public let fees: FeeSchedule
    /// The greatest relative funding rate per hour, either way.
    public let fundingCap: Rate

    public init(
        id: InstrumentID, pair: SpotPair, tick: Price, lot: Quantity, minimum: Quantity, maximumPosition: Quantity,
        margin: MarginSchedule, fees: FeeSchedule, fundingCap: Rate
    ) {
        precondition(tick.isPositive && lot.isPositive, "steps are positive")
        precondition(minimum >= lot && minimum.isMultiple(of: lot), "the minimum is a whole number of lots")
        self.id = id
        self.pair = pair
        self.tick = tick
        self.lot = lot
        self.minimum = minimum
        self.maximumPosition = maximumPosition
        self.margin = margin
        self.fees = fees
        self.fundingCap = fundingCap
    }

    /// The nearest price on the tick grid in the named direction.
    @inlinable public func onTick(_ price: Price, _ rounding: Rounding) -> Price { price.rounded(to: tick, rounding) }

    /// Whole lots, never more than `quantity`.
    @inlinable public func wholeLots(_ quantity: Quantity) -> Quantity { quantity.rounded(to: lot, .towardZero) }

    /// A stop on the side that protects at least as early: toward the market, never further from it.
    /// A long's stop is rounded up, a short's down.
    @inlinable public func stopPrice(_ price: Price, protecting side: Side) -> Price {
        onTick(price, side == .long ? .up : .down)
    }

    /// A target or a limit on the cautious side for the position: a long's target is rounded down, a short's up.
    @inlinable public func targetPrice(_ price: Price, for side: Side) -> Price {
        onTick(price, side == .long ? .down : .up)
    }
}

/// The contract terms of one instrument through time.
public struct InstrumentHistory: Sendable {
    /// Terms and the instant from which they hold, in time order, never empty.
    public let versions: [(from: Timestamp, terms: Instrument)]

    public init(_ terms: Instrument) { versions = [(.distantPast, terms)] }

    /// Nil when `versions` is empty, out of order or mixes instruments.
    public init?(_ versions: [(from: Timestamp, terms: Instrument)]) {
        guard let first = versions.first else { return nil }
        for (earlier, later) in zip(versions, versions.dropFirst())
        where earlier.from >= later.from || later.terms.id != first.terms.id {
            return nil
        }
        self.versions = versions
    }

    /// The terms in force at `instant`; before the first version, the first.
    public func terms(at instant: Timestamp) -> Instrument {
        var current = versions[0].terms
        for version in versions where version.from <= instant { current = version.terms }
        return current
    }
}
