import Kraken
import Market
import Synchronization
import Testing

@testable import Driver

@Suite struct InboxTests {
    private static let market = Line(1, carrying: .market)
    private static let account = Line(2, carrying: .account)

    private func inbox(_ change: (inout WireLimits) -> Void = { _ in }) -> Inbox {
        var limits = WireLimits()
        change(&limits)
        let time = Mutex(Timestamp(seconds: 0))
        let clock = WireClock(now: {
            time.withLock { time in
                time = time + .seconds(1)
                return time
            }
        })
        return Inbox(limits: limits, clock: clock)
    }

    private func text(_ number: UInt8) -> SessionInput { .text(SocketID(1), [number]) }

    private func drained(_ inbox: Inbox) -> [Inbox.Item] {
        var items: [Inbox.Item] = []
        while true {
            let item = inbox.next(until: .distantPast)
            if case .nothing = item { return items }
            items.append(item)
        }
    }

    private func numbers(_ items: [Inbox.Item]) -> [UInt8] {
        items.compactMap { item in
            guard case .delivery(let delivery) = item, case .text(_, let bytes) = delivery.input else { return nil }
            return bytes[0]
        }
    }

    @Test func oneOrderForAllLines() {
        let inbox = inbox()
        for number in 0..<20 {
            _ = inbox.push(number % 3 == 0 ? Self.account : Self.market, text(UInt8(number)))
        }
        #expect(numbers(drained(inbox)) == Array(0..<20))
    }

    /// The ends of a market's connection are no news that the next one makes old.
    @Test func theOldestMarketNewsGoesAndNothingElse() {
        let inbox = inbox { $0.marketMessages = 3 }
        _ = inbox.push(Self.market, .opened(SocketID(1)))
        for number in 0..<10 {
            #expect(inbox.push(Self.market, text(UInt8(number))) == .ample)
            _ = inbox.push(Self.account, text(UInt8(100 + number)))
        }
        _ = inbox.push(Self.market, .closed(SocketID(1)))
        let items = drained(inbox)
        guard case .overflowed(Self.market, messages: 7, bytes: 7)? = items.first else {
            Issue.record("\(items.prefix(1))")
            return
        }
        #expect(numbers(items).filter { $0 < 100 } == [7, 8, 9])
        #expect(numbers(items).filter { $0 >= 100 } == Array(100..<110))
        #expect(items.count == 1 + 1 + 3 + 10 + 1)
    }

    @Test func bytesAreBoundedToo() {
        let inbox = inbox { $0.marketBytes = 10 }
        for _ in 0..<5 { _ = inbox.push(Self.market, .text(SocketID(1), [1, 2, 3, 4])) }
        #expect(numbers(drained(inbox)).count == 2)
    }

    /// The sender waits from the limit on, until half of it is free again; what it sends all the same is kept.
    @Test func accountNewsHoldsItsSender() {
        let inbox = inbox { $0.accountMessages = 4 }
        let rooms = (0..<6).map { inbox.push(Self.account, text($0)) }
        #expect(rooms == [.ample, .ample, .ample, .none, .none, .none])
        for _ in 0..<3 {
            _ = inbox.next(until: .distantPast)
            #expect(!inbox.takesRoomBack())
        }
        _ = inbox.next(until: .distantPast)
        #expect(inbox.takesRoomBack() && !inbox.takesRoomBack())
        #expect(numbers(drained(inbox)) == [4, 5])
    }

    @Test func aKnockComesFirstAndOnce() {
        let inbox = inbox()
        _ = inbox.push(Self.account, text(1))
        inbox.knock()
        inbox.knock()
        let items = drained(inbox)
        guard case .knocked? = items.first else {
            Issue.record("\(items)")
            return
        }
        #expect(items.count == 2)
    }

    /// Writers and a reader that sleeps between: every message arrives, none twice.
    @Test func sleepingAndWakingLosesNothing() async throws {
        let inbox = inbox { $0.accountMessages = .max }
        let count = 5_000
        async let reading = Aside.run {
            var last: [Int: Int] = [:]
            var seen = 0
            while seen < count {
                guard case .delivery(let delivery) = inbox.next(until: nil),
                    case .text(let socket, _) = delivery.input
                else { continue }
                let number = Int(socket.number)
                #expect(number > last[delivery.line.number, default: -1])
                last[delivery.line.number] = number
                seen += 1
            }
            return seen
        }
        await withTaskGroup { group in
            for writer in 0..<2 {
                group.addTask {
                    for number in 0..<count / 2 {
                        _ = inbox.push(
                            Line(writer, carrying: .account), .text(SocketID(UInt64(number)), []))
                    }
                }
            }
        }
        #expect(try await reading.get() == count)
    }
}
