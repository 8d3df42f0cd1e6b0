/// Closed candles of one market and timeframe, in time order, stored by column (48 bytes a bar).
///
/// It accepts only what can be true: valid bars whose open times strictly increase and are aligned to the timeframe.
public struct CandleSeries: Sendable {
    public let timeframe: Timeframe
    public private(set) var openTimes: [Timestamp] = []
    public private(set) var opens: [Price] = []
    public private(set) var highs: [Price] = []
    public private(set) var lows: [Price] = []
    public private(set) var closes: [Price] = []
    public private(set) var volumes: [Double] = []

    public init(timeframe: Timeframe, reserving capacity: Int = 0) {
        self.timeframe = timeframe
        openTimes.reserveCapacity(capacity)
        opens.reserveCapacity(capacity)
        highs.reserveCapacity(capacity)
        lows.reserveCapacity(capacity)
        closes.reserveCapacity(capacity)
        volumes.reserveCapacity(capacity)
    }

    /// Throws the first of `CandleDefect` that `candle` would bring in; the series is then unchanged.
    public mutating func append(_ candle: Candle) throws(CandleDefect) {
        guard candle.isValid else { throw .badPrices(candle) }
        guard timeframe.start(of: candle.openTime) == candle.openTime else { throw .misaligned(candle.openTime) }
        if let last = openTimes.last {
            guard candle.openTime != last else { throw .duplicate(last) }
            guard candle.openTime > last else { throw .disorder(candle.openTime, after: last) }
        }
        appendTrusted(candle)
    }

    /// Appends bars that follow one another without a gap, the first of them right after the last one here: all of them
    /// or, when one is impossible or the series is empty, none. False then.
    public mutating func appendRun(
        opens: UnsafeBufferPointer<Price>, highs: UnsafeBufferPointer<Price>, lows: UnsafeBufferPointer<Price>,
        closes: UnsafeBufferPointer<Price>, volumes: UnsafeBufferPointer<Double>
    ) -> Bool {
        let interval = timeframe.interval
        guard let last = openTimes.last else { return false }
        precondition(
            highs.count == opens.count && lows.count == opens.count && closes.count == opens.count
                && volumes.count == opens.count, "columns of one length")
        for place in opens.indices {
            let bar = Candle(
                openTime: last, open: opens[place], high: highs[place], low: lows[place], close: closes[place],
                volume: volumes[place])
            guard bar.isValid else { return false }
        }
        var time = last
        for _ in opens.indices {
            time = time + interval
            openTimes.append(time)
        }
        self.opens.append(contentsOf: opens)
        self.highs.append(contentsOf: highs)
        self.lows.append(contentsOf: lows)
        self.closes.append(contentsOf: closes)
        self.volumes.append(contentsOf: volumes)
        return true
    }

    mutating func appendTrusted(_ candle: Candle) {
        openTimes.append(candle.openTime)
        opens.append(candle.open)
        highs.append(candle.high)
        lows.append(candle.low)
        closes.append(candle.close)
        volumes.append(candle.volume)
    }

    /// The series of the first `count` bars.
    public func prefix(_ count: Int) -> CandleSeries {
        slice(0..<Swift.min(count, self.count))
    }

    /// The bars that open in `range`.
    public func slice(from start: Timestamp, until end: Timestamp) -> CandleSeries {
        let low = firstIndex(atOrAfter: start)
        return slice(low..<Swift.max(low, firstIndex(atOrAfter: end)))
    }

    /// The index of the first bar that opens at `instant` or later; `count` when there is none.
    public func firstIndex(atOrAfter instant: Timestamp) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if openTimes[middle] < instant { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func slice(_ range: Range<Int>) -> CandleSeries {
        var part = CandleSeries(timeframe: timeframe)
        part.openTimes = Array(openTimes[range])
        part.opens = Array(opens[range])
        part.highs = Array(highs[range])
        part.lows = Array(lows[range])
        part.closes = Array(closes[range])
        part.volumes = Array(volumes[range])
        return part
    }
}

extension CandleSeries: RandomAccessCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { openTimes.count }

    @inlinable public subscript(index: Int) -> Candle {
        Candle(
            openTime: openTimes[index], open: opens[index], high: highs[index], low: lows[index],
            close: closes[index], volume: volumes[index])
    }
}

/// What is wrong with a candle at its place in a series.
public enum CandleDefect: Error, Hashable, Sendable, CustomStringConvertible {
    case badPrices(Candle)
    case misaligned(Timestamp)
    case duplicate(Timestamp)
    case disorder(Timestamp, after: Timestamp)

    public var description: String {
        switch self {
        case .badPrices(let candle):
            "impossible bar: open \(candle.open), high \(candle.high), low \(candle.low), close \(candle.close), "
                + "volume \(candle.volume)"
        case .misaligned(let time): "\(time) does not start a bar of this timeframe"
        case .duplicate(let time): "a second bar for \(time)"
        case .disorder(let time, let last): "\(time) comes after \(last): time goes back"
        }
    }
}
