public import Market

/// The names of the limits, as errors and configuration spell them.
public enum RiskLimit: String, Hashable, Sendable, Codable, CaseIterable {
    case riskFraction = "risk_fraction"
    case slippageEntry = "slippage_entry"
    case slippageExit = "slippage_exit"
    case leverageCap = "leverage_cap"
    case positionNotional = "position_notional"
    case freeMarginUse = "free_margin_use"
    case minimumSlices = "minimum_slices"
    case drawdown
    case drawdownFactor = "drawdown_factor"
    case marginUtilisation = "margin_utilisation"
    case leverage
    case liquidationDistance = "liquidation_distance"
    case liquidationToStop = "liquidation_to_stop"
    case positionCount = "position_count"
    case dailyLoss = "daily_loss"
    case dailyEntries = "daily_entries"
    case lossStreak = "loss_streak"
    case lossStreakPause = "loss_streak_pause"
    case smallestLoss = "smallest_loss"
    case symbolCooldown = "symbol_cooldown"
    case correlationThreshold = "correlation_threshold"
    case correlatedRisk = "correlated_risk"
    case basis
    case fundingLimit = "funding_limit"
    case fundingMultiple = "funding_multiple"
    case fundingFloor = "funding_floor"
    case volatility
    case spread
    case costShare = "cost_share"
    case netReward = "net_reward"
    case tickAge = "tick_age"
    case spotAge = "spot_age"
    case accountAge = "account_age"
}

/// One thing that is wrong with a set of limits.
public enum RiskIncoherence: Hashable, Sendable {
    /// The value is outside its range; bounds are in the documentation of the limit.
    case outOfRange(RiskLimit, Measure)
    /// The leverage cap is above `RiskParameters.leverageCeiling`.
    case aboveCeiling(Rate)
    /// The planner's limit, the warning and the halt do not follow each other in this order.
    case disordered(RiskLimit, [Rate])
    /// The first limit must not be greater than the second.
    case exceeds(RiskLimit, RiskLimit)
}

extension RiskIncoherence: CustomStringConvertible {
    public var description: String {
        switch self {
        case .outOfRange(let limit, let value): "\(limit.rawValue) is out of range: \(value)"
        case .aboveCeiling(let cap): "leverage of \(cap) is above the ceiling of \(RiskParameters.leverageCeiling)"
        case .disordered(let limit, let steps):
            "\(limit.rawValue): planner, warning and halt are out of order: "
                + steps.map(\.description).joined(separator: ", ")
        case .exceeds(let small, let large): "\(small.rawValue) is greater than \(large.rawValue)"
        }
    }
}

/// All that is wrong with a set of limits.
public struct RiskParameterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Never empty.
    public let incoherences: [RiskIncoherence]

    public init(incoherences: [RiskIncoherence]) { self.incoherences = incoherences }

    public var description: String { incoherences.map(\.description).joined(separator: "; ") }
}

extension RiskParameters {
    /// These parameters, when every limit is in its range and every ladder in order; else everything that is wrong.
    public func validated() throws(RiskParameterError) -> RiskParameters {
        let found = incoherences
        guard found.isEmpty else { throw RiskParameterError(incoherences: found) }
        return self
    }

    /// Everything that is wrong, in the order of `RiskLimit` within ranges, then ladders, then pairs.
    public var incoherences: [RiskIncoherence] {
        var found: [RiskIncoherence] = []
        checkSize(&found)
        checkLosses(&found)
        checkMarket(&found)
        checkLadders(&found)
        checkPairs(&found)
        return found
    }

    private func checkSize(_ found: inout [RiskIncoherence]) {
        found.require(.riskFraction, riskFraction, above: .zero, upTo: .basisPoints(500))
        found.require(.slippageEntry, slippage.entry, from: .zero, upTo: .basisPoints(500))
        found.require(.slippageExit, slippage.exit, from: .zero, upTo: .basisPoints(500))
        if !leverageCap.isPositive { found.append(.outOfRange(.leverageCap, .rate(leverageCap))) }
        if leverageCap > Self.leverageCeiling { found.append(.aboveCeiling(leverageCap)) }
        found.require(.positionNotional, positionNotional, above: .zero, upTo: Self.leverageCeiling)
        found.require(.freeMarginUse, freeMarginUse, above: .zero, upTo: .one)
        found.require(.minimumSlices, minimumSlices, 0...10)
        found.require(.liquidationToStop, liquidationToStop, from: .one, upTo: Rate(100))
        found.require(.positionCount, positionCount, 1...100)
    }

    private func checkLosses(_ found: inout [RiskIncoherence]) {
        found.require(.drawdownFactor, drawdown?.factor, above: .zero, upTo: .one)
        found.require(.dailyLoss, dailyLoss, above: .zero, upTo: .one)
        found.require(.dailyEntries, dailyEntries, 1...100_000)
        found.require(.lossStreak, lossStreak?.losses, 1...1000)
        found.require(.lossStreakPause, lossStreak?.pause)
        found.require(.smallestLoss, lossStreak?.smallestLoss, from: .zero, upTo: .one)
        found.require(.symbolCooldown, symbolCooldown)
        if let correlation {
            if !(correlation.threshold > 0 && correlation.threshold <= 1) {
                found.append(.outOfRange(.correlationThreshold, .number(correlation.threshold)))
            }
            found.require(.correlatedRisk, correlation.risk, above: .zero, upTo: .basisPoints(2_000))
        }
    }

    private func checkMarket(_ found: inout [RiskIncoherence]) {
        if let basis {
            found.require(.basis, basis.entry, from: .zero, upTo: basis.enter)
            found.require(.basis, basis.leave, from: .zero, upTo: basis.enter)
            found.require(.basis, basis.enter, above: .zero, upTo: .one)
        }
        if let funding {
            found.require(.fundingLimit, funding.limit, above: .zero, upTo: .one)
            found.require(.fundingMultiple, funding.averageMultiple, above: .one, upTo: Rate(1_000))
            found.require(.fundingFloor, funding.floor, from: .zero, upTo: funding.limit)
        }
        if let volatility, !volatility.isOrdered {
            found.append(.outOfRange(.volatility, .number(volatility.highest)))
        }
        found.require(.spread, spread, above: .zero, upTo: .one)
        found.require(.costShare, costShare, above: .zero, upTo: .one)
        found.require(.netReward, netReward, above: .zero, upTo: Rate(100))
        found.require(.tickAge, tickAge)
        found.require(.spotAge, spotAge)
        found.require(.accountAge, accountAge)
    }

    private func checkLadders(_ found: inout [RiskIncoherence]) {
        if let drawdown {
            found.requireRising(.drawdown, [.zero, drawdown.reduce, drawdown.warn, drawdown.halt, .one])
        }
        if let ladder = marginUtilisation {
            found.requireRising(.marginUtilisation, [.zero, ladder.plan, ladder.warn, ladder.halt])
            found.require(.marginUtilisation, ladder.halt, above: .zero, upTo: .one)
        }
        if let leverageMonitor {
            found.requireRising(.leverage, [leverageCap, leverageMonitor.warn, leverageMonitor.halt])
            found.require(.leverage, leverageMonitor.halt, above: .zero, upTo: Self.leverageCeiling)
        }
        if let ladder = liquidationDistance {
            found.requireRising(.liquidationDistance, [.zero, ladder.halt, ladder.warn, ladder.plan])
            found.require(.liquidationDistance, ladder.plan, above: .zero, upTo: .one)
        }
    }

    private func checkPairs(_ found: inout [RiskIncoherence]) {
        if let dailyLoss, riskFraction > dailyLoss { found.append(.exceeds(.riskFraction, .dailyLoss)) }
        if let correlation, riskFraction > correlation.risk { found.append(.exceeds(.riskFraction, .correlatedRisk)) }
        if let dailyLoss, let drawdown, dailyLoss > drawdown.halt { found.append(.exceeds(.dailyLoss, .drawdown)) }
    }
}

extension [RiskIncoherence] {
    fileprivate mutating func require(_ limit: RiskLimit, _ value: Rate?, above low: Rate, upTo high: Rate) {
        if let value, value <= low || value > high { append(.outOfRange(limit, .rate(value))) }
    }

    fileprivate mutating func require(_ limit: RiskLimit, _ value: Rate?, from low: Rate, upTo high: Rate) {
        if let value, value < low || value > high { append(.outOfRange(limit, .rate(value))) }
    }

    fileprivate mutating func require(_ limit: RiskLimit, _ value: Int?, _ range: ClosedRange<Int>) {
        if let value, !range.contains(value) { append(.outOfRange(limit, .count(value))) }
    }

    /// Over zero and at most a year.
    fileprivate mutating func require(_ limit: RiskLimit, _ value: Interval?) {
        if let value, value <= .zero || value > .days(366) { append(.outOfRange(limit, .number(value.hours))) }
    }

    fileprivate mutating func requireRising(_ limit: RiskLimit, _ steps: [Rate]) {
        if zip(steps, steps.dropFirst()).contains(where: { $0 >= $1 }) { append(.disordered(limit, steps)) }
    }
}
