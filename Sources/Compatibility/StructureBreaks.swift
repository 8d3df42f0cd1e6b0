/// A level of structure: four swings of rising or falling pattern, kept at the second of them.
private struct StructureLevel {
    let bar: Int
    /// Up 1, down -1.
    let direction: Double
    let changesCharacter: Bool
    /// Held in single precision by the library, which decides what counts as broken.
    let level: Float
}

/// The library's `bos_choch`. A pattern is kept only if its level is broken later, and is taken back again when a later
/// pattern breaks at the same bar or before; `BrokenIndex` stays where a pattern was taken back that way.
func structureBreaks(_ input: OHLCV, _ swings: SwingSequence, closeBreak: Bool) -> CompatibilityTable {
    let patterns = structureLevels(swings)
    var bos = [Double](repeating: .nan, count: input.count)
    var choch = bos
    var level = bos
    var broken = bos
    if !patterns.isEmpty {
        let above = LevelSearch(closeBreak ? input.close : input.high, .upwards)
        let below = LevelSearch(closeBreak ? input.close : input.low, .downwards)
        var standing: [(pattern: StructureLevel, brokenAt: Int)] = []
        for pattern in patterns {
            let search = pattern.direction > 0 ? above : below
            guard let bar = search.first(beyond: Double(pattern.level), from: pattern.bar + 2) else { continue }
            broken[pattern.bar] = Double(bar)
            // What stands was broken at ever later bars, so those to take back are the last ones.
            while let last = standing.last, last.brokenAt >= bar { standing.removeLast() }
            standing.append((pattern, bar))
        }
        for (pattern, _) in standing {
            if pattern.changesCharacter {
                choch[pattern.bar] = pattern.direction
            } else {
                bos[pattern.bar] = pattern.direction
            }
            // Zero means "none" to the library, also where it is a price.
            if pattern.level != 0 { level[pattern.bar] = Double(pattern.level) }
        }
    }
    return CompatibilityTable(
        rowCount: input.count,
        [.init("BOS", bos), .init("CHOCH", choch), .init("Level", level), .init("BrokenIndex", broken)])
}

private func structureLevels(_ swings: SwingSequence) -> [StructureLevel] {
    var found: [StructureLevel] = []
    for last in swings.levels.indices.dropFirst(3) {
        // Mirrored, a falling pattern is a rising one. The swings alternate, so the kind of the last tells all four.
        let direction: Double = swings.isHigh[last] ? 1 : -1
        let origin = direction * swings.levels[last - 3]
        let level = direction * swings.levels[last - 2]
        let pullback = direction * swings.levels[last - 1]
        let extreme = direction * swings.levels[last]
        let continues = origin < pullback && pullback < level && level < extreme
        let changes = pullback < origin && origin < level && level < extreme
        guard continues || changes else { continue }
        found.append(
            StructureLevel(
                bar: swings.bars[last - 2], direction: direction, changesCharacter: changes,
                level: Float(swings.levels[last - 2])))
    }
    return found
}
