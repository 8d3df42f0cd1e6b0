import Market

/// The candles of one series: a past in the timeframe of the data, then minutes as they are made.
struct Chart: Sendable {
    private(set) var past: [ChartCandle] = []
    private(set) var minutes: [ChartCandle] = []

    mutating func addPast(_ candle: ChartCandle) { past.append(candle) }

    mutating func add(_ price: Price, _ quantity: Quantity, at time: Timestamp) {
        begin(at: time, price)
        minutes[minutes.count - 1].add(price, quantity)
    }

    mutating func see(_ price: Price, at time: Timestamp) {
        begin(at: time, price)
        minutes[minutes.count - 1].see(price)
    }

    private mutating func begin(at time: Timestamp, _ price: Price) {
        let start = time.floor(to: .minutes(1))
        if minutes.last?.openTime != start { minutes.append(ChartCandle(openTime: start, price: price)) }
    }

    /// The last candle before `instant`, whatever its length.
    func last(before instant: Timestamp) -> ChartCandle? {
        minutes.last { $0.openTime < instant } ?? past.last { $0.openTime < instant }
    }

    /// Candles of `length` that open in `from` through `through`, those without anything left out. Lengths of a week
    /// start on Monday.
    func candles(_ length: Interval, from: Timestamp, through: Timestamp) -> [ChartCandle] {
        var result: [ChartCandle] = []
        let first = Self.start(of: from, length)
        collect(past, length, first, from, through, &result)
        collect(minutes, length, first, from, through, &result)
        return result
    }

    private func collect(
        _ series: [ChartCandle], _ length: Interval, _ first: Timestamp, _ from: Timestamp, _ through: Timestamp,
        _ result: inout [ChartCandle]
    ) {
        for candle in series[Self.place(of: first, in: series)...] {
            let start = Self.start(of: candle.openTime, length)
            guard start <= through else { return }
            guard start >= from else { continue }
            if result.last?.openTime == start {
                result[result.count - 1].join(candle)
            } else {
                var opened = candle
                opened.openTime = start
                result.append(opened)
            }
        }
    }

    static func start(of instant: Timestamp, _ length: Interval) -> Timestamp {
        guard length >= .days(7) else { return instant.floor(to: length) }
        // 1970-01-01 was a Thursday.
        return (instant + .days(3)).floor(to: length) - .days(3)
    }

    private static func place(of instant: Timestamp, in series: [ChartCandle]) -> Int {
        var low = 0
        var high = series.count
        while low < high {
            let middle = (low + high) / 2
            if series[middle].openTime < instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
