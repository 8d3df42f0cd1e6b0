public import Market
public import Venue

// Nearly all steps in which something is held are calm: no price of theirs reaches an order, no hour ends, no margin is
// short and nothing is under way. What such a step has to say is known without a search: prices at the points of the
// path, prices at the observation, the account.
//
// The law: a calm step says and leaves what `next(until:)` says and leaves. Should the trader answer on the way, what is
// left of the instant is queued and the step goes on with `next(until:)`.
extension SimulatedExchange {
    /// Plays the step that has just been opened and ends at `until`, if it is calm. `tick` and `account` get what is said,
    /// with the time of its receipt, and return whether the trader kept silent. True when the step is over; else it goes
    /// on with `next(until:)`.
    @inline(__always)
    public mutating func playCalmStep(
        until: Timestamp, tick: (Tick, Timestamp) -> Bool, account: (AccountReport, Timestamp) -> Bool
    ) -> Bool {
        guard isCalm(until: until) else { return false }
        for place in orders.indices { orders[place].waits = false }
        for point in 0..<3 {
            walk.clock = walk.time(of: point)
            walk.point = point + 1
            guard tellPoint(point, tick) else { return false }
        }
        if walk.observation == walk.times.3 { reachClose() }
        guard tellObservation(tick, account) else { return false }
        if walk.point < 4 { reachClose() }
        return true
    }

    /// Whether nothing but the end of the path and the observation can happen in the step.
    private mutating func isCalm(until: Timestamp) -> Bool {
        guard openPositions != 0, walk.point == 0, walk.unobserved == 0, until == walk.times.3, nextFundingHour > until,
            commands.isEmpty, deliveries.isEmpty, walk.observation > walk.times.2,
            // What is said at a point is heard before the next one.
            configuration.feedLatency.longest <= walk.times.1 - walk.times.0
        else { return false }
        for index in markets.indices where markets[index].isActive && markets[index].bar.openTime != walk.times.0 {
            return false
        }
        for place in orders.indices where mayAct(place) { return false }
        if marginIsStale { assessMargin() }
        return marginIsSafe
    }

    /// Whether any price of the step reaches the order.
    private func mayAct(_ place: Int) -> Bool {
        let falls = orders[place].falls
        let level = orders[place].level
        let source = orders[place].source
        let market = orders[place].market
        let before = markets[market].now.price(source)
        let extreme = markets[market].extreme(low: falls, of: source)
        return falls ? min(before, extreme) <= level : max(before, extreme) >= level
    }

    @inline(__always)
    private mutating func tellPoint(_ point: Int, _ tell: (Tick, Timestamp) -> Bool) -> Bool {
        var isSilent = true
        for index in markets.indices where markets[index].isActive {
            step(index, to: point)
            isSilent = say(index, markets[index].now, isSilent, tell)
        }
        return isSilent
    }

    @inline(__always)
    private mutating func tellObservation(
        _ tell: (Tick, Timestamp) -> Bool, _ tellAccount: (AccountReport, Timestamp) -> Bool
    ) -> Bool {
        walk.clock = walk.observation
        advanceToClock()
        var isSilent = true
        while walk.unobserved < markets.count {
            let index = walk.unobserved
            walk.unobserved += 1
            guard markets[index].bar.openTime == walk.times.0 else { continue }
            isSilent = say(index, observed(index), isSilent, tell)
        }
        guard isSilent else {
            emit(.account(account))
            return false
        }
        lastQueued = max(lastQueued, walk.clock + jitter.delay(configuration.feedLatency))
        lastReceived = lastQueued
        return tellAccount(account, lastQueued)
    }

    /// Tells prices at once while the trader is silent, and queues them after; returns whether it still is.
    @inline(__always)
    private mutating func say(
        _ index: Int, _ point: PricePoint, _ isSilent: Bool, _ tell: (Tick, Timestamp) -> Bool
    ) -> Bool {
        guard isSilent else {
            sendTick(index, point)
            return false
        }
        let received = max(lastQueued, walk.clock + jitter.delay(configuration.feedLatency))
        guard received >= lastReceived else { return true }
        lastQueued = received
        lastReceived = received
        return tell(markets[index].tick(point, at: walk.clock, configuration.halfSpread), received)
    }

    private mutating func reachClose() {
        walk.clock = walk.times.3
        walk.point = 4
        for index in markets.indices where markets[index].isActive { step(index, to: 3) }
    }
}

extension MarketState {
    /// The lowest or the highest price of the bar, raw.
    @inline(__always)
    fileprivate func extreme(low: Bool, of source: TriggerSource) -> Int64 {
        switch source {
        case .mark: low ? bar.mark.low.raw : bar.mark.high.raw
        case .last: low ? bar.last.low.raw : bar.last.high.raw
        case .index: low ? bar.index.low.raw : bar.index.high.raw
        }
    }
}
