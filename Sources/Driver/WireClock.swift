import Dispatch
public import Market
import Sockets
import Synchronization

/// The time of a program: for stamps what the machine's wall clock says, for waiting what has really passed.
public struct WireClock: Sendable {
    private let reading: @Sendable () -> Timestamp
    private let waiting: @Sendable (Interval) -> Interval

    /// - Parameters:
    ///   - now: must never run backwards.
    ///   - waiting: how long a length of this clock's time takes on the machine.
    public init(
        now: @escaping @Sendable () -> Timestamp, waiting: @escaping @Sendable (Interval) -> Interval = { $0 }
    ) {
        reading = now
        self.waiting = waiting
    }

    public var now: Timestamp { reading() }

    /// How long it takes on the machine until this clock says `instant`; zero when it is past.
    public func wait(until instant: Timestamp) -> Interval {
        let left = instant - now
        return left > .zero ? waiting(left) : .zero
    }

    /// The machine's time, steadied.
    public static func system() -> WireClock {
        let steady = SteadyTime(
            wall: { Timestamp(nanoseconds: WallClock.nanoseconds) },
            monotonic: { Interval(nanoseconds: Int64(clamping: DispatchTime.now().uptimeNanoseconds)) })
        return WireClock(now: { steady.now })
    }
}

/// Wall time that never runs backwards: a step ahead is followed at once, after a step back time goes on slower by a tenth
/// until the wall clock has caught up.
public final class SteadyTime: Sendable {
    private struct State {
        var last: Timestamp
        var lastMonotonic: Interval
    }

    private let wall: @Sendable () -> Timestamp
    private let monotonic: @Sendable () -> Interval
    private let state: Mutex<State>

    public init(wall: @escaping @Sendable () -> Timestamp, monotonic: @escaping @Sendable () -> Interval) {
        self.wall = wall
        self.monotonic = monotonic
        state = Mutex(State(last: wall(), lastMonotonic: monotonic()))
    }

    public var now: Timestamp {
        state.withLock { state in
            let passed = max(.zero, monotonic() - state.lastMonotonic)
            state.lastMonotonic = state.lastMonotonic + passed
            let wall = wall()
            let steady = state.last + passed
            let ahead = max(.zero, steady - wall)
            let correction = min(ahead, Interval(nanoseconds: passed.nanoseconds / 10))
            state.last = max(wall, steady - correction)
            return state.last
        }
    }
}
