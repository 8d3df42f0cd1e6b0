import Kraken
import Market
import Testing
import Venue
import Wire

@testable import KrakenServer

/// The gateway's REST side against the local exchange, with answers lost, garbled and late.
@Suite struct GatewayTests {
    private static let instrument = InstrumentID("PF_XBTUSD")!

    private func order(
        _ number: UInt64, _ kind: OrderKind, _ side: Side = .long, _ role: OrderRole = .entry, reduceOnly: Bool = false
    ) throws -> Order {
        Order(
            id: OrderID(high: 1, low: number), instrument: Self.instrument, side: side, quantity: try Quantity("0.01"),
            kind: kind, reduceOnly: reduceOnly, role: role)
    }

    private func far(_ talk: Conversation) -> Price { Price(10_000) }

    @Test func theFirstLookTellsTheWholeAccount() throws {
        let talk = try Conversation()
        let truth = try #require(talk.truths.first)
        #expect(truth.account.balance == Money(10_000))
        #expect(truth.orders.isEmpty && truth.foreignOrders.isEmpty && truth.positions.isEmpty)
        #expect(talk.alarms.isEmpty)
    }

    @Test func anOrderIsAcceptedAmendedAndCancelled() throws {
        var talk = try Conversation()
        let resting = try order(1, .limit(far(talk)))
        talk.submit(.place(resting))
        #expect(talk.events == [.accepted(resting.id)])
        talk.submit(.amend(resting.id, Self.instrument, quantity: try Quantity("0.02"), price: Price(9_000)))
        #expect(talk.events.last == .amended(resting.id))
        talk.submit(.cancel(resting.id, Self.instrument))
        #expect(talk.events.last == .cancelled(resting.id, .requested, remaining: try Quantity("0.02")))
        talk.submit(.cancel(resting.id, Self.instrument))
        #expect(talk.events.count == 3, "an order that has ended ends once")
        talk.reconcile()
        #expect(talk.truths.last?.orders.isEmpty == true)
    }

    @Test func aRefusalIsNamed() throws {
        var talk = try Conversation()
        let close = try order(2, .market, .short, .close, reduceOnly: true)
        talk.submit(.place(close))
        #expect(talk.events == [.rejected(close.id, .reduceOnlyWouldIncrease)])
    }

    /// Without the feed, fills are found by the look, with a reckoned fee.
    @Test func aFillIsFoundWithoutTheFeed() throws {
        var talk = try Conversation()
        let entry = try order(3, .market)
        talk.submit(.place(entry))
        talk.pass(.seconds(5))
        talk.reconcile()
        let fills = talk.events.compactMap { if case .filled(let fill) = $0 { fill } else { nil } }
        let fill = try #require(fills.first)
        #expect(fills.count == 1 && fill.order == entry.id && fill.quantity == entry.quantity)
        let notional = fill.price.notional(of: fill.quantity, .nearestEven)
        #expect(fill.fee == notional.times(.basisPoints(5), .up))
        #expect(talk.truths.last?.positions.first?.quantity == entry.quantity)
    }

    /// The exchange took the order, its answer was lost: the order is found by our id, and nothing is sent twice.
    @Test func aLostAnswerIsLookedUpAndNeverSentAgain() throws {
        var talk = try Conversation()
        talk.fates = [.answerLost]
        let resting = try order(4, .limit(far(talk)))
        talk.submit(.place(resting))
        talk.pass(.seconds(3))
        #expect(talk.news.contains(.outcomeUnknown(resting.id)))
        #expect(talk.events == [.accepted(resting.id)])
        #expect(talk.requests.filter { $0.hasSuffix("sendorder") }.count == 1)
    }

    /// Of an untriggered stop the exchange tells no size: it is found all the same.
    @Test func aStopWhoseAnswerIsLostIsFound() throws {
        var talk = try Conversation()
        talk.submit(.place(try order(1, .market)))
        talk.fates = [.answerLost]
        let stop = try order(4, .stopMarket(trigger: far(talk), .mark), .short, .stop, reduceOnly: true)
        talk.submit(.place(stop))
        talk.pass(.seconds(1))
        #expect(talk.news.contains(.outcomeUnknown(stop.id)))
        #expect(talk.events.last == .accepted(stop.id))
        #expect(talk.requests.last?.hasSuffix("orders/status") == true)
    }

    /// The exchange never saw the order: only after its deadline, by complete lists made later, is it given up.
    @Test func aLostRequestIsProvenAbsent() throws {
        var talk = try Conversation()
        talk.fates = [.requestLost]
        let lost = try order(5, .limit(far(talk)))
        talk.submit(.place(lost))
        talk.pass(.seconds(4))
        #expect(talk.events.isEmpty, "before its deadline nothing is certain")
        talk.pass(.seconds(12))
        #expect(talk.events == [.rejected(lost.id, .tooLate)])
        #expect(!talk.requests.contains { $0.hasSuffix("sendorder") })
    }

    @Test func aRequestThatNeverLeftGoesAgain() throws {
        var talk = try Conversation()
        talk.fates = [.notSent, .notSent]
        let resting = try order(6, .limit(far(talk)))
        talk.submit(.place(resting))
        talk.pass(.seconds(3))
        #expect(talk.events == [.accepted(resting.id)])
        #expect(!talk.news.contains(.outcomeUnknown(resting.id)))
    }

    @Test(arguments: [
        (200, #"{"result":"success","sendStat"#), (503, "upstream connect error"), (200, ""), (500, "{}"),
        (200, #"{"result":"error","error":"Server Error","serverTime":"2023-01-02T00:00:00.000Z"}"#),
        (200, #"{"result":"success","sendStatus":{"status":"somethingNew"},"serverTime":"2023-01-02T00:00:00.000Z"}"#),
    ])
    func anAnswerThatSaysNothingIsAnUnknownOutcome(status: Int, body: String) throws {
        var talk = try Conversation()
        talk.fates = [.garbled(status, body)]
        let resting = try order(7, .limit(far(talk)))
        talk.submit(.place(resting))
        talk.pass(.seconds(3))
        #expect(talk.news.contains(.outcomeUnknown(resting.id)))
        #expect(talk.events == [.accepted(resting.id)])
        #expect(talk.requests.filter { $0.hasSuffix("sendorder") }.count == 1)
    }

    @Test func aSpentBudgetKeepsTheRequestsMeaning() throws {
        var talk = try Conversation()
        talk.fates = [.garbled(200, #"{"result":"error","error":"apiLimitExceeded"}"#)]
        // The exchange did take it here, which its words deny: the repeated order is refused as a duplicate and found.
        let resting = try order(8, .limit(far(talk)))
        talk.submit(.place(resting))
        #expect(talk.events.isEmpty)
        talk.pass(.seconds(5))
        #expect(talk.alarms.contains { $0.kind == .rateLimit })
        #expect(talk.events.contains(.accepted(resting.id)))
        talk.reconcile()
        #expect(talk.truths.last?.orders == [resting.id])
    }

    @Test func ordersOfOthersAreShownAndLeftAlone() throws {
        var talk = try Conversation()
        talk.desk.send("orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=9000&cliOrdId=by-hand")
        talk.reconcile()
        let foreign = try #require(talk.truths.last?.foreignOrders)
        #expect(foreign.count == 1 && foreign[0].order.price == Price(9_000))
        #expect(!talk.requests.contains { $0.hasSuffix("cancelorder") })
    }

    /// The journal knows the entry, not what followed it: a stop that rests, and a close that has filled.
    @Test func whatTheJournalLostIsFound() throws {
        var talk = try Conversation()
        let entry = try order(1, .market)
        let stop = Order(
            id: OrderID(setup: 1, role: .stop, sequence: 1), instrument: Self.instrument, side: .short,
            quantity: entry.quantity, kind: .stopMarket(trigger: far(talk), .mark), reduceOnly: true, role: .stop)
        let close = Order(
            id: OrderID(setup: 1, role: .close, sequence: 1), instrument: Self.instrument, side: .short,
            quantity: try Quantity("0.004"), kind: .market, reduceOnly: true, role: .close)
        for order in [entry, stop, close] { talk.submit(.place(order)) }
        talk.pass(.seconds(5))
        talk.reconcile()
        let booked = talk.fills.filter { $0.order == entry.id }.map(\.id)
        talk.news = []
        try talk.restart(with: [entry], bookedFills: booked)
        talk.pass(.seconds(10))
        talk.reconcile()
        #expect(talk.events.contains(.found(stop, rests: true)))
        #expect(talk.events.contains(.accepted(stop.id)))
        #expect(talk.events.contains(.found(close, rests: false)))
        #expect(talk.fills.map(\.order) == [close.id] && talk.fills.first?.quantity == close.quantity)
        #expect(talk.truths.last?.orders == [stop.id] && talk.truths.last?.foreignOrders.isEmpty == true)
    }

    /// The name looks like one of ours, but of nothing that is under way: somebody's order.
    @Test func anOrderOfAnUnknownSetupIsForeign() throws {
        var talk = try Conversation()
        let (entry, resting) = (try order(1, .limit(far(talk))), try order(2, .limit(far(talk))))
        talk.submit(.place(resting))
        talk.news = []
        try talk.restart(
            with: [
                Order(
                    id: OrderID(setup: 5, role: .entry, sequence: 1), instrument: entry.instrument, side: .long,
                    quantity: entry.quantity, kind: entry.kind, reduceOnly: false, role: .entry)
            ], bookedFills: [])
        talk.reconcile()
        #expect(talk.truths.last?.foreignOrders.count == 1 && talk.truths.last?.orders.isEmpty == true)
        #expect(!talk.events.contains { if case .found = $0 { true } else { false } })
    }

    /// Our order is gone from every list and no word ever came: it is asked for, and given up only after three looks.
    @Test func anOrderThatVanishedIsNotTakenForGoneAtOnce() throws {
        var talk = try Conversation()
        let resting = try order(9, .limit(far(talk)))
        talk.submit(.place(resting))
        let venue = try #require(talk.desk.call(.get, "openorders")["openOrders"]?.array?.first?["order_id"]?.string)
        _ = talk.desk.call(.post, "cancelorder", "order_id=\(venue)")
        talk.pass(.seconds(30))
        talk.reconcile()
        #expect(talk.events == [.accepted(resting.id)], "absence in one list proves nothing")
        talk.pass(.seconds(30))
        #expect(talk.events.last == .cancelled(resting.id, .byVenue, remaining: resting.quantity))
    }

    @Test func badKeysRaiseAnAlarmAndNothingElse() throws {
        var talk = try Conversation()
        let wrong = try Credentials(key: "nobody", secret: "AAAA")
        talk.gateway = DerivativesGateway(
            credentials: wrong, nonces: NonceSource(),
            configuration: .init(fees: FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5))))
        let refused = try order(10, .limit(far(talk)))
        talk.submit(.place(refused))
        #expect(talk.alarms.contains { $0.kind == .authentication })
        #expect(talk.events == [.rejected(refused.id, .other)])
        #expect(!talk.alarms.contains { $0.detail.contains("AAAA") })
    }

    /// An exchange that is down for long is asked now and then, not stormed; what the trader asked for again and again is
    /// done once when it is back, and what it asks for then is done at once.
    @Test func maintenanceLeavesNoPileBehind() throws {
        var talk = try Conversation()
        let resting = try order(11, .limit(far(talk)))
        talk.submit(.place(resting))
        let length = Interval.minutes(10)
        talk.desk.exchange.faults.add(Fault(.maintenance, at: talk.desk.now, lasting: length))
        talk.pass(.seconds(1))
        let before = talk.requests.count
        for _ in 0..<(length.nanoseconds / Interval.seconds(10).nanoseconds) {
            talk.submit(.cancel(resting.id, Self.instrument))
            talk.setDeadManSwitch(60)
            talk.reconcile()
            talk.pass(.seconds(10))
        }
        let asked = talk.requests.count - before
        #expect(asked < 1_200, "\(asked) requests in ten minutes: two a second at most")
        talk.pass(.seconds(10))
        #expect(talk.events.contains(.cancelled(resting.id, .requested, remaining: resting.quantity)))
        let back = talk.requests.count
        let stop = try order(12, .limit(far(talk)))
        talk.submit(.place(stop))
        #expect(talk.events.last == .accepted(stop.id), "nothing stands in its way")
        talk.pass(.seconds(10))
        #expect(talk.requests.count - back < 20)
    }
}
