import Kraken
import Market
import TestSupport
import Testing
import Venue

@Suite struct OrderBookkeepingTests {
    private let now = Timestamp(seconds: 1_800_000_000)
    private let instrument = InstrumentID("PF_XBTUSD")!
    private let id = OrderID(high: 7, low: 9)
    private let venue = VenueOrderID("A182CF4F-0000-0000-0000-000000000001")

    private func order(_ quantity: String = "0.3") throws -> Order {
        Order(
            id: id, instrument: instrument, side: .long, quantity: try Quantity(quantity), kind: .limit(Price(60_000)),
            reduceOnly: false, role: .entry)
    }

    private func execution(_ number: UInt64, _ quantity: String) throws -> OrderFact.Kind {
        .filled(
            .init(
                id: number, instrument: instrument, side: .long, quantity: try Quantity(quantity),
                price: Price(60_000), fee: try Money("1.5"), feeIsTold: true, liquidity: .maker, cause: .order,
                time: now))
    }

    private func open(_ remaining: String, _ filled: String) throws -> OrderFact.Kind {
        .open(
            .init(
                instrument: instrument, side: .long, remaining: try Quantity(remaining), filled: try Quantity(filled),
                price: Price(60_000), isTrigger: false, reduceOnly: false))
    }

    private func events(_ news: [OrderBookkeeping.News]) -> [VenueEvent] {
        news.compactMap {
            if case .event(let event) = $0 { event } else { nil }
        }
    }

    @Test func aFillBeforeTheAnswerIsAnAcceptanceAndAFill() throws {
        var books = OrderBookkeeping()
        books.sent(try order())
        let first = events(books.apply(OrderFact(client: id, venue: venue, try execution(1, "0.1")), at: now))
        #expect(first.count == 2)
        #expect(first.first == .accepted(id))
        #expect(events(books.apply(OrderFact(client: id, venue: venue, try open("0.2", "0.1")), at: now)).isEmpty)
        #expect(books.venueID(of: id) == venue)
    }

    @Test func anEndWaitsForTheFillsThatItCounts() throws {
        var books = OrderBookkeeping()
        books.sent(try order())
        _ = books.apply(OrderFact(client: id, venue: venue, try open("0.3", "0")), at: now)
        let cancelled = OrderFact(venue: venue, .ended(.requested, filled: try Quantity("0.1")))
        #expect(books.apply(cancelled, at: now).isEmpty)
        #expect(books.awaitsFills(since: now))
        let late = events(books.apply(OrderFact(venue: venue, try execution(4, "0.1")), at: now + .seconds(2)))
        #expect(late.count == 2)
        #expect(late.last == .cancelled(id, .requested, remaining: try Quantity("0.2")))
        #expect(!books.awaitsFills(since: now + .seconds(3)))
    }

    @Test func ordersOfOthersAreKeptApart() throws {
        var books = OrderBookkeeping()
        #expect(books.apply(OrderFact(venue: venue, try open("1", "0")), at: now).isEmpty)
        #expect(books.foreign.count == 1)
        #expect(books.apply(OrderFact(venue: venue, try execution(5, "1")), at: now).count == 1)
        #expect(books.apply(OrderFact(venue: venue, try execution(5, "1")), at: now).isEmpty)
        _ = books.apply(OrderFact(venue: venue, .ended(.requested, filled: nil)), at: now)
        #expect(books.foreign.isEmpty)
    }

    /// Whatever the order in which channels tell, and however often: each fill once, one acceptance before all, at most
    /// one end and that last, and the same final books.
    @Test func tellsTheSameStoryInAnyOrder() throws {
        let facts = [
            OrderFact(client: id, venue: venue, try open("0.3", "0")),
            OrderFact(client: id, venue: venue, try execution(1, "0.1")),
            OrderFact(client: id, venue: venue, try execution(2, "0.05")),
            OrderFact(client: id, venue: venue, try open("0.15", "0.15")),
            OrderFact(client: id, venue: venue, .ended(.insufficientMargin, filled: try Quantity("0.15"))),
        ]
        var random = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            var told = facts + facts.filter { _ in Bool.random(using: &random) }
            told.shuffle(using: &random)
            var books = OrderBookkeeping()
            books.sent(try order())
            var story: [VenueEvent] = []
            for fact in told { story += events(books.apply(fact, at: now)) }
            #expect(story.first == .accepted(id))
            #expect(story.filter { $0 == .accepted(id) }.count == 1)
            let fills = story.compactMap { if case .filled(let fill) = $0 { fill.id } else { nil } }
            #expect(fills.sorted() == [1, 2])
            #expect(story.last == .cancelled(id, .insufficientMargin, remaining: try Quantity("0.15")))
            #expect(story.count == 4)
            #expect(books.orders[id]?.stage == .ended)
        }
    }

    @Test func aRefusedDuplicateEndsNothing() throws {
        var books = OrderBookkeeping()
        books.sent(try order())
        _ = books.apply(OrderFact(client: id, venue: venue, try open("0.3", "0")), at: now)
        let news = events(books.apply(OrderFact(client: id, .refused(.duplicateOrder)), at: now))
        #expect(news == [.rejected(id, .duplicateOrder)])
        #expect(books.orders[id]?.stage == .open)
    }

    @Test func clientIDsReadBack() {
        let id = OrderID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
        #expect(OrderID(clientID: id.description) == id)
        #expect(OrderID(clientID: id.description.uppercased()) == id)
        #expect(OrderID(clientID: "demo-1") == nil)
        #expect(OrderID(clientID: id.description + "0") == nil)
        #expect(OrderID(clientID: "") == nil)
    }

    private var lost: OrderID { OrderID(setup: 7, role: .close, sequence: 3) }

    private func resumed() throws -> OrderBookkeeping {
        var books = OrderBookkeeping()
        books.resume([], setups: [7], bookedFills: [50])
        return books
    }

    /// An execution tells only its own part of an order: what is known of it grows.
    @Test func aLostOrderGrowsWithItsFills() throws {
        var books = try resumed()
        let first = events(books.apply(OrderFact(client: lost, venue: venue, try execution(1, "0.1")), at: now))
        guard case .found(let found, rests: false) = first.first else {
            Issue.record("not found: \(first)")
            return
        }
        #expect(found.role == .close && found.reduceOnly)
        #expect(try found.quantity == Quantity("0.1"))
        #expect(first.count == 3 && first[1] == .accepted(lost))
        let second = events(books.apply(OrderFact(client: lost, venue: venue, try execution(2, "0.2")), at: now))
        guard case .found(let grown, rests: false) = second.first else {
            Issue.record("not grown: \(second)")
            return
        }
        #expect(try grown.quantity == Quantity("0.3"))
        #expect(second.count == 2)
        #expect(books.openOrders.isEmpty, "nothing of it is left")
        let third = events(books.apply(OrderFact(client: lost, venue: venue, try open("0.5", "0.3")), at: now))
        guard case .found(let whole, rests: true) = third.first else {
            Issue.record("not open: \(third)")
            return
        }
        #expect(try whole.quantity == Quantity("0.8"))
        #expect(books.openOrders == [lost])
        let end = OrderFact(venue: venue, .ended(.requested, filled: try Quantity("0.3")))
        #expect(events(books.apply(end, at: now)) == [.cancelled(lost, .requested, remaining: try Quantity("0.5"))])
    }

    @Test func whatIsBookedOrOfNothingOfOursFindsNoOrder() throws {
        var books = try resumed()
        #expect(books.apply(OrderFact(client: lost, venue: venue, try execution(50, "0.1")), at: now).isEmpty)
        let other = OrderID(setup: 8, role: .stop, sequence: 1)
        let foreign = books.apply(OrderFact(client: other, try execution(51, "0.1")), at: now)
        #expect(events(foreign).isEmpty && foreign.count == 1)
        // A name that no order of ours could have.
        let odd = OrderID(high: 7, low: 9 << 32 | 1)
        #expect(events(books.apply(OrderFact(client: odd, try execution(52, "0.1")), at: now)).isEmpty)
        let end = OrderFact(client: lost, .ended(.requested, filled: nil))
        #expect(books.apply(end, at: now).isEmpty, "an end tells nothing of what it was")
    }
}
