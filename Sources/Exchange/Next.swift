public import Market
public import Venue

extension SimulatedExchange {
    /// Runs the venue until the next message reaches the trader, at `until` at the latest; nil when there is none by
    /// then. Commands that arrive exactly at `until` wait for the next call: at a bar's close, for the next bar's open.
    public mutating func next(until: Timestamp) -> Delivery? {
        if isIdle && deliveries.isEmpty {
            var delivery: Delivery?
            _ = nextQuietTick(until: until) { tick, received in
                delivery = Delivery(time: tick.time, received: received, message: .tick(tick))
            }
            if delivery != nil { return delivery }
            walk.clock = max(walk.clock, until)
            return nil
        }
        while true {
            let (time, happening) = nextHappening()
            if let received = deliveries.first({ $0.received }), received <= min(time, until) {
                lastReceived = received
                return deliveries.popFirst()
            }
            let happens = happening == .arrival ? time < until : time <= until
            guard happening != .nothing, happens else {
                if walk.clock < until {
                    walk.clock = until
                    if !isIdle { advanceToClock() }
                }
                return nil
            }
            walk.clock = max(walk.clock, time)
            perform(happening)
            if openPositions != 0 { guardMargin() }
        }
    }

    /// The next message when nothing is open, resting or under way: only closing ticks are due then, no path is walked
    /// and nothing has to be wrapped or copied. `take` gets the tick and the time of its receipt. False, without a tick,
    /// when something is at stake or none is left: `next(until:)` goes on from there.
    public mutating func nextQuietTick(until: Timestamp, _ take: (Tick, Timestamp) -> Void) -> Bool {
        guard isIdle && deliveries.isEmpty else { return false }
        let received = max(walk.times.3, lastReceived)
        while walk.unobserved < markets.count, received <= until {
            let index = walk.unobserved
            walk.unobserved += 1
            guard markets[index].bar.openTime == walk.times.0 else { continue }
            lastReceived = received
            take(markets[index].tick(observed(index), at: walk.observation, configuration.halfSpread), received)
            return true
        }
        return false
    }

    enum Happening {
        case nothing
        case crossing
        case liquidation
        case point
        case fundingHour
        case observation
        case arrival
    }

    /// What happens next, and when. At one instant: resting orders, liquidation, the path's point, funding, the
    /// closing observation, and last what arrives from us.
    private mutating func nextHappening() -> (Timestamp, Happening) {
        var time = Timestamp.never
        var happening = Happening.nothing
        if walk.crossingIsStale { findCrossing() }
        if let crossing = walk.crossing { (time, happening) = (crossing.time, .crossing) }
        if openPositions != 0 {
            if marginIsStale { assessMargin() }
            if !marginIsSafe, let instant = liquidationTime(), instant < time {
                (time, happening) = (instant, .liquidation)
            }
        }
        if walk.point < 4 {
            let point = walk.time(of: walk.point)
            if point < time { (time, happening) = (point, .point) }
        }
        if nextFundingHour < time { (time, happening) = (nextFundingHour, .fundingHour) }
        if walk.unobserved < markets.count, walk.observation < time {
            (time, happening) = (walk.observation, .observation)
        }
        if let arrival = commands.first({ $0.arrival }), arrival < time { (time, happening) = (arrival, .arrival) }
        return (time, happening)
    }

    private mutating func perform(_ happening: Happening) {
        switch happening {
        case .nothing: break
        case .crossing: act()
        case .liquidation: advanceToClock()
        case .point: reachPoint()
        case .fundingHour:
            advanceToClock()
            settleHour()
        case .observation: observe()
        case .arrival:
            advanceToClock()
            if let flight = commands.popFirst() { handle(flight) }
        }
    }

    private mutating func reachPoint() {
        let point = walk.point
        walk.point += 1
        for index in markets.indices where markets[index].isActive {
            step(index, to: point)
            if point < 3, markets[index].bar.openTime == walk.times.0 { sendTick(index, markets[index].now) }
        }
        for place in orders.indices { orders[place].waits = false }
        walk.crossing = nil
        walk.crossingIsStale = !orders.isEmpty
    }

    private mutating func observe() {
        advanceToClock()
        while walk.unobserved < markets.count {
            let index = walk.unobserved
            walk.unobserved += 1
            guard markets[index].bar.openTime == walk.times.0 else { continue }
            sendTick(index, observed(index))
        }
        if openPositions != 0 { emit(.account(account)) }
    }

    /// A tick that would reach the trader before what it already has is of no more use.
    mutating func sendTick(_ index: Int, _ point: PricePoint) {
        let received = max(lastQueued, walk.clock + jitter.delay(configuration.feedLatency))
        guard received >= lastReceived else { return }
        lastQueued = received
        let tick = markets[index].tick(point, at: walk.clock, configuration.halfSpread)
        deliveries.append(Delivery(time: walk.clock, received: received, message: .tick(tick)))
    }
}
