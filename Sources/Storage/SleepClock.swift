import Foundation
import Market
import Synchronization

/// What passes, also while the machine sleeps or is stopped: for rights that end with time.
enum SleepClock {
    private struct Reading {
        var machine: Interval
        var wall: Interval
        /// What the wall clock went ahead of the machine's: a machine that was stopped from outside does not count it.
        var ahead = Interval.zero
    }

    private static let last = Mutex(Reading(machine: read(clock), wall: wall))

    #if os(Linux)
        private static let clock = CLOCK_BOOTTIME
    #else
        private static let clock = CLOCK_MONOTONIC
    #endif

    /// Since some moment in the past. Never goes back.
    static var now: Interval {
        last.withLock { last in
            let (machine, wall) = (read(clock), self.wall)
            let jump = (wall - last.wall) - (machine - last.machine)
            // Smaller ones are the wall clock being set right.
            if jump > .seconds(2) { last.ahead = last.ahead + jump }
            last.machine = machine
            last.wall = wall
            return machine + last.ahead
        }
    }

    /// Since 1970.
    static var wall: Interval { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> Interval {
        var time = timespec()
        clock_gettime(clock, &time)
        return .seconds(Int64(time.tv_sec)) + Interval(nanoseconds: Int64(time.tv_nsec))
    }
}
