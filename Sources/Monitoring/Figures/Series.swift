import CoreMetrics
import Synchronization

/// Something that is shown as one or several samples.
protocol Series: AnyObject, Sendable {
    func samples(_ name: String, _ labels: Labels) -> [Sample]
}

/// One line of an exposition.
struct Sample {
    let name: String
    let labels: Labels
    let value: SampleValue
}

enum SampleValue {
    case whole(Int64)
    case real(Double)

    /// As Prometheus reads it.
    var text: String {
        switch self {
        case .whole(let value): String(value)
        case .real(let value):
            if value.isNaN {
                "NaN"
            } else if value.isInfinite {
                value > 0 ? "+Inf" : "-Inf"
            } else if value == value.rounded(), abs(value) < 1e15 {
                String(Int64(value))
            } else {
                value.description
            }
        }
    }
}

final class CounterSeries: Series, CounterHandler {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        // A counter only grows.
        if amount > 0 { value.wrappingAdd(amount, ordering: .relaxed) }
    }

    func reset() { value.store(0, ordering: .relaxed) }

    func samples(_ name: String, _ labels: Labels) -> [Sample] {
        [Sample(name: name, labels: labels, value: .whole(value.load(ordering: .relaxed)))]
    }
}

final class RealCounterSeries: Series, FloatingPointCounterHandler {
    private let value = Mutex(0.0)

    func increment(by amount: Double) {
        if amount > 0, amount.isFinite { value.withLock { $0 += amount } }
    }

    func reset() { value.withLock { $0 = 0 } }

    func samples(_ name: String, _ labels: Labels) -> [Sample] {
        [Sample(name: name, labels: labels, value: .real(value.withLock { $0 }))]
    }
}

/// The last value of something.
final class GaugeSeries: Series, MeterHandler, RecorderHandler {
    private let value = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }

    func samples(_ name: String, _ labels: Labels) -> [Sample] {
        [Sample(name: name, labels: labels, value: .real(value.withLock { $0 }))]
    }
}

/// How often values lay below each of some bounds.
final class HistogramSeries: Series, TimerHandler, RecorderHandler {
    private struct State {
        var counts: [Int64]
        var sum = 0.0
        var count: Int64 = 0
    }

    /// From a hundred thousandth of a second, a turn of a loop, to half a minute, an answer that came late.
    static let seconds: [Double] = [
        0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
        30,
    ]
    static let plain: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000]

    private let bounds: [Double]
    private let state: Mutex<State>

    init(_ bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let place = bounds.firstIndex { value <= $0 }
        state.withLock { state in
            if let place { state.counts[place] += 1 }
            state.sum += value
            state.count += 1
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func samples(_ name: String, _ labels: Labels) -> [Sample] {
        let state = state.withLock { $0 }
        var below: Int64 = 0
        var samples: [Sample] = []
        for (bound, count) in zip(bounds, state.counts) {
            below += count
            samples.append(
                Sample(name: name + "_bucket", labels: labels.with("le", bound.bucket), value: .whole(below)))
        }
        samples.append(Sample(name: name + "_bucket", labels: labels.with("le", "+Inf"), value: .whole(state.count)))
        samples.append(Sample(name: name + "_sum", labels: labels, value: .real(state.sum)))
        samples.append(Sample(name: name + "_count", labels: labels, value: .whole(state.count)))
        return samples
    }
}

extension Double {
    fileprivate var bucket: String { SampleValue.real(self).text }
}
