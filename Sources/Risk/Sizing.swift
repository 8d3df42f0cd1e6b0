import Market
import Venue

/// The state after the trade as a function of its size: what every gate on size is evaluated on.
struct Hypothesis {
    let terms: TradeTerms
    let equity: Money
    let availableMargin: Money
    let budget: Money
    /// Positions and entries in flight without this trade.
    let load: AccountLoad
    let peak: PeakEquity
    /// What the other positions of the same bet lose at their stops.
    let correlatedRisk: Money
    let limits: RiskParameters

    /// Loss per coin that the budget is divided by.
    var sizingLoss: Price { limits.includesCostsInSizing ? terms.loss : terms.distance }
    /// The cap in force: no configuration gets past the ceiling.
    var leverageCap: Rate { min(limits.leverageCap, RiskParameters.leverageCeiling) }

    func notional(_ quantity: Quantity) -> Money { terms.entry.notional(of: quantity, .up) }

    func initialMargin(_ quantity: Quantity) -> Money {
        let notional = notional(quantity)
        return notional.times(terms.instrument.margin.level(for: notional).initial, .up)
    }

    func equity(after quantity: Quantity) -> Money { equity - terms.entryCost.notional(of: quantity, .up) }

    func load(with quantity: Quantity) -> AccountLoad {
        let notional = notional(quantity)
        var after = load
        after.add(terms.side, notional: notional, entryNotional: notional, terms.instrument.margin)
        return after
    }

    /// The largest whole number of lots that every gate on size passes; zero when none does.
    func largestQuantity() -> Quantity {
        let lot = terms.instrument.lot
        // First what can be computed at once; the ceiling also keeps all later products in range.
        var most = min(terms.instrument.maximumPosition, budget.quantity(at: sizingLoss, .towardZero) ?? .greatest)
        most = min(most, equity.times(leverageCap, .down).quantity(at: terms.entry, .towardZero) ?? .zero)
        most = max(terms.instrument.wholeLots(most), .zero)
        if most.isZero || fits(most) { return most }
        // Every gate on size gets worse with size: search the last that passes.
        var passing: Int64 = 0
        var failing = most.raw / lot.raw
        while failing - passing > 1 {
            let middle = passing + (failing - passing) / 2
            if fits(Quantity(raw: middle * lot.raw)) { passing = middle } else { failing = middle }
        }
        return Quantity(raw: passing * lot.raw)
    }

    private func fits(_ quantity: Quantity) -> Bool {
        var passes = true
        visitGates(quantity) { _, _, _, passed in passes = passes && passed }
        return passes
    }

    /// Every gate on size that is on, in the order of `RiskRule`, with its value and limit after a trade of `quantity`.
    /// Returns the metrics after it.
    @inline(__always) @discardableResult
    func visitGates(_ quantity: Quantity, _ visit: (RiskRule, Measure, Measure, Bool) -> Void) -> RiskMetrics {
        let equity = equity(after: quantity)
        let metrics = RiskMetrics(equity: equity, load(with: quantity), peak: peak)
        let value = notional(quantity)
        let loss = sizingLoss.notional(of: quantity, .up)
        visit(.riskBudget, .money(loss), .money(budget), loss <= budget)
        if let limit = limits.correlation {
            let risk = terms.loss.notional(of: quantity, .up) + correlatedRisk
            let most = self.equity.times(limit.risk, .down)
            visit(.correlatedRisk, .money(risk), .money(most), risk <= most)
        }
        let leverage = metrics.effectiveLeverage
        visit(.leverage, .rate(leverage), .rate(leverageCap), leverage <= leverageCap)
        if let limit = limits.positionNotional {
            let share = RiskMetrics.ratio(value, equity)
            visit(.positionNotional, .rate(share), .rate(limit), share <= limit)
        }
        let most = terms.instrument.maximumPosition
        visit(.exchangeLimit, .quantity(quantity), .quantity(most), quantity <= most)
        if let use = limits.freeMarginUse {
            let margin = initialMargin(quantity)
            let free = max(availableMargin, .zero).times(use, .down)
            visit(.freeMargin, .money(margin), .money(free), margin <= free)
        }
        if let ladder = limits.marginUtilisation {
            let share = metrics.marginUtilisation
            visit(.marginUtilisation, .rate(share), .rate(ladder.plan), share <= ladder.plan)
        }
        // The trade itself is exposure, so there is a distance.
        let distance = metrics.liquidationDistance ?? .zero
        if let ladder = limits.liquidationDistance {
            visit(.liquidationDistance, .rate(distance), .rate(ladder.plan), distance >= ladder.plan)
        }
        if let multiple = limits.liquidationToStop {
            let needed = terms.stopDistance.times(multiple, .up)
            visit(.stopBeforeLiquidation, .rate(distance), .rate(needed), distance >= needed)
        }
        return metrics
    }
}

extension Exposure {
    /// What the account loses from entry when the stop fills, with exit fee and slippage; the whole notional without a
    /// stop, at least zero.
    func lossAtStop(_ slippage: SlippageAssumption) -> Money {
        guard let stop else { return notional }
        let slip = stop.times(slippage.exit, .up)
        let filled = side == .long ? stop - slip : stop + slip
        let move = side == .long ? entryPrice - filled : filled - entryPrice
        return max(.zero, (move + filled.times(instrument.fees.taker, .up)).notional(of: quantity, .up))
    }
}
