import Market
import SmartMoney

/// Turns a judged break into what the strategy says about it.
struct SetupFinding {
    let pair: SpotPair
    let evaluation: SetupEvaluation
    let decidedAt: Timestamp
    let reference: Price

    private var trigger: StructureTrigger { evaluation.trigger }
    private var parameters: SmartMoneyStrategyParameters { evaluation.parameters }
    private var side: Side { evaluation.trigger.side }
    private var setup: SetupKind { evaluation.selection?.zone.kind ?? parameters.setups[0] }

    /// A setup is its zone: another break, another kind or a finer entry on the same zone is the same setup. Without a
    /// zone it is the break.
    var id: SetupID {
        guard let zone = evaluation.selection?.zone else {
            return SetupID(
                pair, parameters.decisionTimeframe, side, structure: trigger.time, level: trigger.level)
        }
        return SetupID(pair, parameters.decisionTimeframe, side, structure: zone.time, level: side.price(zone.near))
    }

    var candidate: Candidate {
        Candidate(
            id: id, pair: pair, side: side, setup: setup, decidedAt: decidedAt, reference: SpotPrice(reference),
            checks: evaluation.checks)
    }

    /// Nil unless every condition holds.
    var signal: (signal: Signal, pending: PendingEntry)? {
        guard evaluation.reason == nil, let geometry = evaluation.geometry, let first = evaluation.targets.first else {
            return nil
        }
        let bar = parameters.decisionTimeframe.interval
        let expiresAt = decidedAt + bar * Int64(parameters.validBars)
        let signal = Signal(
            id: id, pair: pair, side: side, setup: setup, decidedAt: decidedAt, reference: SpotPrice(reference),
            entry: .limit(SpotPrice(side.price(geometry.entry))),
            stopDistance: geometry.fraction(of: geometry.risk, side),
            targets: evaluation.targets.map {
                SignalTarget(distance: geometry.fraction(of: $0.price - geometry.entry, side), share: $0.share)
            },
            expiresAt: expiresAt, expectedHold: parameters.expectedHold, timeExit: parameters.timeExit,
            checks: evaluation.checks, drawings: drawings(geometry))
        let pending = PendingEntry(
            id: id, side: side, entry: geometry.entry, stop: geometry.stop, firstTarget: first.price,
            expiresAt: expiresAt, reachTime: bar * Int64(parameters.reachBars))
        return (signal, pending)
    }

    private func drawings(_ geometry: RiskGeometry) -> [Drawing] {
        var drawings: [Drawing] = []
        if let zone = evaluation.selection?.zone { drawings.append(drawing(zone, setup.rawValue)) }
        if let zone = evaluation.refined { drawings.append(drawing(zone, "refined")) }
        drawings.append(
            .level(label: trigger.isChange ? "choch" : "bos", from: trigger.levelTime, price: trigger.level))
        drawings.append(.level(label: "stop", from: decidedAt, price: side.price(geometry.stop)))
        for (position, target) in evaluation.targets.enumerated() {
            drawings.append(.level(label: "target \(position + 1)", from: decidedAt, price: side.price(target.price)))
        }
        return drawings
    }

    private func drawing(_ zone: EntryZone, _ label: String) -> Drawing {
        let (near, far) = (side.price(zone.near), side.price(zone.far))
        return .zone(label: label, from: zone.time, low: min(near, far), high: max(near, far))
    }
}
