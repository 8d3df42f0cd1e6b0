import Market

extension SmartMoneyEvent {
    /// The header of `csvRow`.
    public static let csvHeader = "confirmed_at,index,timestamp,kind,direction,price,price2,reference,detail"

    /// One line for a file: always the same text for the same event, without commas in the fields. `price2` is empty
    /// when the structure has only one level.
    public var csvRow: String {
        "\(confirmedAt),\(index),\(timestamp),\(kind.rawValue),\(direction),\(price),"
            + "\(price2 == price ? "" : price2.description),\(reference),\(detailText)"
    }

    /// `name=value` pairs parted by blanks; fractions with four decimals.
    public var detailText: String {
        var parts: [String] = []
        if let layer { parts.append("layer=\(layer)") }
        switch detail {
        case .none: break
        case .swing(let label, let counts): parts += ["label=\(label.rawValue)", "counts=\(counts)"]
        case .structureBreak(let displaced, let strength, let origin):
            parts += ["displaced=\(displaced)", "strength=\(decimal(strength))", "origin=\(origin)"]
        case .orderBlock(let size, let volume, let displacementVolume, let overlapsGap, let swept):
            parts += ["size=\(decimal(size))", "volume=\(decimal(volume))"]
            parts += ["displacement_volume=\(decimal(displacementVolume))", "gap=\(overlapsGap)", "swept=\(swept)"]
        case .gap(let size, let joined): parts += ["size=\(decimal(size))", "joined=\(joined)"]
        case .fill(let fraction, let touches): parts += ["fill=\(decimal(fraction))", "touches=\(touches)"]
        case .balanced(let other): parts.append("with=\(other)")
        case .pool(let kind, let touches): parts += ["pool=\(kind.rawValue)", "touches=\(touches)"]
        case .ended(let ending): parts.append("reason=\(ending.rawValue)")
        }
        return parts.joined(separator: " ")
    }
}

/// Four decimals, rounded half to even; the same text on every machine.
private func decimal(_ value: Double) -> String {
    let scaled = (value * 10_000).rounded(.toNearestOrEven)
    guard scaled.magnitude < 9e18 else { return value.description }
    let units = Int64(scaled)
    let fraction = String(units.magnitude % 10_000)
    let zeros = String(repeating: "0", count: 4 - fraction.count)
    return "\(units < 0 ? "-" : "")\(units.magnitude / 10_000).\(zeros)\(fraction)"
}
