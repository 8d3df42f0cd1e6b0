/// Finds the first bar from a given one on whose value passes a level, in O(log n) after O(n) preparation.
///
/// A tree of block extremes with sixteen children per node: bars near the start of a search, where most levels are
/// passed, are a plain scan. NaN passes no level.
struct LevelSearch {
    enum Direction {
        case upwards
        case downwards
    }

    private static let radixBits = 4

    /// All layers one after another, the bars first; downward searches hold the negated values.
    private var nodes: [Double]
    private var layerStarts: [Int]
    private let sign: Double

    init(_ values: [Double], _ direction: Direction) {
        sign = direction == .upwards ? 1 : -1
        nodes = direction == .upwards ? values : values.map { -$0 }
        nodes.reserveCapacity(values.count + values.count / 15 + 16)
        layerStarts = [0, nodes.count]
        while layerStarts[layerStarts.count - 1] - layerStarts[layerStarts.count - 2] > 1 << Self.radixBits {
            let start = layerStarts[layerStarts.count - 2]
            let end = layerStarts[layerStarts.count - 1]
            for block in stride(from: start, to: end, by: 1 << Self.radixBits) {
                nodes.append(highest(in: block..<min(block + 1 << Self.radixBits, end)))
            }
            layerStarts.append(nodes.count)
        }
    }

    /// The first bar at or after `start` whose value is beyond the level: above it, or below it for downward searches.
    func first(beyond level: Double, from start: Int) -> Int? {
        let bound = sign * level
        return first(from: start) { $0 > bound }
    }

    /// As `first(beyond:from:)`, but a value equal to the level counts as well.
    func first(reaching level: Double, from start: Int) -> Int? {
        let bound = sign * level
        return first(from: start) { $0 >= bound }
    }

    /// Takes a bar out: no later search finds it.
    mutating func remove(_ bar: Int) {
        nodes[bar] = .nan
        var child = bar
        for layer in 1..<max(1, layerStarts.count - 1) {
            let parent = child >> Self.radixBits
            let block = layerStarts[layer - 1] + parent << Self.radixBits
            nodes[layerStarts[layer] + parent] = highest(
                in: block..<min(block + 1 << Self.radixBits, layerStarts[layer]))
            child = parent
        }
    }

    private func highest(in range: Range<Int>) -> Double {
        nodes.withUnsafeBufferPointer { nodes in
            var highest = -Double.infinity
            // Written so that NaN loses, and as a selection: random branches would cost more than the comparison.
            for index in range { highest = nodes[index] > highest ? nodes[index] : highest }
            return highest
        }
    }

    @inline(__always) private func first(from start: Int, where passes: (Double) -> Bool) -> Int? {
        let lastLayer = layerStarts.count - 2
        var layer = 0
        var index = start
        while true {
            let position = layerStarts[layer] + index
            if position >= layerStarts[layer + 1] { return nil }
            if passes(nodes[position]) {
                if layer == 0 { return index }
                layer -= 1
                index <<= Self.radixBits
            } else {
                index += 1
                while layer < lastLayer, index & (1 << Self.radixBits - 1) == 0 {
                    index >>= Self.radixBits
                    layer += 1
                }
            }
        }
    }
}
