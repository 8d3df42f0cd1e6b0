import Market
import Venue

/// Gates on what happened before: losses, pauses, open positions.
struct HistoryGates {
    let now: Timestamp
    let ledger: RiskLedger
    let limits: RiskParameters

    func check(_ account: AccountReport?, _ list: inout CheckList) {
        if let ladder = limits.drawdown, let account {
            let drawdown = ledger.peak.drawdown(at: account.equity)
            list.add(.drawdown, .rate(drawdown), limit: .rate(ladder.halt), passed: drawdown < ladder.halt)
        }
        if let limit = limits.dailyLoss, let account {
            let loss = ledger.day.loss(at: now, equity: account.equity)
            list.add(.dailyLoss, .rate(loss), limit: .rate(limit), passed: loss <= limit)
        }
        if let limit = limits.dailyEntries {
            let entries = ledger.day.entries(at: now) + 1
            list.add(.dailyEntries, .count(entries), limit: .count(limit), passed: entries <= limit)
        }
        if let streak = limits.lossStreak {
            if let until = ledger.cooldowns.streakPause(at: now) {
                list.add(.lossStreak, .time(until), limit: .time(now), passed: false)
            } else {
                list.add(.lossStreak, .count(ledger.cooldowns.losses), limit: .count(streak.losses), passed: true)
            }
        }
    }

    func check(_ instrument: InstrumentID, _ exposures: [Exposure]?, _ list: inout CheckList) {
        if limits.symbolCooldown != nil {
            let until = ledger.cooldowns.pause(of: instrument, at: now)
            list.add(.symbolCooldown, until.map(Measure.time) ?? .none, limit: .time(now), passed: until == nil)
        }
        guard let exposures else { return }
        var same = 0
        var all = 0
        for exposure in exposures where exposure.quantity.isPositive {
            all += 1
            if exposure.instrument.id == instrument { same += 1 }
        }
        list.add(.onePosition, .count(same), limit: .count(0), passed: same == 0)
        if let limit = limits.positionCount {
            list.add(.positionCount, .count(all + 1), limit: .count(limit), passed: all + 1 <= limit)
        }
    }
}

/// Gates on the state of the market.
struct MarketGates {
    let view: RiskView
    let limits: RiskParameters

    func check(_ tick: Tick?, _ spot: Price?, _ list: inout CheckList) {
        if let basis = limits.basis {
            if let tick, let spot {
                let value = BasisGuard.basis(mark: tick.mark, spot: spot) ?? .greatest
                list.add(.basis, .rate(value), limit: .rate(basis.entry), passed: value <= basis.entry)
            }
            switch view.basisState {
            case .normal: list.add(.basisGuard, .none, passed: true)
            case .exitsOnly(let since): list.add(.basisGuard, .time(since), passed: false)
            }
        }
        if let limit = limits.spread, let tick {
            let spread = (tick.ask - tick.bid).ratio(to: tick.mark, .up) ?? .greatest
            list.add(.spread, .rate(spread), limit: .rate(limit), passed: spread <= limit)
        }
        if let filter = limits.funding, let tick {
            let rate = tick.funding.rate.magnitude
            if let greatest = filter.greatest(average: view.fundingAverage) {
                list.add(.fundingSpike, .rate(rate), limit: .rate(greatest), passed: rate <= greatest)
            } else {
                list.add(.fundingSpike, .word("unknown average"), limit: .rate(filter.limit), passed: false)
            }
        }
        if let filter = limits.volatility {
            if let percentile = view.volatilityPercentile {
                list.add(
                    .volatility, .number(percentile), limit: .number(filter.highest), passed: filter.allows(percentile))
            } else {
                list.add(.volatility, .word("unknown"), limit: .number(filter.highest), passed: false)
            }
        }
    }
}
