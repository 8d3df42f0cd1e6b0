import Market
import Notices
import Operations
import Testing
import Tracing

@testable import Monitoring

@Suite struct TraceQueueTests {
    private static let start = Timestamp(seconds: 1_000)

    private static func spans(_ numbers: ClosedRange<Int>) -> [FinishedSpan] {
        numbers.map { number in
            FinishedSpan(
                identity: SpanIdentity(trace: TraceID(of: ["t"]), span: SpanID(value: UInt64(number))), parent: nil,
                name: "\(number)", kind: .internal, start: 0, end: 0, attributes: [], happenings: [], links: [],
                status: nil)
        }
    }

    private static var queue: TraceQueue {
        var limits = TraceQueue.Limits()
        limits.waiting = 10
        limits.batch = 4
        return TraceQueue(to: "x", limits)
    }

    @Test func aBatchWaitsForOthersUntilItIsFullOrOld() {
        var queue = Self.queue
        #expect(queue.nextDeadline == nil)
        queue.add(Self.spans(1...3), at: Self.start)
        #expect(queue.next(at: Self.start) == nil)
        #expect(queue.nextDeadline == Self.start + .seconds(2))
        queue.add(Self.spans(4...6), at: Self.start + .seconds(1))
        #expect(queue.next(at: Self.start + .seconds(1))?.map(\.name) == ["1", "2", "3", "4"])
        // One travels at a time.
        #expect(queue.next(at: Self.start + .seconds(60)) == nil)
        #expect(queue.nextDeadline == nil)
        queue.arrived(rejected: 0, at: Self.start + .seconds(3))
        #expect(queue.nextDeadline == Self.start + .seconds(5))
        #expect(queue.next(at: Self.start + .seconds(4)) == nil)
        #expect(queue.next(at: Self.start + .seconds(5))?.map(\.name) == ["5", "6"])
        queue.arrived(rejected: 0, at: Self.start + .seconds(5))
        #expect(queue.isEmpty)
        #expect((queue.delivered, queue.lost) == (6, 0))
        #expect(queue.takeWords().isEmpty)
    }

    @Test func whatFindsNoRoomIsCountedAndToldOnce() {
        var queue = Self.queue
        queue.add(Self.spans(1...12), at: Self.start)
        queue.add(Self.spans(13...15), lostBefore: 7, at: Self.start)
        #expect((queue.waiting, queue.lost) == (10, 12))
        #expect(queue.takeWords() == [.init(severity: .warning, text: "2 spans were lost: too many wait for x")])
        // The oldest stay.
        #expect(queue.next(at: Self.start)?.first?.name == "1")
        queue.arrived(rejected: 0, at: Self.start)
        #expect(queue.takeWords().isEmpty)
        #expect(queue.next(at: Self.start)?.count == 4)
        queue.arrived(rejected: 0, at: Self.start)
        #expect(queue.takeWords() == [.init(severity: .info, text: "traces arrive again; 12 spans were lost")])
    }

    @Test func aFailureIsTriedAgainAfterLongerAndLongerPauses() {
        var queue = Self.queue
        var now = Self.start
        queue.add(Self.spans(1...4), at: now)
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] as [Int64] {
            #expect(queue.next(at: now)?.count == 4)
            queue.failed(.unavailable("no"), at: now)
            #expect(queue.nextDeadline == now + .seconds(seconds))
            #expect(queue.next(at: now + .seconds(seconds) - .milliseconds(1)) == nil)
            now = now + .seconds(seconds)
        }
        #expect(queue.takeWords() == [.init(severity: .warning, text: "traces do not arrive: x: no; trying on")])
        #expect(queue.next(at: now)?.count == 4)
        queue.failed(.throttled(.seconds(7)), at: now)
        #expect(queue.nextDeadline == now + .seconds(7))
        #expect(queue.next(at: now + .seconds(7))?.count == 4)
        queue.arrived(rejected: 0, at: now)
        #expect(queue.takeWords() == [.init(severity: .info, text: "traces arrive again; 0 spans were lost")])
        #expect((queue.delivered, queue.lost) == (4, 0))
    }

    @Test func whatIsNotAcceptedIsNotSentAgain() {
        var queue = Self.queue
        queue.add(Self.spans(1...5), at: Self.start)
        _ = queue.next(at: Self.start)
        queue.failed(.refused("HTTP 400"), at: Self.start)
        #expect((queue.waiting, queue.lost) == (1, 4))
        #expect(
            queue.takeWords() == [.init(severity: .warning, text: "4 spans were lost: x: text refused: HTTP 400")])
        _ = queue.next(at: Self.start + .seconds(2))
        queue.arrived(rejected: 1, at: Self.start + .seconds(2))
        #expect((queue.delivered, queue.lost) == (0, 5))
    }

    @Test func atTheEndNothingIsGathered() {
        var queue = Self.queue
        queue.add(Self.spans(1...1), at: Self.start)
        _ = queue.next(at: Self.start + .seconds(2))
        queue.failed(.unavailable("no"), at: Self.start + .seconds(2))
        queue.end()
        #expect(queue.next(at: Self.start + .seconds(2))?.count == 1)
    }
}
