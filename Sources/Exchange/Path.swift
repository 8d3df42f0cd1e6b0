import Market
import Venue

extension SimulatedExchange {
    /// Starts to walk the path of a market that was quiet until now.
    mutating func enter(_ index: Int) {
        choosePath(index)
        guard markets[index].bar.openTime == walk.times.0, walk.point < 4 else {
            hold(index)
            return
        }
        markets[index].from = markets[index].pathPoint(walk.point - 1)
        markets[index].to = markets[index].pathPoint(walk.point)
        markets[index].now = walk.fraction.between(markets[index].from, markets[index].to)
    }

    /// Moves an active market to point number `point` of its path and onto the segment that begins there.
    mutating func step(_ index: Int, to point: Int) {
        if point == 0 { choosePath(index) }
        guard markets[index].bar.openTime == walk.times.0 else {
            hold(index)
            return
        }
        markets[index].now = markets[index].pathPoint(point)
        markets[index].from = markets[index].now
        markets[index].to = markets[index].pathPoint(min(point + 1, 3))
    }

    /// A market without a bar in this step stands at its last close: nothing trades, so nothing can be taken.
    private mutating func hold(_ index: Int) {
        markets[index].now = markets[index].pathPoint(3)
        markets[index].from = markets[index].now
        markets[index].to = markets[index].now
    }

    /// Brings the prices of all active markets to the clock.
    mutating func advanceToClock() {
        guard walk.point >= 1, walk.point <= 3 else { return }
        let fraction = walk.fraction
        for index in markets.indices where markets[index].isActive {
            markets[index].now = fraction.between(markets[index].from, markets[index].to)
        }
    }

    /// Brings a market exactly to where a watched series meets `level`, so that the price is the level itself and not
    /// the level rounded through time.
    mutating func advance(_ index: Int, to level: Int64, of source: TriggerSource) {
        let from = markets[index].from
        let to = markets[index].to
        let part = level - from.price(source)
        let whole = to.price(source) - from.price(source)
        guard whole != 0 else { return }
        markets[index].now = PricePoint(
            last: from.last + scaled(to.last - from.last, part, over: whole, .nearestEven),
            mark: from.mark + scaled(to.mark - from.mark, part, over: whole, .nearestEven),
            index: from.index + scaled(to.index - from.index, part, over: whole, .nearestEven))
    }

    /// What is seen of a market at the observation before the close.
    @inline(__always)
    mutating func observed(_ index: Int) -> PricePoint {
        if walk.observedFraction != .end { choosePath(index) }
        return markets[index].seen(on: walk.observedSegment, walk.observedFraction)
    }

    @inline(__always)
    private mutating func choosePath(_ index: Int) {
        guard markets[index].pathChosenFor != walk.times.0 else { return }
        markets[index].pathChosenFor = walk.times.0
        let likely = markets[index].bar.last.close < markets[index].bar.last.open
        if isIdle { markets[index].highFirst = likely } else { choosePath(index, likely: likely) }
    }

    private mutating func choosePath(_ index: Int, likely: Bool) {
        switch configuration.path {
        case .likely: markets[index].highFirst = likely
        case .worst: markets[index].highFirst = adverseHighFirst(index) ?? likely
        case .best: markets[index].highFirst = adverseHighFirst(index).map { !$0 } ?? likely
        }
    }

    /// Whether the high first is worse for us; nil when it is all the same. A position decides; without one, the oldest
    /// order that would open one.
    private func adverseHighFirst(_ index: Int) -> Bool? {
        if markets[index].position.isOpen { return markets[index].position.side == .short }
        for live in orders where live.market == index && !live.order.reduceOnly {
            return adverseHighFirst(entry: live.order, rests: true)
        }
        for place in 0..<commands.count {
            guard let flight = commands[place], flight.market == index else { continue }
            switch flight.command {
            case .place(let order) where !order.reduceOnly:
                return adverseHighFirst(entry: order, rests: rests(order, markets[index].bar.last.open))
            case .place, .amend, .cancel:
                continue
            }
        }
        return nil
    }

    /// An entry that waits for a price is filled on the way to one extreme and then suffers the other; one that trades
    /// at once suffers the nearest extreme first.
    private func adverseHighFirst(entry order: Order, rests: Bool) -> Bool {
        rests ? order.side == .long : order.side == .short
    }

    private func rests(_ order: Order, _ open: Price) -> Bool {
        switch order.kind {
        case .market: false
        case .limit(let price), .postOnly(let price): order.side == .long ? price < open : price > open
        case .stopMarket, .takeProfitMarket: true
        }
    }
}
