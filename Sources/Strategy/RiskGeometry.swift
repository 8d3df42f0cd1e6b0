import Market
import SmartMoney

/// Entry and stop of a setup in oriented prices: the unit of risk that targets are measured in.
struct RiskGeometry: Sendable {
    let entry: Int64
    let stop: Int64

    /// The stop lies a buffer behind the far edge of the zone or, if asked for and farther, behind the protected extreme.
    init(
        entry: Int64, zone: EntryZone, trigger: StructureTrigger, atr: Double,
        parameters: SmartMoneyStrategyParameters
    ) {
        self.entry = entry
        let base =
            switch parameters.stopBase {
            case .zone: zone.far
            case .farther: min(zone.far, trigger.side.oriented(trigger.origin))
            }
        stop = base - wholeUnits(parameters.stopBuffer * atr)
    }

    /// One R in smallest price units.
    var risk: Int64 { entry - stop }

    /// How many R a price pays.
    func reward(_ price: Int64) -> Double { Double(price - entry) / Double(risk) }

    /// Both levels are prices and the stop lies behind the entry, by less than the whole price.
    func isPlaceable(_ side: Side) -> Bool {
        risk > 0 && side.price(entry).isPositive && side.price(stop).isPositive && risk < side.price(entry).raw
    }

    /// The distance from the entry as a fraction of it.
    func fraction(of length: Int64, _ side: Side) -> Rate {
        Price(raw: length).ratio(to: side.price(entry)) ?? .zero
    }
}

/// Where a setup leaves at a profit.
struct TargetPlan: Sendable {
    /// Prices and shares, the nearest first.
    private(set) var targets: [(price: Int64, share: Rate)] = []
    /// What the nearest pool at the least reward or beyond pays, in R; else the most that any pool pays; zero without one.
    private(set) var firstReward = 0.0

    /// Targets are resting liquidity; none is ever invented. Without a pool that pays the least reward there are none.
    init(
        _ geometry: RiskGeometry, _ side: Side, in state: borrowing SmartMoneyState,
        parameters: SmartMoneyStrategyParameters
    ) {
        var pools: [Int64] = []
        for pool in state.pools(side.direction, beyond: side.price(geometry.entry)) {
            // The innermost price of equal highs: what is sure to be reached when the pool is.
            let price = side.oriented(pool.inner)
            let reward = geometry.reward(price)
            if pools.isEmpty { firstReward = max(firstReward, reward) }
            guard reward >= parameters.minimumReward, side.price(price).isPositive else { continue }
            if let last = pools.last, reward < geometry.reward(last) + parameters.targetSpacing { continue }
            pools.append(price)
            if pools.count == parameters.targetShares.count { break }
        }
        guard !pools.isEmpty else { return }
        switch parameters.exitPlan {
        case .pools: leave(at: pools, parameters.targetShares)
        case .ladder:
            for (reward, share) in zip(parameters.ladderRewards, parameters.targetShares) {
                let price = geometry.entry + wholeUnits(reward * Double(geometry.risk))
                if side.price(price).isPositive { targets.append((price, share)) }
            }
        }
    }

    private mutating func leave(at pools: [Int64], _ shares: [Rate]) {
        for (position, price) in pools.enumerated() {
            let isLast = position == pools.count - 1
            let share = isLast ? shares[position...].reduce(Rate.zero, +) : shares[position]
            targets.append((price, share))
        }
    }
}
