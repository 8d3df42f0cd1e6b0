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
    /// The origin of the last leg, until it is broken: a low in a bullish trend.
    private(set) var protected: StructuralLevel?
    private(set) var lastBreak: StructureBreak?
    private var above = Side()
    private var below = Side()

    /// What lies on one side of the price, in oriented prices; `.max` where there is nothing.
    private struct Side {
        /// The unbroken structural swing.
        var level: StructuralLevel?
        var swing = Int64.max
        /// The protected extreme.
        var guarded = Int64.max
        /// The nearer of the two: most bars reach neither and cost a comparison.
        var nearest = Int64.max
        /// The last bar that swept a level; -1 when none did.
        var lastSweep = -1

        @inline(__always) mutating func refresh() { nearest = min(swing, guarded) }
    }

    init(layer: Layer, parameters: SmartMoneyParameters) {
        self.layer = layer
        breakRule = parameters.breakRule
        displacementBars = parameters.displacementBars
        displacementBody = parameters.displacementBody
        displacementClose = parameters.displacementClose
    }

    func level(_ direction: Direction) -> StructuralLevel? { direction == .bullish ? above.level : below.level }

    func lastSweep(_ direction: Direction) -> Int { direction == .bullish ? above.lastSweep : below.lastSweep }

    /// A structural swing was confirmed: it is the level of its side from now on.
    @inline(__always)
    mutating func adopt(_ swing: Swing, _ direction: Direction) {
        let level = StructuralLevel(id: swing.id, index: swing.index, time: swing.time, price: swing.price)
        change(direction) { side in
            side.level = level
            side.swing = level.price.oriented(direction)
            side.refresh()
        }
    }

    @inline(__always)
    func isReached(by bar: OrientedBar, _ direction: Direction) -> Bool {
        bar.high > (direction == .bullish ? above.nearest : below.nearest)
    }

    /// Which side is looked at first by a bar that may break both (by wicks): with the trend, so that the turn comes
    /// last; without a trend the side that the bar probably visited first.
    @inline(__always)
    func firstSide(isBullish: Bool) -> Direction { trend ?? (isBullish ? .bearish : .bullish) }

    /// A bar has reached beyond a level of this side: it broke it, which is answered, or swept it.
    @inline(__always)
    mutating func resolve(
        _ direction: Direction, _ bars: inout BarHistory, lastGap: Int, _ log: inout EventLog
    ) -> StructureBreak? {
        let bar = log.bar(direction)
        let reach = breakRule == .close ? bar.close : bar.high
        let (swing, guarded) = direction == .bullish ? (above.swing, above.guarded) : (below.swing, below.guarded)
        let level = direction == .bullish ? above.level : below.level
        if reach > min(swing, guarded) {
            // The swing comes first when both are broken.
            let isSwing = reach > swing
            guard let broken = isSwing ? level : protected else { return nil }
            if isSwing { clear(direction) }
            return shatter(broken, direction, isSwing ? swing : guarded, &bars, lastGap: lastGap, &log)
        }
        if bar.high > swing, let level { sweep(level, direction, &log) }
        if bar.high > guarded, let protected, swing == .max || protected.index != level?.index {
            sweep(protected, direction, &log)
        }
        return nil
    }

    @inline(__always)
    private mutating func sweep(_ level: StructuralLevel, _ direction: Direction, _ log: inout EventLog) {
        change(direction) { $0.lastSweep = log.index }
        log.append(.sweep, direction, layer, level.price, level.price, level.id, .none)
    }

    /// `reach` is the level in oriented prices.
    @inline(__always)
    private mutating func shatter(
        _ level: StructuralLevel, _ direction: Direction, _ reach: Int64, _ bars: inout BarHistory, lastGap: Int,
        _ log: inout EventLog
    ) -> StructureBreak {
        let start = bars.extreme(direction.opposite, after: level.index)
        let origin = StructuralLevel(
            id: StructureID(.swing, start.index, direction.opposite, layer), index: start.index,
            time: bars[start.index].openTime, price: start.price)
        let body = bars.largestBody(ofLast: displacementBars)
        let beyond = log.bar(direction).close &- reach
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
        lastBreak = result
        protect(origin, direction)
        return result
    }

    /// The origin of a leg in `direction` is protected now, and nothing on the other side of the price is.
    @inline(__always)
    private mutating func protect(_ origin: StructuralLevel, _ direction: Direction) {
        protected = origin
        change(direction) { side in
            side.guarded = .max
            side.refresh()
        }
        change(direction.opposite) { side in
            side.guarded = origin.price.oriented(direction.opposite)
            side.refresh()
        }
    }

    @inline(__always)
    private mutating func clear(_ direction: Direction) {
        change(direction) { side in
            side.level = nil
            side.swing = .max
        }
    }

    @inline(__always)
    private mutating func change(_ direction: Direction, _ body: (inout Side) -> Void) {
        switch direction {
        case .bullish: body(&above)
        case .bearish: body(&below)
        }
    }
}
