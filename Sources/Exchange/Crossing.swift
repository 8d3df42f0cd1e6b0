import Market
import Venue

extension SimulatedExchange {
    /// Finds which resting order acts first on the running segment.
    mutating func findCrossing() {
        walk.crossingIsStale = false
        walk.crossing = nil
        for place in orders.indices {
            let market = orders[place].market
            guard !orders[place].waits else { continue }
            let time: Timestamp
            if orders[place].isReached(markets[market].now) {
                time = walk.clock
            } else if orders[place].isReached(markets[market].to), walk.point >= 1, walk.point <= 3 {
                time = crossingTime(place, market)
            } else {
                continue
            }
            let found = Walk.Crossing(time: time, order: place, rank: rank(orders[place].order.kind))
            if let best = walk.crossing, (best.time, best.rank) <= (found.time, found.rank) { continue }
            walk.crossing = found
        }
    }

    /// The first nanosecond at which the straight line from point to point has reached the level.
    private func crossingTime(_ place: Int, _ market: Int) -> Timestamp {
        let start = walk.time(of: walk.point - 1)
        let length = (walk.time(of: walk.point) - start).nanoseconds
        let live = orders[place]
        let from = markets[market].from.price(live.source)
        let to = markets[market].to.price(live.source)
        let elapsed = scaled(length, live.level - from, over: to - from, .up)
        return max(walk.clock, start + Interval(nanoseconds: elapsed))
    }

    private func rank(_ kind: OrderKind) -> Int {
        switch configuration.path {
        case .worst, .likely: kind.isStop ? 0 : 1
        case .best: kind.isStop ? 1 : 0
        }
    }

    /// Lets the order of the found crossing act.
    mutating func act() {
        guard let crossing = walk.crossing else { return }
        let live = orders[crossing.order]
        walk.crossingIsStale = true
        let wasReached = live.isReached(markets[live.market].now)
        advanceToClock()
        if !wasReached { advance(live.market, to: live.level, of: live.source) }
        if live.order.kind.isTrigger {
            remove(crossing.order)
            fire(live)
        } else {
            fillResting(crossing.order)
        }
    }
}
