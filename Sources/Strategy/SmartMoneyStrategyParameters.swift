public import Market
public import SmartMoney

/// Every number of the Smart Money strategy. The defaults are those of the preset `swing`.
public struct SmartMoneyStrategyParameters: Hashable, Sendable {
    /// Where in a zone the limit entry rests.
    public enum EntryPoint: String, Hashable, Sendable, Codable, CaseIterable {
        case nearEdge = "near"
        case midpoint
    }

    /// What the stop lies behind.
    public enum StopBase: String, Hashable, Sendable, Codable, CaseIterable {
        /// The far edge of the zone.
        case zone
        /// The far edge or the protected extreme of the leg, whichever is farther.
        case farther
    }

    /// How the position leaves at a profit. Both need a resting pool at `minimumReward` or beyond.
    public enum ExitPlan: String, Hashable, Sendable, Codable, CaseIterable {
        /// At the resting pools from `minimumReward` on.
        case pools
        /// At fixed multiples of the risk.
        case ladder
    }

    /// The name in reports.
    public var name = "swing"

    // MARK: Timeframes
    /// One or more, each longer than the decision timeframe.
    public var biasTimeframes: [Timeframe] = [.d1, .h4]
    public var decisionTimeframe = Timeframe.h1
    /// Shorter than the decision timeframe; nil for no refinement.
    public var refinementTimeframe: Timeframe? = .m15

    // MARK: Bias
    /// Bars of the bias average, 2...1000.
    public var biasAveragePeriod = 200
    /// ATRs by which a close must lie beyond the average, 0...5.
    public var biasBand = 0.25
    /// Bias timeframes that must have their average before anything is traded, 1 up to their number. One without its
    /// average is neutral: 200 days of history for the daily average are more than many data sets have.
    public var warmBiasTimeframes = 1

    // MARK: Filters
    /// Bars of the ADX, 2...100.
    public var adxPeriod = 14
    /// The smallest ADX of the decision timeframe, 0...100.
    public var minimumADX = 20.0
    /// Bars that the ATR is ranked among, 2...5000.
    public var volatilityPeriod = 200
    /// The lowest and highest rank of the ATR, 0...1.
    public var minimumVolatility = 0.05
    public var maximumVolatility = 0.95
    /// Asks for a sweep of liquidity behind the leg.
    public var requiresSweep = false
    /// Asks for a divergence of price and RSI at the last two swings behind the leg.
    public var requiresDivergence = false
    /// Bars of the RSI, 2...100.
    public var rsiPeriod = 14

    // MARK: Setup
    /// The layer whose breaks are traded.
    public var layer = Layer.external
    /// The kinds that are looked for, the preferred first; at least one, none of them `emaCross`.
    public var setups: [SetupKind] = [.orderBlockWithGap, .orderBlock, .gap, .breakRetest]
    /// The position in the leg, 0 its origin and 1 its end, below which an entry is at a discount, 0...1.
    public var discount = 0.5
    /// Height of the zone behind a broken level in ATR, above 0...5. With `stopBuffer` it must leave room for
    /// `minimumStopNoise`, or no retest can ever pass where decisions are made on the finest timeframe.
    public var retestDepth = 1.0
    public var entryPoint = EntryPoint.nearEdge

    // MARK: Stop
    public var stopBase = StopBase.zone
    /// ATRs between the stop's base and the stop, 0...5.
    public var stopBuffer = 0.25
    /// The smallest stop distance in units of noise, 0...20. Noise is the ATR of the finest timeframe in use.
    public var minimumStopNoise = 1.0

    // MARK: Targets
    public var exitPlan = ExitPlan.pools
    /// The smallest reward of the first target in units of risk, above 0...20.
    public var minimumReward = 1.5
    /// The smallest distance between two pool targets in units of risk, 0...20.
    public var targetSpacing = 0.5
    /// Where the ladder pays, in units of risk, rising.
    public var ladderRewards = [1.0, 2.5]
    /// What leaves at each target; adds up to at most one, the rest runs on. With fewer pools than shares the last
    /// pool takes what the missing ones would have.
    public var targetShares: [Rate] = [.basisPoints(4000), .basisPoints(4000)]

    // MARK: Life
    /// Decision bars that the entry is kept after price first reached it, 0...1000.
    public var reachBars = 2
    /// Decision bars that the entry is kept in all, 1...10000.
    public var validBars = 30
    /// How long a trade is expected to last, for the cost of funding.
    public var expectedHold = Interval.hours(36)
    /// When a position is closed by time; nil for never.
    public var timeExit: Interval? = .hours(108)

    /// The detectors' numbers, on every timeframe.
    public var smartMoney = SmartMoneyParameters()

    public init() {}

    /// Days to weeks: bias from the day and four hours, decisions on the hour, entries refined on 15 minutes.
    public static var swing: Self { Self() }

    /// Hours: bias from four hours and the hour, decisions on 15 minutes.
    public static var intraday: Self {
        var parameters = Self()
        parameters.name = "intraday"
        parameters.biasTimeframes = [.h4, .h1]
        parameters.decisionTimeframe = .m15
        parameters.refinementTimeframe = nil
        parameters.expectedHold = .hours(6)
        parameters.timeExit = .hours(18)
        return parameters
    }

    /// Whether the parts fit together. Ranges of single numbers are the configuration's to check.
    public var isConsistent: Bool {
        let total = targetShares.reduce(Rate.zero, +)
        let fine = refinementTimeframe.map {
            $0 < decisionTimeframe && decisionTimeframe.minutes % $0.minutes == 0
        }
        return !biasTimeframes.isEmpty && biasTimeframes.allSatisfy { $0 > decisionTimeframe } && fine != false
            && Set(biasTimeframes).count == biasTimeframes.count && !setups.isEmpty && !setups.contains(.emaCross)
            && (1...biasTimeframes.count).contains(warmBiasTimeframes) && minimumVolatility <= maximumVolatility
            && !targetShares.isEmpty && targetShares.allSatisfy(\.isPositive) && total <= .one
            && ladderRewards.count == targetShares.count && ladderRewards.allSatisfy { $0 > 0 }
            && zip(ladderRewards, ladderRewards.dropFirst()).allSatisfy { $0 < $1 } && validBars >= 1
    }
}
