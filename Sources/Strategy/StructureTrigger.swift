import Market
import SmartMoney

/// A break of structure that may start a trade, with the leg that made it.
struct StructureTrigger: Sendable {
    let side: Side
    let isChange: Bool
    /// The breaking bar, and its open time.
    let index: Int
    let time: Timestamp
    /// The broken level, and when it was made.
    let level: Price
    let levelTime: Timestamp
    /// Where the leg began: the protected extreme.
    let origin: Price
    let originIndex: Int
    let displaced: Bool
    /// The largest body of the leg's last bars, in ATR.
    let strength: Double

    /// Nil when the event is no break of this layer.
    init?(_ event: SmartMoneyEvent, layer: Layer, in state: borrowing SmartMoneyState) {
        guard event.layer == layer, event.kind == .breakOfStructure || event.kind == .changeOfCharacter,
            case .structureBreak(let displaced, let strength, let origin) = event.detail
        else { return nil }
        side = Side(event.direction)
        isChange = event.kind == .changeOfCharacter
        index = event.confirmedAt
        time = event.timestamp
        level = event.price
        // A level older than the history is drawn from the break on.
        levelTime = state.bar(event.reference.index)?.openTime ?? event.timestamp
        self.origin = event.price2
        originIndex = origin
        self.displaced = displaced
        self.strength = strength
    }

    /// The far end of the leg so far, oriented: what the dealing range has reached, or the breaking bar.
    func farEnd(in state: borrowing SmartMoneyState, layer: Layer) -> Int64 {
        let range = state.layer(layer).dealingRange
        if let range, range.id.index == index, range.direction == side.direction { return side.oriented(range.far) }
        return state.bar(index).map { side.reach($0).with } ?? side.oriented(level)
    }

    /// Where an oriented price lies in the leg: 0 at its origin, 1 at `farEnd`.
    func position(of price: Int64, farEnd: Int64) -> Double {
        let start = side.oriented(origin)
        return farEnd == start ? 0 : Double(price - start) / Double(farEnd - start)
    }
}
