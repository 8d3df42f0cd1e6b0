import Dispatch

/// Nanoseconds of a monotonic clock.
func now() -> Double { Double(DispatchTime.now().uptimeNanoseconds) }

/// How long `body` takes, in nanoseconds.
func timed(_ body: () throws -> Void) rethrows -> Double {
    let start = now()
    try body()
    return now() - start
}

/// Keeps a result alive, so that the work that made it cannot be left out.
@_optimize(none) @inline(never) func keep<Value>(_ value: Value) {}

/// Measurements of the same thing, one a round.
struct Samples {
    private(set) var values: [Double] = []

    init(_ values: [Double] = []) { self.values = values }

    mutating func append(_ value: Double) { values.append(value) }

    var median: Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    var least: Double { values.min() ?? .nan }

    /// Half the distance from the least to the greatest, as a fraction of the median.
    var spread: Double {
        guard let least = values.min(), let greatest = values.max(), median != 0 else { return 0 }
        return (greatest - least) / 2 / abs(median)
    }

    func over(_ others: Samples) -> Samples { Samples(zip(values, others.values).map { $0 / $1 }) }

    func mapped(_ transform: (Double) -> Double) -> Samples { Samples(values.map(transform)) }
}

/// Ours and the reference's, by turns, so that a busy machine slows both.
///
/// Each closure answers its cost; a first round warms up and is dropped.
func measure(
    _ count: Int, _ ours: () throws -> Double, against reference: () throws -> Double
) rethrows -> (ours: Samples, reference: Samples) {
    var result = (ours: Samples(), reference: Samples())
    for round in 0...count {
        let mine = try ours()
        let other = try reference()
        guard round > 0 else { continue }
        result.ours.append(mine)
        result.reference.append(other)
    }
    return result
}
