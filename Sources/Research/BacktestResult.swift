public import Market
public import Trading

/// Everything that a backtest found, exact where it is money: what the output files and the report are made from.
public struct BacktestResult: Sendable {
    /// Names the effective configuration.
    public let configHash: String
    public let strategy: String
    public let pathModel: String
    public let data: [DataSource]
    /// First and last instant that was traded in.
    public let start: Timestamp
    public let end: Timestamp
    /// Base bars that the core saw, over all symbols.
    public let bars: Int
    public let initialEquity: Money
    public let finalEquity: Money
    public let fees: Money
    /// Positive when received.
    public let funding: Money
    /// What fills cost against the price that was aimed at; an estimate within `gross`, not a further cost.
    public let slippage: Money
    public let trades: [Trade]
    /// Signals and refusals in order of time.
    public let decisions: [Decision]
    /// Entries that were sent and never filled, by reason, in order of name.
    public let abandoned: [CountedReason]
    /// What the trader was allowed to do and what it noted about that, in order of time.
    public let safety: [SafetyChange]
    public let equity: [EquityPoint]
    public let metrics: Metrics
    public let liquidations: Int
    /// The nearest that mark ever was to liquidation while a position was open, as a fraction of mark; nil when none was.
    public let minLiquidationDistance: Rate?
    public let maxEffectiveLeverage: Rate
    public let baselines: [Baseline]
    public let confidence: Confidence
    public let charts: [TradeChart]
    public let journalHash: String

    public init(
        configHash: String, strategy: String, pathModel: String, data: [DataSource], start: Timestamp, end: Timestamp,
        bars: Int, initialEquity: Money, finalEquity: Money, fees: Money, funding: Money, slippage: Money,
        trades: [Trade], decisions: [Decision], abandoned: [CountedReason], safety: [SafetyChange],
        equity: [EquityPoint], metrics: Metrics,
        liquidations: Int, minLiquidationDistance: Rate?, maxEffectiveLeverage: Rate, baselines: [Baseline],
        confidence: Confidence, charts: [TradeChart], journalHash: String
    ) {
        self.configHash = configHash
        self.strategy = strategy
        self.pathModel = pathModel
        self.data = data
        self.start = start
        self.end = end
        self.bars = bars
        self.initialEquity = initialEquity
        self.finalEquity = finalEquity
        self.fees = fees
        self.funding = funding
        self.slippage = slippage
        self.trades = trades
        self.decisions = decisions
        self.abandoned = abandoned
        self.safety = safety
        self.equity = equity
        self.metrics = metrics
        self.liquidations = liquidations
        self.minLiquidationDistance = minLiquidationDistance
        self.maxEffectiveLeverage = maxEffectiveLeverage
        self.baselines = baselines
        self.confidence = confidence
        self.charts = charts
        self.journalHash = journalHash
    }

    public var netProfit: Money { finalEquity - initialEquity }

    /// Whether any series was generated rather than recorded.
    public var isSynthetic: Bool { data.contains(where: \.isSynthetic) }

    public var signals: Int {
        decisions.reduce(into: 0) { count, decision in if decision.passedStrategy { count += 1 } }
    }

    /// The halt in which the run ended: nothing was opened after it, because a backtest has no operator to release it.
    /// Nil when entries were allowed to the end.
    public var halt: SafetyChange? {
        var halt: SafetyChange?
        for change in safety {
            switch change.state {
            case .ready: halt = nil
            case .halted, .flattening: halt = halt ?? change
            }
        }
        return halt
    }

    /// Refusals by `stage.reason`, most frequent first.
    public var rejections: [CountedReason] {
        var counts: [String: Int] = [:]
        for decision in decisions {
            if case .refused(let stage, let reason) = decision.verdict {
                counts["\(stage.rawValue).\(reason)", default: 0] += 1
            }
        }
        return counts.map { CountedReason(reason: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
    }
}

extension Decision {
    /// Whether the strategy found every condition met, whatever risk and safety said after.
    public var passedStrategy: Bool {
        switch verdict {
        case .taken: true
        case .refused(let stage, _): stage != .strategy
        }
    }
}

/// How often something happened.
public struct CountedReason: Hashable, Sendable {
    public let reason: String
    public let count: Int

    public init(reason: String, count: Int) {
        self.reason = reason
        self.count = count
    }
}

/// One series that went into the run, recorded or modelled.
public struct DataSource: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case spot
        case perpetual = "perp"
        case mark = "perp_mark"
        case funding
    }

    public let pair: SpotPair
    public let kind: Kind
    /// A file, or `demo market`, or how it was modelled.
    public let source: String
    /// Nil for funding.
    public let timeframe: Timeframe?
    public let first: Timestamp?
    public let last: Timestamp?
    public let rows: Int
    /// Places where bars are missing.
    public let gaps: Int
    public let isSynthetic: Bool
    /// Whether it was derived from other series because none was recorded.
    public let isModelled: Bool
    /// What a reader should know: quotes in another dollar, how it was modelled, what it covers.
    public let note: String

    public init(
        pair: SpotPair, kind: Kind, source: String, timeframe: Timeframe?, first: Timestamp?, last: Timestamp?,
        rows: Int, gaps: Int, isSynthetic: Bool, isModelled: Bool, note: String
    ) {
        self.pair = pair
        self.kind = kind
        self.source = source
        self.timeframe = timeframe
        self.first = first
        self.last = last
        self.rows = rows
        self.gaps = gaps
        self.isSynthetic = isSynthetic
        self.isModelled = isModelled
        self.note = note
    }
}

/// The account at one moment.
public struct EquityPoint: Hashable, Sendable {
    public let time: Timestamp
    public let balance: Money
    public let unrealised: Money
    /// Fall from the highest equity so far, as a fraction of it: the worst since the previous point.
    public let drawdown: Rate
    public let marginUsed: Money
    /// Notional of all positions over equity.
    public let effectiveLeverage: Rate

    public init(
        time: Timestamp, balance: Money, unrealised: Money, drawdown: Rate, marginUsed: Money, effectiveLeverage: Rate
    ) {
        self.time = time
        self.balance = balance
        self.unrealised = unrealised
        self.drawdown = drawdown
        self.marginUsed = marginUsed
        self.effectiveLeverage = effectiveLeverage
    }

    public var equity: Money { balance + unrealised }
}

/// Statistics of a run. What cannot be computed does not exist: nil, never zero.
public struct Metrics: Hashable, Sendable {
    public var trades = 0
    public var wins = 0
    public var losses = 0
    public var winRate: Double?
    public var profitFactor: Double?
    /// Mean net result of a trade in R.
    public var expectancyR: Double?
    /// Of daily equity returns, annualised by the square root of 365.
    public var sharpe: Double?
    public var sortino: Double?
    public var calmar: Double?
    /// Greatest fall from a peak of equity, as a fraction of the peak.
    public var maxDrawdown: Double?
    /// From the peak to its recovery, or to the end.
    public var maxDrawdownDays: Double?
    public var cagr: Double?
    /// Share of the time with a position open.
    public var exposure: Double?
    public var averageHoldHours: Double?
    public var longestLossStreak = 0
    public var bySymbol: [Breakdown] = []
    public var bySetup: [Breakdown] = []
    public var bySide: [Breakdown] = []
    /// By month of closing, in order of time; months without trades included.
    public var byMonth: [MonthlyResult] = []

    public init() {}
}

/// Results of a part of the trades.
public struct Breakdown: Hashable, Sendable {
    public let name: String
    public let trades: Int
    public let wins: Int
    public let net: Money
    public let expectancyR: Double?
    public let profitFactor: Double?

    public init(name: String, trades: Int, wins: Int, net: Money, expectancyR: Double?, profitFactor: Double?) {
        self.name = name
        self.trades = trades
        self.wins = wins
        self.net = net
        self.expectancyR = expectancyR
        self.profitFactor = profitFactor
    }
}

/// Equity over one calendar month (UTC).
public struct MonthlyResult: Hashable, Sendable {
    public let year: Int
    public let month: Int
    /// Change of equity over the equity at the month's start.
    public let change: Double
    public let net: Money
    public let trades: Int

    public init(year: Int, month: Int, change: Double, net: Money, trades: Int) {
        self.year = year
        self.month = month
        self.change = change
        self.net = net
        self.trades = trades
    }
}

/// What the same money would have done without the strategy.
public struct Baseline: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case buyAndHold = "buy_and_hold"
        /// The same number of entries at random times on random sides with the same exits.
        case randomEntry = "random_entry"
    }

    public let kind: Kind
    /// Net profit over initial equity; for random entry the mean over its runs.
    public let totalReturn: Double
    public let maxDrawdown: Double?
    public let sharpe: Double?
    /// Random entry only.
    public let expectancyR: Double?
    /// Random entry only: share of its runs that did at least as well as the strategy.
    public let shareAtLeastAsGood: Double?
    public let runs: Int
    /// Equity at the times of the result's equity points, for the chart; may be empty.
    public let curve: [Double]

    public init(
        kind: Kind, totalReturn: Double, maxDrawdown: Double?, sharpe: Double?, expectancyR: Double?,
        shareAtLeastAsGood: Double?, runs: Int, curve: [Double]
    ) {
        self.kind = kind
        self.totalReturn = totalReturn
        self.maxDrawdown = maxDrawdown
        self.sharpe = sharpe
        self.expectancyR = expectancyR
        self.shareAtLeastAsGood = shareAtLeastAsGood
        self.runs = runs
        self.curve = curve
    }
}

/// 95 % bootstrap intervals.
public struct Confidence: Hashable, Sendable {
    public let expectancyR: ClosedRange<Double>?
    public let sharpe: ClosedRange<Double>?

    public init(expectancyR: ClosedRange<Double>?, sharpe: ClosedRange<Double>?) {
        self.expectancyR = expectancyR
        self.sharpe = sharpe
    }
}

/// The spot candles around one trade, in the decision timeframe, for its chart.
public struct TradeChart: Sendable {
    public let trade: TradeID
    public let candles: CandleSeries

    public init(trade: TradeID, candles: CandleSeries) {
        self.trade = trade
        self.candles = candles
    }
}
