/// The highest or lowest of the last `period` inputs, in amortised constant time: a queue of the inputs that could
/// still become the extreme, in a ring that never grows.
public struct RollingExtreme: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        case highest
        case lowest
    }

    public let kind: Kind
    public let period: Int
    /// Nil until `period` inputs were seen.
    public private(set) var value: Double?
    private var inputs: [Double]
    private var ages: [Int]
    private var first = 0
    private var count = 0
    private var seen = 0

    public init(_ kind: Kind, period: Int) {
        precondition(period >= 1, "a period is at least one bar")
        self.kind = kind
        self.period = period
        inputs = Array(repeating: 0, count: period)
        ages = Array(repeating: 0, count: period)
    }

    public var warmUp: Int { period }

    @discardableResult public mutating func push(_ input: Double) -> Double? {
        if count > 0, ages[first] <= seen - period {
            first = slot(1)
            count -= 1
        }
        while count > 0, isBeaten(inputs[slot(count - 1)], by: input) { count -= 1 }
        let free = slot(count)
        inputs[free] = input
        ages[free] = seen
        count += 1
        seen += 1
        if seen >= period { value = inputs[first] }
        return value
    }

    private func slot(_ offset: Int) -> Int {
        let place = first + offset
        return place < period ? place : place - period
    }

    private func isBeaten(_ old: Double, by new: Double) -> Bool {
        switch kind {
        case .highest: old <= new
        case .lowest: old >= new
        }
    }
}

/// Where the latest input stands among the last `period`, and quantiles of them.
public struct RollingPercentile: Hashable, Sendable {
    public let period: Int
    private var window: [Double]
    private var sorted: [Double] = []
    private var next = 0

    public init(period: Int) {
        precondition(period >= 2, "a percentile needs two inputs at least")
        self.period = period
        window = []
        window.reserveCapacity(period)
        sorted.reserveCapacity(period)
    }

    public var warmUp: Int { period }

    /// The share of the other inputs in the window that are below the latest, 0...1, ties counting half; nil until
    /// `period` inputs were seen. Inputs must not be NaN.
    @discardableResult public mutating func push(_ input: Double) -> Double? {
        if window.count < period {
            window.append(input)
        } else {
            sorted.remove(at: lowerBound(window[next]))
            window[next] = input
            next = next + 1 == period ? 0 : next + 1
        }
        let place = lowerBound(input)
        sorted.insert(input, at: place)
        guard window.count == period else { return nil }
        var ties = 0
        while place + ties + 1 < period, sorted[place + ties + 1] == input { ties += 1 }
        return (Double(place) + Double(ties) / 2) / Double(period - 1)
    }

    /// The value below which `share` (0...1) of the window lies, interpolated between neighbours; nil until full.
    public func quantile(_ share: Double) -> Double? {
        guard window.count == period, share >= 0, share <= 1 else { return nil }
        let position = share * Double(period - 1)
        let low = Int(position)
        guard low + 1 < period else { return sorted[period - 1] }
        return sorted[low] + (sorted[low + 1] - sorted[low]) * (position - Double(low))
    }

    /// The first place in `sorted` that is not below `input`.
    private func lowerBound(_ input: Double) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < input { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
