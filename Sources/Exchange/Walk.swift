import Market

/// Where the current step's path has got to. The same for all instruments.
struct Walk: Sendable {
    /// The exchange's time: of the last thing that happened.
    var clock: Timestamp
    /// When the four points of the path are reached.
    var times: (Timestamp, Timestamp, Timestamp, Timestamp)
    var duration = Interval.zero
    /// The next point to reach; 4 when the bar is over.
    var point = 4
    /// When prices are observed so that they reach the trader at the close at the latest.
    var observation = Timestamp.distantPast
    /// The first instrument whose closing tick has not been sent; past the last one when all have.
    var unobserved = Int.max
    /// The segment that `observation` lies in, and how far along it.
    var observedSegment = 3
    var observedFraction = PathFraction.end
    private var feedLatency = Interval.zero

    /// The next resting order that acts, if nothing else happens before; valid unless stale.
    var crossing: Crossing?
    var crossingIsStale = false

    struct Crossing: Sendable {
        let time: Timestamp
        let order: Int
        /// Stops before other orders at one instant, or the reverse in the best case.
        let rank: Int
    }

    init(start: Timestamp) {
        clock = start
        times = (.distantPast, .distantPast, .distantPast, .distantPast)
    }

    mutating func begin(_ open: Timestamp, _ length: Interval, feedLatency latency: Interval) {
        let third = Interval(nanoseconds: length.nanoseconds / 3)
        times = (open, open + third, open + third + third, open + length)
        observation = times.3 - latency
        if length != duration || latency != feedLatency {
            duration = length
            feedLatency = latency
            observedSegment = observation > times.2 ? 3 : observation > times.1 ? 2 : 1
            let start = time(of: observedSegment - 1)
            observedFraction = PathFraction(
                elapsed: (observation - start).nanoseconds, of: (time(of: observedSegment) - start).nanoseconds)
        }
        point = 0
        unobserved = 0
        crossing = nil
        crossingIsStale = true
    }

    func time(of point: Int) -> Timestamp {
        switch point {
        case 0: times.0
        case 1: times.1
        case 2: times.2
        default: times.3
        }
    }

    /// How far along the running segment the clock is.
    var fraction: PathFraction {
        guard point >= 1, point <= 3 else { return .end }
        let start = time(of: point - 1)
        let length = (time(of: point) - start).nanoseconds
        // A venue that fell idle on the way leaves its path unfinished.
        return PathFraction(elapsed: min(max(0, (clock - start).nanoseconds), length), of: length)
    }
}
