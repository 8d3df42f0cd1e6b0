import Market
import TestSupport
import Testing
import Wire

@Suite struct ReconnectPolicyTests {
    static let start = Timestamp(seconds: 1_700_000_000)

    private func parameters(_ change: (inout ReconnectPolicy.Parameters) -> Void = { _ in })
        -> ReconnectPolicy.Parameters
    {
        var parameters = ReconnectPolicy.Parameters()
        change(&parameters)
        return parameters
    }

    /// A generator that always draws the top of a range, so that the ceiling itself is seen.
    private struct Highest: RandomNumberGenerator {
        mutating func next() -> UInt64 { .max }
    }

    private struct Lowest: RandomNumberGenerator {
        // A generator that gave nothing but zeros would be asked again for ever.
        mutating func next() -> UInt64 { 1 }
    }

    @Test func theFirstAttemptIsAtOnce() {
        var policy = ReconnectPolicy()
        #expect(policy.firstAttempt(at: Self.start) == Self.start)
    }

    @Test func waitsDoubleUpToTheCap() {
        var policy = ReconnectPolicy()
        var generator = Highest()
        var now = policy.firstAttempt(at: Self.start)
        var waits: [Int64] = []
        for _ in 0..<9 {
            let next = policy.nextAttempt(after: .refused, at: now, using: &generator)
            waits.append((next - now).nanoseconds / 1_000_000)
            now = next
        }
        #expect(waits == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
    }

    @Test func noWaitIsShorterThanTheFloor() {
        var policy = ReconnectPolicy()
        var generator = Lowest()
        for _ in 0..<20 {
            #expect(
                policy.nextAttempt(after: .refused, at: Self.start + .hours(Int64(policy.failures)), using: &generator)
                    == Self.start + .hours(Int64(policy.failures - 1)) + .milliseconds(250))
        }
    }

    @Test func maintenanceTakesFiveSecondsAtLeast() {
        var policy = ReconnectPolicy()
        var generator = Lowest()
        #expect(
            policy.nextAttempt(after: .maintenance, at: Self.start, using: &generator) == Self.start + .seconds(5))
    }

    @Test func aConnectionThatLastedBeginsAnew() {
        var policy = ReconnectPolicy()
        var generator = Highest()
        for _ in 0..<10 { _ = policy.nextAttempt(after: .refused, at: Self.start, using: &generator) }
        let later = Self.start + .days(1)
        #expect(
            policy.nextAttempt(after: .ended(after: .seconds(60)), at: later, using: &generator)
                == later + .seconds(1))
        let evenLater = Self.start + .days(2)
        // One that fell at once is a failure like any other.
        #expect(
            policy.nextAttempt(after: .ended(after: .seconds(59)), at: evenLater, using: &generator)
                == evenLater + .seconds(2))
    }

    /// Full jitter: every wait between nothing and the ceiling is as likely as any other.
    @Test func waitsAreSpreadOverTheWholeRange() {
        var generator = SeededGenerator(seed: 7)
        var tenths = [Int](repeating: 0, count: 10)
        for _ in 0..<10_000 {
            var policy = ReconnectPolicy(parameters { $0.floor = .zero })
            let wait = policy.nextAttempt(after: .refused, at: Self.start, using: &generator) - Self.start
            #expect(wait <= .seconds(1))
            tenths[min(9, Int(wait.nanoseconds / 100_000_000))] += 1
        }
        #expect(tenths.allSatisfy { (850...1150).contains($0) }, "\(tenths)")
    }

    @Test func neverMoreAttemptsThanTheVenueAllows() {
        var generator = SeededGenerator(seed: 11)
        let rules = parameters {
            $0.floor = .zero
            $0.base = .milliseconds(10)
            $0.cap = .milliseconds(10)
        }
        var policy = ReconnectPolicy(rules)
        var times = [policy.firstAttempt(at: Self.start)]
        for _ in 0..<2_000 {
            let now = times[times.count - 1]
            times.append(policy.nextAttempt(after: .refused, at: now, using: &generator))
        }
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
        for index in 150..<times.count { #expect(times[index] - times[index - 150] >= .minutes(10)) }
        // And it uses what it has: the first 150 came within seconds.
        #expect(times[149] - times[0] < .seconds(2))
    }

    @Test func theSameSeedGivesTheSameWaits() {
        func times() -> [Timestamp] {
            var generator = SeededGenerator(seed: 3)
            var policy = ReconnectPolicy()
            var now = policy.firstAttempt(at: Self.start)
            return (0..<50).map { _ in
                now = policy.nextAttempt(after: .refused, at: now, using: &generator)
                return now
            }
        }
        #expect(times() == times())
    }
}
