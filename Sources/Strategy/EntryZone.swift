import Market
import SmartMoney

/// A price zone in which a setup wants to get in, in the oriented prices of its side: price comes from above.
struct EntryZone: Sendable {
    let kind: SetupKind
    /// The edge that price reaches first, and the other one: `near` ≥ `far`.
    let near: Int64
    let far: Int64
    /// Open time of the bar that made it.
    let time: Timestamp
    /// No bar has traded into it since it was confirmed and price has not come to it.
    let isFresh: Bool

    /// The price at which an entry rests, oriented.
    func entry(_ point: SmartMoneyStrategyParameters.EntryPoint) -> Int64 {
        switch point {
        case .nearEdge: near
        // Rounded to the far edge: never better than asked for.
        case .midpoint: far + (near - far) / 2
        }
    }
}

/// Looks for the zones of a leg.
struct ZoneFinder {
    let trigger: StructureTrigger
    let parameters: SmartMoneyStrategyParameters
    /// ATR in smallest price units.
    let atr: Double
    /// Last close, oriented.
    let close: Int64

    private var side: Side { trigger.side }

    /// The zones of one kind, the first that price reaches first.
    func zones(_ kind: SetupKind, in state: borrowing SmartMoneyState) -> [EntryZone] {
        switch kind {
        case .orderBlockWithGap:
            blocks(in: state).filter { Self.adjoinsGap($0, state) }.map { zone($0, kind) }
        case .orderBlock: blocks(in: state).map { zone($0, kind) }
        case .gap:
            state.gaps(side.direction).filter { $0.index > trigger.originIndex && $0.isUnfilled }.map { gap in
                EntryZone(
                    kind: kind, near: side.oriented(gap.near), far: side.oriented(gap.far), time: gap.time,
                    isFresh: gap.phase == .open && gap.touches == 0 && close > side.oriented(gap.near))
            }
        case .breakRetest: [retest(in: state)]
        case .emaCross: []
        }
    }

    /// The blocks of the leg: those at its origin or later.
    private func blocks(in state: borrowing SmartMoneyState) -> [OrderBlock] {
        let first = trigger.originIndex - parameters.smartMoney.blockSearch
        return state.layer(parameters.layer).orderBlocks(side.direction).filter { $0.index >= first }
    }

    /// An unfilled gap overlaps the block or begins where the block ends: the gap that the bars after a block leave
    /// begins at its edge.
    static func adjoinsGap(_ block: OrderBlock, _ state: borrowing SmartMoneyState) -> Bool {
        state.gaps(block.direction).contains {
            $0.isUnfilled && $0.bottom <= block.top && $0.top >= block.bottom
        }
    }

    private func zone(_ block: OrderBlock, _ kind: SetupKind) -> EntryZone {
        EntryZone(
            kind: kind, near: side.oriented(block.near), far: side.oriented(block.far), time: block.time,
            isFresh: block.phase == .fresh && close > side.oriented(block.near))
    }

    /// The band behind the broken level.
    private func retest(in state: borrowing SmartMoneyState) -> EntryZone {
        let near = side.oriented(trigger.level)
        var isUntouched = close > near
        var index = trigger.index + 1
        while isUntouched, index < state.count {
            // A bar that is no longer held cannot vouch for the zone.
            isUntouched = state.bar(index).map { side.reach($0).against > near } ?? false
            index += 1
        }
        return EntryZone(
            kind: .breakRetest, near: near, far: near - wholeUnits(parameters.retestDepth * atr),
            time: trigger.levelTime, isFresh: isUntouched)
    }
}

/// A length as a whole number of smallest price units.
func wholeUnits(_ length: Double) -> Int64 { Int64(length.rounded(.toNearestOrEven)) }
