import Market
import ReferenceLoops
import Research

/// Notes time and allocations as a backtest goes on, so that its trading loop can be told from loading, warm-up and
/// statistics.
struct RunClock {
    struct Mark {
        let bars: Int
        let time: Timestamp
        let nanoseconds: Double
        let allocations: Int64
    }

    private(set) var marks: [Mark] = []

    init() { marks.reserveCapacity(256) }

    mutating func note(_ progress: BacktestProgress) {
        guard progress.stage == .trading else { return }
        marks.append(
            Mark(
                bars: progress.bars, time: progress.time, nanoseconds: now(),
                allocations: reference_allocations()))
    }

    /// Nanoseconds per bar between two instants, by default over the whole trading loop.
    func cost(from start: Timestamp = .distantPast, until end: Timestamp = .distantFuture) -> Double {
        guard let (first, last) = ends(start, end) else { return .nan }
        return (last.nanoseconds - first.nanoseconds) / Double(last.bars - first.bars)
    }

    /// Heap allocations per bar in the second half of the loop.
    var allocations: Double {
        guard let (first, last) = ends(marks[marks.count / 2].time, .distantFuture) else { return .nan }
        return Double(last.allocations - first.allocations) / Double(last.bars - first.bars)
    }

    private func ends(_ start: Timestamp, _ end: Timestamp) -> (Mark, Mark)? {
        guard let first = marks.first(where: { $0.time >= start }), let last = marks.last(where: { $0.time <= end }),
            last.bars > first.bars
        else { return nil }
        return (first, last)
    }
}
