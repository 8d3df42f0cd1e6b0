import Kraken
import Market
import TestSupport
import Testing
import Venue
import Wire

@Suite struct RateBudgetTests {
    private let start = Timestamp(seconds: 1_800_000_000)

    @Test func grantsUntilTheReserveAndKeepsTheRestForProtection() {
        var budget = RateBudget.derivatives
        var granted = 0
        while budget.take(10, for: .ordinary, at: start) == .granted { granted += 1 }
        #expect(granted == 41)
        #expect(budget.take(10, for: .ordinary, at: start) == .wait(until: start + .seconds(10)))
        #expect(budget.take(25, for: .protective, at: start) == .granted)
        #expect(budget.spending(at: start) == 435)
        #expect(budget.take(10, for: .ordinary, at: start + .seconds(10)) == .granted)
    }

    /// The law of the limit: no window of ten seconds ever holds more than its tokens, whatever is asked when.
    @Test func neverExceedsTheLimitInAnyWindow() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<50 {
            var budget = RateBudget(capacity: 100, window: .seconds(10), reserve: 30)
            var now = start
            var granted: [(time: Timestamp, cost: Int, purpose: RateBudget.Purpose)] = []
            for _ in 0..<400 {
                now = now + .milliseconds(Int64.random(in: 0...900, using: &random))
                let cost = [1, 2, 10, 25].randomElement(using: &random)!
                let purpose: RateBudget.Purpose = Bool.random(using: &random) ? .ordinary : .protective
                switch budget.take(cost, for: purpose, at: now) {
                case .granted: granted.append((now, cost, purpose))
                case .wait(let until):
                    #expect(until > now)
                    // What it promised holds when nobody else spends meanwhile.
                    var later = budget
                    #expect(later.take(cost, for: purpose, at: until) == .granted)
                }
            }
            for (index, last) in granted.enumerated() {
                let window = granted[...index].filter { $0.time + .seconds(10) > last.time }
                #expect(window.reduce(0) { $0 + $1.cost } <= 100)
                if last.purpose == .ordinary { #expect(window.reduce(0) { $0 + $1.cost } <= 70) }
            }
        }
    }

    @Test func aRefusalPausesEverythingAndTwicePausesLonger() {
        var budget = RateBudget.derivatives
        budget.wasRefused(at: start)
        #expect(budget.take(1, for: .protective, at: start) == .wait(until: start + .seconds(1)))
        budget.wasRefused(at: start + .seconds(1))
        #expect(budget.take(1, for: .protective, at: start + .seconds(1)) == .wait(until: start + .seconds(3)))
        budget.wasAccepted()
        budget.wasRefused(at: start + .seconds(3))
        #expect(budget.take(1, for: .ordinary, at: start + .seconds(3)) == .wait(until: start + .seconds(4)))
        budget.wasRefused(at: start + .seconds(4), until: start + .seconds(60))
        #expect(budget.take(1, for: .ordinary, at: start + .seconds(30)) == .wait(until: start + .seconds(60)))
    }

    @Test func whatCostsMoreThanTheBudgetGoesAlone() {
        var budget = RateBudget(capacity: 100, window: .seconds(10), reserve: 0)
        #expect(budget.take(1, for: .ordinary, at: start) == .granted)
        #expect(budget.take(200, for: .ordinary, at: start) == .wait(until: start + .seconds(10)))
        #expect(budget.take(200, for: .ordinary, at: start + .seconds(10)) == .granted)
    }
}

@Suite struct FeedWatchTests {
    private let start = Timestamp(seconds: 1_800_000_000)

    @Test func heartbeatsAloneDoNotKeepAFeedAlive() {
        var watch = FeedWatch(silence: .seconds(10), staleness: .seconds(60))
        #expect(watch.health(at: start) == .recovering)
        watch.opened(at: start)
        #expect(watch.health(at: start) == .recovering)
        watch.recovered()
        watch.frame(hasContent: true, at: start)
        for second in stride(from: Int64(5), through: 60, by: 5) {
            watch.frame(hasContent: false, at: start + .seconds(second))
            #expect(watch.health(at: start + .seconds(second)) == .healthy)
        }
        watch.frame(hasContent: false, at: start + .seconds(65))
        #expect(watch.health(at: start + .seconds(65)) == .stale(since: start))
        watch.frame(hasContent: true, at: start + .seconds(66))
        #expect(watch.health(at: start + .seconds(66)) == .healthy)
        #expect(watch.health(at: start + .seconds(77)) == .silent(since: start + .seconds(66)))
        watch.closed()
        #expect(watch.health(at: start + .seconds(77)) == .recovering)
    }

    @Test func namesTheInstantAtWhichItWouldTurn() throws {
        var watch = FeedWatch(silence: .seconds(10), staleness: .seconds(60))
        watch.opened(at: start)
        watch.recovered()
        let deadline = try #require(watch.nextChange(from: .healthy))
        #expect(watch.health(at: deadline - Interval(nanoseconds: 1)) == .healthy)
        #expect(watch.health(at: deadline) == .silent(since: start))
    }
}

@Suite struct ClockSkewTests {
    private let start = Timestamp(seconds: 1_800_000_000)

    @Test func theTruthLiesWithinTheUncertainty() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let truth = Interval(nanoseconds: Int64.random(in: -5_000_000_000...5_000_000_000, using: &random))
            var skew = ClockSkew()
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let out = Interval.milliseconds(Int64.random(in: 0...400, using: &random))
                let back = Interval.milliseconds(Int64.random(in: 0...400, using: &random))
                let exact = start + out + truth
                let stamped = Timestamp(milliseconds: exact.milliseconds)
                skew.measured(sent: start, stamped: stamped, received: start + out + back)
            }
            let best = try #require(skew.best)
            #expect(abs((best.offset - truth).nanoseconds) <= best.uncertainty.nanoseconds)
            if skew.exceeds(.seconds(1)) { #expect(abs(truth.nanoseconds) > 1_000_000_000) }
        }
    }
}

@Suite struct CapabilityTests {
    @Test func theOldSurfaceWarnsThenRefuses() {
        let end = Timestamp(rfc3339: "2027-03-01T00:00:00Z")
        #expect(Surface.derivatives.switchOff == end)
        #expect(Surface.derivatives.standing(at: Timestamp(rfc3339: "2026-06-01T00:00:00Z")!) == .usable)
        #expect(Surface.derivatives.standing(at: Timestamp(rfc3339: "2026-11-23T00:00:00Z")!) == .ending(at: end!))
        #expect(Surface.derivatives.standing(at: end!) == .refused(since: end!))
        #expect(Surface.unified.standing(at: end!) == .usable)
    }

    @Test func stopsWatchWhatTheSurfaceOffers() {
        #expect(Capabilities(.derivatives).stopTrigger == .mark)
        #expect(Capabilities(.unified).stopTrigger == .index)
        #expect(Capabilities(.derivatives).unverified.isEmpty)
        #expect(!Capabilities(.unified).unverified.isEmpty)
    }
}
