import Market
public import Risk
import Venue

/// Halts: latched, each with its own reason, released by an operator only. A halt ends entries and nothing else:
/// stops are kept and repaired, exits go on.
extension Trader {
    mutating func obey(_ command: OperatorCommand, into outcome: inout Outcome) {
        switch command {
        case .halt(let reason):
            raise(Alarm(reason: .operatorCommand, detail: reason), into: &outcome)
        case .flatten(let reason): flatten(reason, into: &outcome)
        case .release(let name, let reason): release("released by \(name): \(reason)", into: &outcome)
        }
    }

    /// A drawdown does not end by itself: without trades equity does not recover. Whoever releases its halt accepts
    /// the loss, and drawdown is measured from present equity on; the record says so.
    private mutating func release(_ detail: String, into outcome: inout Outcome) {
        let drawdown = ledger.drawdown
        let isHaltedByDrawdown = isHaltedByDrawdown
        safety = .ready
        assessedFlat = nil
        guard isHaltedByDrawdown, let (old, new) = ledger.rebasePeak() else { return record(detail, into: &outcome) }
        if case .halt(.drawdown) = condition { condition = .ok }
        record(
            "\(detail); peak equity re-based from \(old) to \(new), accepting a drawdown of \(drawdown)", into: &outcome
        )
    }

    /// Whether a halt stands that drawdown is a reason for, be it the first or a later one.
    private var isHaltedByDrawdown: Bool {
        switch safety {
        case .ready: false
        case .halted(.drawdown), .flattening(.drawdown): true
        case .halted, .flattening: planner.parameters.drawdown.map { ledger.drawdown >= $0.halt } ?? false
        }
    }

    /// Takes over a latch of an earlier session; what is stricter stands.
    mutating func restore(_ state: SafetyState, into outcome: inout Outcome) {
        for index in markets.indices { markets[index].truth.forget() }
        switch (safety, state) {
        case (_, .ready), (.flattening, _), (.halted, .halted): return
        case (.ready, .halted(let reason)):
            raise(Alarm(reason: reason, detail: "restored from the safety record"), into: &outcome)
        case (.ready, .flattening), (.halted, .flattening): flatten("restored from the safety record", into: &outcome)
        }
    }

    mutating func permit(_ new: EntryPermission, into outcome: inout Outcome) {
        guard new != permission else { return }
        permission = new
        switch new {
        case .open, .paused: break
        case .withdrawn: abandonEntries(into: &outcome)
        }
    }

    /// Halts for the alarm's reason. The first reason stands; later ones are recorded.
    mutating func raise(_ alarm: Alarm, into outcome: inout Outcome) {
        guard let reason = alarm.reason else { return record(alarm.detail, into: &outcome) }
        switch safety {
        case .ready: safety = .halted(reason)
        case .halted, .flattening: break
        }
        record("\(reason.rawValue): \(alarm.detail)", into: &outcome)
        abandonEntries(into: &outcome)
    }

    private mutating func abandonEntries(into outcome: inout Outcome) {
        for index in watches.indices
        where watches[index].isBusy && markets[index].position?.entering.isPositive == true {
            markets[index].position?.abandonEntry(.halted, at: now, into: &outcome)
            watches[index].deadline = markets[index].position?.deadline ?? .distantFuture
        }
        refreshDeadline()
    }

    private mutating func flatten(_ detail: String, into outcome: inout Outcome) {
        switch safety {
        case .ready: safety = .flattening(.operatorCommand)
        case .halted(let reason): safety = .flattening(reason)
        case .flattening: break
        }
        isFlatReported = false
        record("flatten: \(detail)", into: &outcome)
        for index in watches.indices where watches[index].isBusy {
            markets[index].position?.abandonEntry(.halted, at: now, into: &outcome)
            markets[index].position?.close(.killSwitch, at: now, into: &outcome)
            settle(index, into: &outcome)
        }
        for index in adoptions.indices { adoptions[index]?.close(at: now, into: &outcome) }
        refreshDeadline()
        reportFlat(into: &outcome)
    }

    /// Completion is said only when the venue has confirmed the end of every order and position.
    mutating func reportFlat(into outcome: inout Outcome) {
        guard case .flattening = safety, !isFlatReported, !hasAdoptions, isCertain, !watches.contains(where: \.isBusy)
        else {
            return
        }
        isFlatReported = true
        record("flat: no position and no order is left", into: &outcome)
    }

    func record(_ detail: String, into outcome: inout Outcome) {
        outcome.notes.append(.safety(SafetyChange(time: now, state: safety, detail: detail)))
    }

    mutating func basisChanged(_ state: BasisGuard.State, _ index: Int, into outcome: inout Outcome) {
        switch state {
        case .normal: record("\(markets[index].id): basis is back to normal", into: &outcome)
        case .exitsOnly:
            record("\(markets[index].id): basis too wide, exits only", into: &outcome)
            guard watches[index].isBusy else { return }
            markets[index].position?.abandonEntry(.halted, at: now, into: &outcome)
            if parameters.closesOnBasis { markets[index].position?.close(.basisGuard, at: now, into: &outcome) }
            settle(index, into: &outcome)
        }
    }

    /// Holds the account against the limits beyond the planner's.
    mutating func assess(_ report: AccountReport, into outcome: inout Outcome) {
        let isFlat =
            report.initialMargin.isZero && report.maintenanceMargin.isZero && !watches.contains(where: \.isBusy)
        if isFlat, assessedFlat == report.equity { return }
        guard let new = assessed(report) else { return }
        assessedFlat = isFlat ? report.equity : nil
        guard new != condition else { return }
        condition = new
        switch new {
        case .ok: record("risk metrics are back within limits", into: &outcome)
        case .warn(let metric): record("warning: \(metric.rawValue)", into: &outcome)
        case .halt(let metric):
            raise(Alarm(reason: HaltReason(metric), detail: "limit reached"), into: &outcome)
        }
    }
}

extension Trader {
    /// What the monitor says; nil while the venue has not told about every instrument.
    private mutating func assessed(_ report: AccountReport) -> RiskCondition? {
        if monitor.isOff {
            for index in markets.indices where !markets[index].truth.isKnown { return nil }
            return .ok
        }
        guard let load = load(on: report) else { return nil }
        return monitor.assess(RiskMetrics(equity: report.equity, load, peak: ledger.peak))
    }

    /// Where the account stands on each ladder of limits that halts; empty while that is not known.
    public var readings: [RiskReading] {
        var copy = self
        guard let report = account.value, let load = copy.load(on: report) else { return [] }
        return monitor.readings(RiskMetrics(equity: report.equity, load, peak: ledger.peak))
    }

    /// What all positions and entries in flight weigh; nil while the venue has not told about every instrument.
    private mutating func load(on report: AccountReport) -> AccountLoad? {
        var load = AccountLoad()
        for index in markets.indices {
            guard markets[index].truth.isKnown else { return nil }
            if watches[index].isBusy { markets[index].addHeld(to: &load) }
        }
        load.cover(initialMargin: report.initialMargin, maintenanceMargin: report.maintenanceMargin)
        for index in watches.indices where watches[index].isBusy { markets[index].addEntering(to: &load) }
        return load
    }
}

extension HaltReason {
    init(_ metric: RiskMetric) {
        switch metric {
        case .liquidationDistance: self = .liquidationDistance
        case .marginUtilisation: self = .marginUtilisation
        case .effectiveLeverage: self = .leverage
        case .drawdown: self = .drawdown
        case .positionCount: self = .positionCount
        }
    }
}
