import Market

/// The trend of one layer and the levels whose break changes it.
///
/// With the trend the level is the unbroken structural swing. Against it there are two: the unbroken structural swing
/// and the protected extreme of the last leg; a break of either is the change of character, once. A swing counts from
/// the bar that confirms it, so the break rule of that bar already looks at the new level.
struct MarketStructure: Sendable {
    private let layer: Layer
    private let breakRule: SmartMoneyParameters.BreakRule
    private let displacementBars: Int
    private let displacementBody: Double
    private let displacementClose: Double
    /// Nil before the first break.
    private(set) var trend: Direction?
    private(set) var high: StructuralLevel?
    private(set) var low: StructuralLevel?
    /// The origin of the last leg, until it is broken: a low in a bullish trend.
    private(set) var protected: StructuralLevel?
    private(set) var lastBreak: StructureBreak?
    /// The last bars that swept a level above and below; -1 when none did.
    private(set) var lastSweepAbove = -1
    private(set) var lastSweepBelow = -1
    // The nearest level on each side in oriented prices: most bars reach neither and cost two comparisons.
    private var nearestAbove = Int64.max
    private var nearestBelow = Int64.max

    init(layer: Layer, parameters: SmartMoneyParameters) {
        self.layer = layer
        breakRule = parameters.breakRule
        displacementBars = parameters.displacementBars
        displacementBody = parameters.displacementBody
        displacementClose = parameters.displacementClose
    }

    func level(_ direction: Direction) -> StructuralLevel? { direction == .bullish ? high : low }

    func lastSweep(_ direction: Direction) -> Int { direction == .bullish ? lastSweepAbove : lastSweepBelow }

    /// A structural swing was confirmed: it is the level of its side from now on.
    mutating func adopt(_ swing: Swing) {
        let level = StructuralLevel(id: swing.id, index: swing.index, time: swing.time, price: swing.price)
        if swing.isHigh { high = level } else { low = level }
        refreshNearest()
    }

    @inline(__always)
    func isReached(by bar: OrientedBar, _ direction: Direction) -> Bool {
        bar.high > (direction == .bullish ? nearestAbove : nearestBelow)
    }

    /// Which side is looked at first by a bar that may break both (by wicks): with the trend, so that the turn comes
    /// last; without a trend the side that the bar probably visited first.
    func firstSide(isBullish: Bool) -> Direction { trend ?? (isBullish ? .bearish : .bullish) }

    /// A bar has reached beyond a level of this side: it broke it or swept it.
    mutating func resolve(
        _ direction: Direction, _ bar: OrientedBar, _ bars: inout BarHistory, lastGap: Int, _ log: inout EventLog
    ) -> StructureBreak? {
        let reach = breakRule == .close ? bar.close : bar.high
        let guarded = trend == direction.opposite ? protected : nil
        let swing = level(direction)
        if let swing, reach > swing.price.oriented(direction) {
            return shatter(swing, direction, bar, &bars, lastGap: lastGap, &log)
        }
        if let guarded, reach > guarded.price.oriented(direction) {
            return shatter(guarded, direction, bar, &bars, lastGap: lastGap, &log)
        }
        if let swing, bar.high > swing.price.oriented(direction) { sweep(swing, direction, &log) }
        if let guarded, guarded.index != swing?.index, bar.high > guarded.price.oriented(direction) {
            sweep(guarded, direction, &log)
        }
        return nil
    }

    private mutating func sweep(_ level: StructuralLevel, _ direction: Direction, _ log: inout EventLog) {
        if direction == .bullish { lastSweepAbove = log.index } else { lastSweepBelow = log.index }
        log.append(.sweep, direction, layer, level.price, level.price, level.id, .none)
    }

    private mutating func shatter(
        _ level: StructuralLevel, _ direction: Direction, _ bar: OrientedBar, _ bars: inout BarHistory, lastGap: Int,
        _ log: inout EventLog
    ) -> StructureBreak {
        let start = bars.extreme(direction.opposite, after: level.index)
        let origin = StructuralLevel(
            id: StructureID(.swing, start.index, direction.opposite, layer), index: start.index,
            time: bars[start.index].openTime, price: start.price)
        let body = bars.largestBody(ofLast: displacementBars)
        let beyond = bar.close - level.price.oriented(direction)
        let leftGap = lastGap > origin.index
        let displaced =
            log.atr > 0 && Double(body) >= displacementBody * log.atr
            && (leftGap || Double(beyond) >= displacementClose * log.atr)
        let isTurn = trend == direction.opposite
        let result = StructureBreak(
            id: StructureID(.structureBreak, log.index, direction, layer),
            kind: isTurn ? .changeOfCharacter : .breakOfStructure, direction: direction, layer: layer,
            index: log.index, time: log.time, level: level, origin: origin, displaced: displaced,
            strength: log.inATR(body))
        log.append(
            isTurn ? .changeOfCharacter : .breakOfStructure, direction, layer, level.price, origin.price, level.id,
            .structureBreak(displaced: displaced, strength: result.strength, origin: origin.index))
        trend = direction
        if level == self.level(direction) { clear(direction) }
        protected = origin
        lastBreak = result
        refreshNearest()
        return result
    }

    private mutating func clear(_ direction: Direction) {
        if direction == .bullish { high = nil } else { low = nil }
    }

    private mutating func refreshNearest() {
        nearestAbove = high?.price.raw ?? .max
        nearestBelow = low.map { -$0.price.raw } ?? .max
        switch trend {
        case .bullish: nearestBelow = min(nearestBelow, protected.map { -$0.price.raw } ?? .max)
        case .bearish: nearestAbove = min(nearestAbove, protected?.price.raw ?? .max)
        case nil: break
        }
    }
}
