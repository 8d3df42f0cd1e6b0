public import Market
import NIOCore

/// Maps the time that passes in the room to the time that passes in a served value: the same, or faster, or slower.
public struct ServedClock: Sendable {
    /// The served time when nothing has passed yet.
    public let start: Timestamp
    /// Served seconds in a second.
    public let speed: Double
    private let elapsed: @Sendable () -> Interval

    /// - Parameters:
    ///   - speed: from a millionth to a million.
    ///   - elapsed: what has passed since the clock was made; the machine's monotonic clock when nothing else is given.
    public init(start: Timestamp, speed: Double = 1, elapsed: (@Sendable () -> Interval)? = nil) {
        precondition((1e-6...1e6).contains(speed), "a speed is between a millionth and a million")
        self.start = start
        self.speed = speed
        self.elapsed = elapsed ?? Self.monotonic()
    }

    /// The served time now.
    public var now: Timestamp {
        let passed = elapsed()
        guard speed != 1 else { return start + passed }
        let served = min(Double(passed.nanoseconds) * speed, Double(Int64.max / 4))
        return start + Interval(nanoseconds: Int64(served))
    }

    /// How long it takes in the room until the served time is `instant`; zero when it is past.
    public func wait(until instant: Timestamp) -> Interval { wait(for: instant - now) }

    /// How long a length of served time takes in the room.
    public func wait(for served: Interval) -> Interval {
        guard served > .zero else { return .zero }
        guard speed != 1 else { return served }
        return Interval(nanoseconds: Int64(min(Double(served.nanoseconds) / speed, Double(Int64.max / 4)).rounded(.up)))
    }

    private static func monotonic() -> @Sendable () -> Interval {
        let first = NIODeadline.now()
        return { Interval(nanoseconds: (NIODeadline.now() - first).nanoseconds) }
    }
}
