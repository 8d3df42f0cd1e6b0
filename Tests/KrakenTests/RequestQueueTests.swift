import Market
import Testing

@testable import Kraken

@Suite struct RequestQueueTests {
    private let start = Timestamp(seconds: 1_700_000_000)

    @Test func whatMustWaitHoldsNothingBack() {
        var queue = RequestQueue<String>()
        var budget = RateBudget.derivatives
        queue.append("later", cost: 1, purpose: .protective, notBefore: start + .seconds(5))
        queue.append("soon", cost: 1, purpose: .protective, notBefore: start + .seconds(1))
        queue.append("now", cost: 1, purpose: .ordinary)
        #expect(queue.next(&budget, at: start) == "now")
        #expect(queue.next(&budget, at: start) == nil)
        #expect(queue.nextWake == start + .seconds(1))
        #expect(queue.next(&budget, at: start + .seconds(1)) == "soon")
        #expect(queue.next(&budget, at: start + .seconds(1)) == nil && queue.nextWake == start + .seconds(5))
        #expect(queue.next(&budget, at: start + .seconds(5)) == "later")
        #expect(queue.isEmpty && queue.next(&budget, at: start + .seconds(9)) == nil && queue.nextWake == nil)
    }

    @Test func whatProtectsGoesFirstAndHoldsTheRestBack() {
        var queue = RequestQueue<Int>()
        var budget = RateBudget(capacity: 10, window: .seconds(10), reserve: 2)
        queue.append(1, cost: 4, purpose: .ordinary)
        queue.append(2, cost: 9, purpose: .protective)
        #expect(queue.next(&budget, at: start) == 2)
        #expect(queue.next(&budget, at: start) == nil && queue.nextWake == start + .seconds(10))
        #expect(queue.next(&budget, at: start + .seconds(10)) == 1)
    }
}
