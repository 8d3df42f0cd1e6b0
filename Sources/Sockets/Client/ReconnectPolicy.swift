public import Market

/// When a connection may be tried again: for ever, after waits that double and are drawn at random, so that many clients do
/// not come back at once; and never more often than the venue allows. A value: time and chance come from outside.
public struct ReconnectPolicy: Hashable, Sendable {
    public struct Parameters: Hashable, Sendable {
        /// No wait is shorter.
        public var floor = Interval.milliseconds(250)
        /// The longest wait after the first failure; it doubles with each further one.
        public var base = Interval.seconds(1)
        /// No random wait is longer.
        public var cap = Interval.seconds(60)
        /// The shortest wait after maintenance was announced, as Kraken asks for.
        public var maintenance = Interval.seconds(5)
        /// A connection that lasted so long counts as a success, and the waits begin anew.
        public var success = Interval.seconds(60)
        /// Attempts within `window`. Kraken's front lets 150 from one address through in 10 minutes.
        public var attempts = 150
        public var window = Interval.minutes(10)

        public init() {}
    }

    /// Why a new attempt is needed.
    public enum Cause: Hashable, Sendable {
        /// The last attempt did not succeed.
        case refused
        /// The connection ended after this time.
        case ended(after: Interval)
        /// The venue said that it is, or goes, under maintenance.
        case maintenance
    }

    public let parameters: Parameters
    /// Failures in a row.
    public private(set) var failures = 0
    private var attempts: [Timestamp] = []

    public init(_ parameters: Parameters = Parameters()) {
        precondition(
            parameters.floor >= .zero && parameters.base >= parameters.floor && parameters.cap >= parameters.base
                && parameters.attempts > 0 && parameters.window > .zero, "0 <= floor <= base <= cap, and a budget")
        self.parameters = parameters
    }

    /// The start: at once, unless the budget is spent.
    public mutating func firstAttempt(at now: Timestamp) -> Timestamp { spend(now) }

    /// When the next attempt is to begin, at or after `now`. It is counted against the budget at that time.
    public mutating func nextAttempt(
        after cause: Cause, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) -> Timestamp {
        var least = parameters.floor
        switch cause {
        case .refused: break
        case .ended(let lifetime): if lifetime >= parameters.success { failures = 0 }
        case .maintenance: least = max(least, parameters.maintenance)
        }
        let drawn = Int64.random(in: 0...ceiling.nanoseconds, using: &generator)
        if failures < 62 { failures += 1 }
        return spend(now + max(least, Interval(nanoseconds: drawn)))
    }

    /// The longest wait that the next failure may bring.
    private var ceiling: Interval {
        let factor = Int64(1) << Int64(min(failures, 62))
        let (product, isTooLarge) = parameters.base.nanoseconds.multipliedReportingOverflow(by: factor)
        return isTooLarge ? parameters.cap : min(parameters.cap, Interval(nanoseconds: product))
    }

    /// The earliest time from `wanted` on that leaves no more than the allowed attempts in any window.
    private mutating func spend(_ wanted: Timestamp) -> Timestamp {
        var time = max(wanted, attempts.last ?? wanted)
        if attempts.count >= parameters.attempts {
            time = max(time, attempts[attempts.count - parameters.attempts] + parameters.window)
        }
        attempts.append(time)
        if attempts.count > parameters.attempts { attempts.removeFirst(attempts.count - parameters.attempts) }
        return time
    }
}
