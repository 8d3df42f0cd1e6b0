public import Market

/// In which order a bar's extremes come. A bar does not say; each model is one honest answer, and all three together
/// bound the result.
public enum PathModel: String, Hashable, Sendable, Codable, CaseIterable {
    /// The extreme that hurts our position, or our entry once it is filled, comes first; a resting order needs the price
    /// to trade one tick through it.
    case worst
    /// By the candle's shape: a rising bar goes open, low, high, close; a falling one open, high, low, close.
    case likely
    /// The extreme that serves us comes first.
    case best
}

/// How long a message is under way: always `base`, plus at random (from the exchange's seed) up to `jitter`.
public struct Latency: Hashable, Sendable {
    public let base: Interval
    public let jitter: Interval

    /// Neither may be negative.
    public init(_ base: Interval, jitter: Interval = .zero) {
        precondition(base >= .zero && jitter >= .zero, "a message cannot arrive before it was sent")
        self.base = base
        self.jitter = jitter
    }

    public static let none = Latency(.zero)

    /// The most that a message can take.
    @inlinable public var longest: Interval { base + jitter }
}

/// Half the distance between bid and ask.
public enum HalfSpread: Hashable, Sendable {
    /// What the bar says.
    case ofBar
    /// A fixed share of the last price.
    case share(Rate)
}

/// How the simulated venue treats orders. What costs or makes money has no default: it must be named.
public struct ExchangeConfiguration: Hashable, Sendable {
    /// From our sending to the venue's handling of a command.
    public var orderLatency: Latency
    /// From the venue's event to our knowing of it, prices included.
    public var feedLatency: Latency
    /// The seed of latency jitter; without jitter it changes nothing.
    public var seed: UInt64
    public var path: PathModel
    public var halfSpread: HalfSpread
    /// The share by which taking the whole volume of a bar would move the price: an order of one tenth of the bar's
    /// volume pays a tenth of it. Zero or more.
    public var impact: Rate
    /// The share of a bar's volume that we may trade, spread evenly over the bar's path; nil for no limit. (0, 1].
    public var participation: Rate?
    /// How far from the last price a market order may trade; what is left is cancelled. Kraken: 1 %.
    public var marketBand: Rate
    /// The share of a position that one liquidation step closes. (0, 1].
    public var liquidationStep: Rate
    /// Charged on the notional of a liquidation, on top of the taker fee.
    public var liquidationFee: Rate
    /// Live orders allowed per account.
    public var maximumOrders: Int
    /// Whether bid, ask and what a taker pays lie on the tick grid, rounded against the taker. A bar's prices need not.
    public var tradesOnTick: Bool

    public init(
        halfSpread: HalfSpread, impact: Rate, participation: Rate?, liquidationFee: Rate,
        orderLatency: Latency = .none, feedLatency: Latency = .none, seed: UInt64 = 0, path: PathModel = .worst,
        marketBand: Rate = .basisPoints(100), liquidationStep: Rate = .basisPoints(2_500), maximumOrders: Int = 200,
        tradesOnTick: Bool = false
    ) {
        precondition(!impact.isNegative && !liquidationFee.isNegative, "costs are not negative")
        precondition(marketBand.isPositive && marketBand < .one, "the band is a share between 0 and 1")
        precondition(liquidationStep.isPositive && liquidationStep <= .one, "a step is a share of the position")
        if let participation {
            precondition(participation.isPositive && participation <= .one, "participation is a share of the volume")
        }
        self.halfSpread = halfSpread
        self.impact = impact
        self.participation = participation
        self.liquidationFee = liquidationFee
        self.orderLatency = orderLatency
        self.feedLatency = feedLatency
        self.seed = seed
        self.path = path
        self.marketBand = marketBand
        self.liquidationStep = liquidationStep
        self.maximumOrders = maximumOrders
        self.tradesOnTick = tradesOnTick
    }
}
