import Driver
import Market
import Synchronization
import Testing

@Suite struct SteadyTimeTests {
    private final class Hands: Sendable {
        let wall = Mutex(Timestamp(seconds: 1_000))
        let passed = Mutex(Interval.zero)

        func pass(_ interval: Interval, step: Interval = .zero) {
            wall.withLock { $0 = $0 + interval + step }
            passed.withLock { $0 = $0 + interval }
        }

        func steady() -> SteadyTime {
            SteadyTime(wall: { self.wall.withLock { $0 } }, monotonic: { self.passed.withLock { $0 } })
        }
    }

    @Test func followsTheWallClock() {
        let hands = Hands()
        let steady = hands.steady()
        hands.pass(.seconds(5))
        #expect(steady.now == Timestamp(seconds: 1_005))
        hands.pass(.seconds(5), step: .seconds(60))
        #expect(steady.now == Timestamp(seconds: 1_070))
    }

    /// Ten seconds back: time goes on at nine tenths until the wall clock is level again, a hundred seconds later.
    @Test func aStepBackIsMadeUpSlowly() {
        let hands = Hands()
        let steady = hands.steady()
        hands.pass(.zero, step: .seconds(-10))
        #expect(steady.now == Timestamp(seconds: 1_000))
        hands.pass(.seconds(10))
        #expect(steady.now == Timestamp(seconds: 1_009))
        hands.pass(.seconds(90))
        #expect(steady.now == Timestamp(seconds: 1_090))
        hands.pass(.seconds(1))
        #expect(steady.now == Timestamp(seconds: 1_091))
    }
}
