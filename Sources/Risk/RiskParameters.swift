public import Market

/// Every limit of the risk module. A nil gate is switched off; the leverage ceiling cannot be.
///
/// Money assumptions have no default: the leverage cap and the slippage must be named. Fees and margin rates come from
/// the instrument. All fractions are of equity unless said otherwise.
public struct RiskParameters: Hashable, Sendable {
    /// No configuration can allow more gross notional per equity than this.
    public static var leverageCeiling: Rate { Rate(10) }

    // MARK: Size

    /// Equity at risk per trade, over 0, at most 5 %.
    public var riskFraction = Rate.basisPoints(50)
    /// Trades are sized as if equity were no more than this; nil for all of it. Losses and drawdown are measured on all of it.
    public var capitalCap: Money?
    /// When the capital cap ends; nil for never.
    public var capitalCapUntil: Timestamp?
    /// Whether fees and slippage are part of the loss that sizes the trade. Off, size follows from the bare stop
    /// distance, as in engines that this one is compared with.
    public var includesCostsInSizing = true
    /// Assumed slippage of market fills, as fractions of price.
    public var slippage: SlippageAssumption
    /// Gross notional over equity, over 0, at most the ceiling.
    public var leverageCap: Rate
    /// Notional of one position over equity, over 0, at most the ceiling.
    public var positionNotional: Rate? = Rate(2)
    /// The part of free margin that one entry may use, over 0, at most 1.
    public var freeMarginUse: Rate? = .basisPoints(9_500)
    /// Take-profit orders that must remain after merging slices below the minimum, 0 or more. Never asks for more than
    /// the proposal has targets.
    public var minimumSlices = 1

    // MARK: Ladders: the planner's limit, then the monitor's warning, then its halt

    /// From 5 % drawdown half the risk; warning at 10 %, halt at 15 %.
    public var drawdown: DrawdownLadder? = DrawdownLadder()
    /// Initial margin over equity, 0...1.
    public var marginUtilisation: RisingLadder? = RisingLadder(
        plan: .basisPoints(6_000), warn: .basisPoints(7_000), halt: .basisPoints(8_000))
    /// Monitor's limits above the leverage cap; halt at most the ceiling.
    public var leverageMonitor: MonitorLimits? = MonitorLimits(warn: .basisPoints(45_000), halt: Rate(6))
    /// Distance from mark to liquidation: at least `plan` after an entry.
    public var liquidationDistance: FallingLadder? = FallingLadder(
        plan: .basisPoints(3_500), warn: .basisPoints(1_800), halt: .basisPoints(1_000))
    /// Liquidation is at least this many stop distances away, 1 or more.
    public var liquidationToStop: Rate? = Rate(2)
    /// Positions and entries in flight, 1...100; the monitor warns at one more and halts at two more.
    public var positionCount: Int? = 3

    // MARK: Losses

    /// Of the day's first equity, over 0, below 1; at the day's worst, realised and unrealised.
    public var dailyLoss: Rate? = .basisPoints(200)
    /// Entries sent per UTC day, 1 or more.
    public var dailyEntries: Int?
    public var lossStreak: LossStreakLimit? = LossStreakLimit()
    /// How long an instrument rests after a loss in it, over 0.
    public var symbolCooldown: Interval? = .minutes(60)
    /// Combined risk of correlated positions in one direction.
    public var correlation: CorrelationLimit? = CorrelationLimit()

    // MARK: Market

    public var basis: BasisGuard.Limits? = BasisGuard.Limits()
    public var funding: FundingFilter? = FundingFilter()
    public var volatility: VolatilityFilter? = VolatilityFilter()
    /// (ask - bid) / mark, over 0.
    public var spread: Rate? = .basisPoints(20)

    // MARK: Costs

    /// Fees and expected funding over one R, over 0, at most 1.
    public var costShare: Rate? = .basisPoints(2_000)
    /// Reward after costs over loss after costs, over 0. A runner counts at the last target.
    public var netReward: Rate? = Rate(1)

    // MARK: Freshness of inputs; nil accepts any age, but never an unknown value

    public var tickAge: Interval? = .seconds(30)
    public var spotAge: Interval? = .seconds(120)
    public var accountAge: Interval? = .seconds(120)

    public init(leverageCap: Rate, slippage: SlippageAssumption) {
        self.leverageCap = leverageCap
        self.slippage = slippage
    }

    /// Everything off that can be off: size from risk and stop alone, within the leverage cap. For comparisons with
    /// engines that have no such gates.
    public static func bare(leverageCap: Rate, slippage: SlippageAssumption) -> RiskParameters {
        var parameters = RiskParameters(leverageCap: leverageCap, slippage: slippage)
        parameters.positionNotional = nil
        parameters.freeMarginUse = nil
        parameters.minimumSlices = 0
        parameters.drawdown = nil
        parameters.marginUtilisation = nil
        parameters.leverageMonitor = nil
        parameters.liquidationDistance = nil
        parameters.liquidationToStop = nil
        parameters.positionCount = nil
        parameters.dailyLoss = nil
        parameters.lossStreak = nil
        parameters.symbolCooldown = nil
        parameters.correlation = nil
        parameters.basis = nil
        parameters.funding = nil
        parameters.volatility = nil
        parameters.spread = nil
        parameters.costShare = nil
        parameters.netReward = nil
        parameters.tickAge = nil
        parameters.spotAge = nil
        parameters.accountAge = nil
        return parameters
    }
}

/// Slippage that is assumed for market fills, as fractions of price, 0...5 % each.
public struct SlippageAssumption: Hashable, Sendable {
    /// Of a market entry, beyond the best ask or bid.
    public var entry: Rate
    /// Of a stop or another market exit, beyond its trigger.
    public var exit: Rate

    public init(entry: Rate, exit: Rate) {
        self.entry = entry
        self.exit = exit
    }
}

extension RiskParameters {
    /// The part of `equity` that trades are sized from.
    func capital(of equity: Money, at now: Timestamp) -> Money {
        guard let capitalCap, capitalCapUntil.map({ now < $0 }) ?? true else { return equity }
        return min(equity, capitalCap)
    }
}
