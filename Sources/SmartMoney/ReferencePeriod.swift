import Market

/// The high and low of a recurring stretch of UTC time, while it runs.
struct ReferencePeriod: Sendable {
    let kind: LiquidityPool.Kind
    private let hours: SessionHours?
    private(set) var start: Timestamp
    private(set) var end: Timestamp
    /// False for a first period that the data does not hold from its start: its extremes are unknown.
    private var isWhole: Bool
    private var hasBars = false
    private(set) var high = Extreme()
    private(set) var low = Extreme()
    /// The resting pools of the last period, to be superseded by the next.
    var highPool: StructureID?
    var lowPool: StructureID?

    struct Extreme: Sendable {
        var price = Price.zero
        var index = -1
        var time = Timestamp.distantPast
    }

    /// `first` is the open time of the first bar there is.
    init(_ kind: LiquidityPool.Kind, hours: SessionHours?, first: Timestamp) {
        self.kind = kind
        self.hours = hours
        (start, end) = Self.window(kind, hours, first)
        isWhole = first <= start
    }

    /// Where a period has just ended, whether its extremes are known.
    var isKnown: Bool { hasBars && isWhole }

    /// Takes a bar that opened at `start` or later.
    mutating func absorb(_ openTime: Timestamp, _ high: Price, _ low: Price, index: Int) {
        // Of equal extremes the first bar counts.
        if !hasBars || high > self.high.price {
            self.high = Extreme(price: high, index: index, time: openTime)
        }
        if !hasBars || low < self.low.price {
            self.low = Extreme(price: low, index: index, time: openTime)
        }
        hasBars = true
    }

    /// Turns to the first period that ends after `instant`.
    mutating func advance(to instant: Timestamp) {
        (start, end) = Self.window(kind, hours, instant)
        isWhole = true
        hasBars = false
    }

    private static func window(
        _ kind: LiquidityPool.Kind, _ hours: SessionHours?, _ instant: Timestamp
    ) -> (Timestamp, Timestamp) {
        if let hours {
            var midnight = instant.startOfDay
            if instant >= midnight + .hours(Int64(hours.end)) { midnight = midnight + .days(1) }
            return (midnight + .hours(Int64(hours.start)), midnight + .hours(Int64(hours.end)))
        }
        switch kind {
        case .week:
            let start = Timeframe.w1.start(of: instant)
            return (start, start + .days(7))
        case .month:
            let day = CalendarDay(instant)
            let start = instant.startOfDay - .days(Int64(day.day - 1))
            // No month is longer than 31 days, and none shorter than 28.
            let next = start + .days(31)
            return (start, next - .days(Int64(CalendarDay(next).day - 1)))
        case .day, .swing, .equal, .asia, .london, .newYork:
            return (instant.startOfDay, instant.startOfDay + .days(1))
        }
    }
}
