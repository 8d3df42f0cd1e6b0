public import Market
import Venue

/// How positions are managed once risk has approved them. Flat, with defaults; nothing in it assumes a cost.
public struct TradingParameters: Hashable, Sendable {
    /// A target of the ladder: a distance in R and the share of the position that leaves there.
    public struct LadderStep: Hashable, Sendable {
        /// Multiples of the distance between entry and stop, over 0.
        public var multiple: Rate
        /// Of the whole position, over 0; all together at most 1.
        public var share: Rate

        public init(multiple: Rate, share: Rate) {
            self.multiple = multiple
            self.share = share
        }
    }

    /// Whether a signal's own targets are used when it names any; the ladder is for the others.
    public var usesSignalTargets = true
    /// Nearest first; what the shares leave is the runner. [1R 40 %, 2.5R 40 %]
    public var ladder = [
        LadderStep(multiple: .one, share: .basisPoints(4_000)),
        LadderStep(multiple: .basisPoints(25_000), share: .basisPoints(4_000)),
    ]
    /// How targets are placed.
    public var targetOrders = TargetOrders.limit
    /// Limit entries are refused rather than filled at once as taker.
    public var entersPostOnly = false
    /// Moves the stop to entry plus round-trip fees once the first target has filled.
    public var breaksEven = true
    /// After the first target the stop follows mark at this many ATR, over 0; nil for not at all. [1.5]
    public var trailATR: Rate? = .basisPoints(15_000)
    /// After the first target the stop follows the last confirmed swing.
    public var trailsStructure = true
    /// Moves of the stop smaller than this fraction of its price are not sent, 0...5 %. [0.1 %]
    public var minimumStopMove = Rate.basisPoints(10)
    /// Closes any position after this long, whatever its signal says; nil for as the signal says.
    public var timeExit: Interval?
    /// Whether the basis guard also closes what is open; it always blocks entries.
    public var closesOnBasis = false
    /// Whether a broken premise closes the position at market.
    public var closesOnBrokenPremise = true
    /// How long a position may be without an accepted stop for its full size, before repair and again before it is
    /// closed, and how long mark may be beyond a stop that is not triggered. [5 s]
    public var protectionGrace = Interval.seconds(5)
    /// How long a command may stay unanswered before it is sent again. [5 s]
    public var answerGrace = Interval.seconds(5)
    /// Pause between attempts to close at market what the exchange did not fill. [1 s]
    public var closeRetry = Interval.seconds(1)
    /// Two reports that contradict us must be at least this far apart to be believed. [1 s]
    public var mismatchGrace = Interval.seconds(1)
    /// How long less may be there than in the books before the difference is written off: late fills come first. [30 s]
    public var writeOffGrace = Interval.seconds(30)
    /// Distance from mark of the stop under a position that is not ours. [5 %]
    public var adoptionStop = Rate.basisPoints(500)
    /// Unexplained exposure over equity from which all entries are halted, not only the instrument's. [2 %]
    public var mismatchHaltShare = Rate.basisPoints(200)
    /// How long a traded setup is remembered so that it is not traded again. [90 days]
    public var setupMemory = Interval.days(90)
    /// Whether candidates that the strategy declined are noted; without them, long sweeps are quicker.
    public var notesDeclined = true

    public init() {}
}

/// The kind of order that waits at a target.
public enum TargetOrders: String, Hashable, Sendable, Codable, CaseIterable {
    /// Rests in the book and pays the maker's fee; fills at its price when the market trades through it.
    case limit
    /// Becomes a market order when last trades at the target; pays the taker's fee.
    case takeProfit = "take-profit"

    func kind(at price: Price) -> OrderKind {
        switch self {
        case .limit: .limit(price)
        case .takeProfit: .takeProfitMarket(trigger: price, .last)
        }
    }
}
