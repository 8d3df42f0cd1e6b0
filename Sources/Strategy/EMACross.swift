import Indicators
public import Market

/// The settings of `EMACross`, with the usual values.
public struct EMACrossParameters: Hashable, Sendable {
    /// The bars that it reads and decides on.
    public var timeframe = Timeframe.m1
    /// Bars of the fast average, at least 1 and below `slowPeriod`.
    public var fastPeriod = 50
    /// Bars of the slow average.
    public var slowPeriod = 200
    /// Bars of the Wilder ATR.
    public var atrPeriod = 14
    /// From the entry to the stop in ATR, above 0.
    public var stopATR = 2.0
    /// From the entry to the target in ATR, above 0.
    public var targetATR = 3.0
    /// Bars that a trade is expected to last. A walk of the size of the ATR takes about so long to leave this bracket.
    public var expectedHoldBars = 15

    public init() {}
}

/// The crossing of two moving averages, both ways: the yardstick that every engine can run.
///
/// Long when the fast average of closes crosses above the slow one, short when below: at the market, at the next open,
/// with a stop and one target at fixed multiples of the ATR. One crossing is one signal.
public struct EMACross: Strategy {
    public let pair: SpotPair
    public let parameters: EMACrossParameters
    public var name: String { StrategyPreset.emaCross.rawValue }
    public var timeframes: [Timeframe] { [parameters.timeframe] }
    public var decisionTimeframe: Timeframe { parameters.timeframe }

    private let timeframe: Timeframe
    private var fast: EMA
    private var slow: EMA
    private var range: WilderATR
    /// Which average was on top when they last differed; nil before both exist.
    private var fastIsAbove: Bool?

    public init(pair: SpotPair, parameters: EMACrossParameters = EMACrossParameters()) {
        precondition(parameters.fastPeriod < parameters.slowPeriod, "the fast average has fewer bars")
        precondition(parameters.stopATR > 0 && parameters.targetATR > 0, "stop and target lie away from the entry")
        self.pair = pair
        self.parameters = parameters
        timeframe = parameters.timeframe
        fast = EMA(period: parameters.fastPeriod)
        slow = EMA(period: parameters.slowPeriod)
        range = WilderATR(period: parameters.atrPeriod)
    }

    public mutating func observe(_ candle: Candle, _ timeframe: Timeframe, into findings: inout [Finding]) {
        guard timeframe == self.timeframe else { return }
        // Smallest price units: exact as a `Double`, and only ratios are made of them.
        let close = Double(candle.close.raw)
        let fastValue = fast.push(close)
        let slowValue = slow.push(close)
        let atr = range.push(
            high: Double(candle.high.raw), low: Double(candle.low.raw), close: close)
        guard let fastValue, let slowValue, fastValue != slowValue else { return }
        let isAbove = fastValue > slowValue
        guard isAbove != fastIsAbove else { return }
        defer { fastIsAbove = isAbove }
        // Nobody saw the averages cross before the slow one existed.
        guard fastIsAbove != nil else { return }
        findings.append(crossing(candle, isAbove ? .long : .short, atr: atr))
    }

    public mutating func observe(
        _ series: CandleSeries, _ bars: Range<Int>, into findings: inout [Finding]
    ) -> Int? {
        guard series.timeframe == timeframe else { return nil }
        let before = findings.count
        var first = bars.lowerBound
        while let place = passUncrossed(series, first..<bars.upperBound) {
            observe(series[place], timeframe, into: &findings)
            if findings.count != before { return place }
            first = place + 1
        }
        return nil
    }

    /// Takes bars as `observe` does that leave the same average on top. The place of the first that may not, which is not
    /// taken. What changes with every bar stays in registers.
    private mutating func passUncrossed(_ series: CandleSeries, _ bars: Range<Int>) -> Int? {
        guard let fastIsAbove else { return bars.first }
        var (fast, slow, range) = (fast, slow, range)
        defer { (self.fast, self.slow, self.range) = (fast, slow, range) }
        for place in bars {
            let close = Double(series.closes[place].raw)
            var (nextFast, nextSlow) = (fast, slow)
            guard let fastValue = nextFast.push(close), let slowValue = nextSlow.push(close),
                fastIsAbove ? fastValue >= slowValue : fastValue <= slowValue
            else { return place }
            (fast, slow) = (nextFast, nextSlow)
            range.push(high: Double(series.highs[place].raw), low: Double(series.lows[place].raw), close: close)
        }
        return nil
    }

    @inline(never)
    private func crossing(_ candle: Candle, _ side: Side, atr: Double?) -> Finding {
        let decidedAt = candle.openTime + timeframe.interval
        let fraction = atr.map { $0 / Double(candle.close.raw) } ?? 0
        let stop = Rate(fraction * parameters.stopATR, rounding: .nearestEven) ?? .zero
        let target = Rate(fraction * parameters.targetATR, rounding: .nearestEven) ?? .zero
        let checks: [Check<SignalRule>] = [
            Check(.warmedUp, .flag(atr != nil), passed: atr != nil),
            // A stop at or behind zero, or without distance, cannot be placed.
            Check(.stopDistance, .rate(stop), limit: .rate(.one), passed: stop.isPositive && stop < .one),
            Check(
                .firstTarget, .rate(target), limit: .rate(.one),
                passed: target.isPositive && (side == .long || target < .one)),
        ]
        let id = SetupID(pair, timeframe, side, structure: candle.openTime, level: candle.close)
        let reference = SpotPrice(candle.close)
        guard checks.allSatisfy(\.passed) else {
            return .declined(
                Candidate(
                    id: id, pair: pair, side: side, setup: .emaCross, decidedAt: decidedAt, reference: reference,
                    checks: checks))
        }
        return .signal(
            Signal(
                id: id, pair: pair, side: side, setup: .emaCross, decidedAt: decidedAt, reference: reference,
                entry: .market, stopDistance: stop, targets: [SignalTarget(distance: target, share: .one)],
                expiresAt: decidedAt + timeframe.interval,
                expectedHold: timeframe.interval * Int64(parameters.expectedHoldBars), timeExit: nil, checks: checks,
                drawings: []))
    }
}
