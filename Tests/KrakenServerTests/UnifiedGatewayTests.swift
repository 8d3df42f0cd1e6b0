import Kraken
import Market
import TestSupport
import Testing
import Venue
import Wire

@testable import KrakenServer

/// The gateway of the unified surface against the local exchange.
@Suite struct UnifiedGatewayTests {
    private static let instrument = InstrumentID("PF_XBTUSD")!

    private func order(
        _ number: UInt64, _ kind: OrderKind, _ side: Side = .long, _ role: OrderRole = .entry, reduceOnly: Bool = false
    ) throws -> Order {
        Order(
            id: OrderID(high: 3, low: number), instrument: Self.instrument, side: side, quantity: try Quantity("0.01"),
            kind: kind, reduceOnly: reduceOnly, role: role)
    }

    private let far = Price(10_000)

    private func connected() throws -> Conversation { try Conversation(on: .unified, hasStream: true) }

    private func orderEvents(_ talk: Conversation) -> [VenueEvent] {
        talk.events.filter { event in
            switch event {
            case .position, .account: false
            case .accepted, .rejected, .triggered, .filled, .cancelled, .amended, .notFound, .found, .funding: true
            }
        }
    }

    @Test func theFirstLookTellsTheWholeAccount() throws {
        let talk = try connected()
        let truth = try #require(talk.truths.first)
        #expect(truth.account.balance == Money(10_000))
        #expect(truth.orders.isEmpty && truth.foreignOrders.isEmpty && truth.positions.isEmpty)
        #expect(talk.alarms.isEmpty && talk.news.contains(.health(.healthy)))
    }

    @Test func anOrderIsAcceptedAmendedAndCancelledOnceEach() throws {
        var talk = try connected()
        let resting = try order(1, .limit(far))
        talk.submit(.place(resting))
        talk.submit(.amend(resting.id, Self.instrument, quantity: try Quantity("0.02"), price: Price(9_000)))
        talk.submit(.cancel(resting.id, Self.instrument))
        talk.submit(.cancel(resting.id, Self.instrument))
        talk.reconcile()
        #expect(
            orderEvents(talk) == [
                .accepted(resting.id), .amended(resting.id),
                .cancelled(resting.id, .requested, remaining: try Quantity("0.02")),
            ])
        #expect(talk.truths.last?.orders.isEmpty == true && talk.alarms.isEmpty)
    }

    @Test func stopsWatchTheIndexAndMoveByAddThenCancel() throws {
        var talk = try connected()
        talk.submit(.place(try order(1, .market)))
        let stop = try order(2, .stopMarket(trigger: Price(1_000), .index), .short, .stop, reduceOnly: true)
        talk.submit(.place(stop))
        let listed = try talk.byHand(.get, "openorders")["openOrders"]?.array?.first
        #expect(listed?["triggerSignal"]?.string == "spot" && listed?["reduceOnly"]?.bool == true)
        let marked = try order(3, .stopMarket(trigger: Price(1_000), .mark), .short, .stop, reduceOnly: true)
        talk.submit(.place(marked))
        #expect(talk.events.last == .accepted(marked.id), "a stop on the nearest price is better than none")
        #expect(talk.alarms.map(\.kind) == [.unsupported])
        talk.submit(.amend(stop.id, Self.instrument, quantity: stop.quantity, price: Price(2_000)))
        #expect(talk.events.last == .rejected(stop.id, .other), "moved by add-then-cancel")
        #expect(!talk.requests.contains("amend_order"))
    }

    @Test func aStopFiresOnceAndTheMarketIsLeft() throws {
        var talk = try connected()
        talk.submit(.place(try order(1, .market, .short)))
        let index = talk.desk.exchange.tape.markets[0].index
        let near = (index + index.times(.basisPoints(2), .down)).rounded(to: Price(1), .up)
        let stop = try order(2, .stopMarket(trigger: near, .index), .long, .stop, reduceOnly: true)
        talk.submit(.place(stop))
        talk.shuffle = { $0.flatMap { [$0, $0] } }
        talk.pass(.minutes(30))
        let story = orderEvents(talk).filter { $0.isAbout(stop.id) }
        let fill = try #require(talk.fills.last)
        #expect(story == [.accepted(stop.id), .triggered(stop.id), .filled(fill)])
        #expect(talk.fills.count == 2)
        talk.reconcile()
        #expect(talk.truths.last?.positions.isEmpty == true && talk.truths.last?.orders.isEmpty == true)
    }

    @Test func refusalsAreNamed() throws {
        var talk = try connected()
        let close = try order(1, .market, .short, .close, reduceOnly: true)
        talk.submit(.place(close))
        let huge = Order(
            id: OrderID(high: 3, low: 2), instrument: Self.instrument, side: .long, quantity: Quantity(100),
            kind: .market, reduceOnly: false, role: .entry)
        talk.submit(.place(huge))
        #expect(
            orderEvents(talk) == [
                .rejected(close.id, .reduceOnlyWouldIncrease), .rejected(huge.id, .insufficientMargin),
            ])
    }

    /// The exchange took the order and its answer was lost; the executions tell of it all the same.
    @Test func aLostAnswerNeedsNoSecondOrder() throws {
        var talk = try connected()
        talk.fates = [.answerLost]
        let resting = try order(1, .limit(far))
        talk.submit(.place(resting))
        talk.pass(.seconds(20))
        #expect(orderEvents(talk) == [.accepted(resting.id)])
        #expect(talk.placements == 1)
    }

    /// Neither the answer nor the executions got through before the line broke: the next snapshot has the order.
    @Test func anOrderBehindABrokenLineIsFoundBySnapshot() throws {
        var talk = try connected()
        talk.losesFrame = { _ in true }
        let resting = try order(1, .limit(far))
        talk.submit(.place(resting))
        talk.cut()
        talk.losesFrame = nil
        #expect(talk.news.contains(.outcomeUnknown(resting.id)))
        talk.pass(.seconds(5))
        #expect(orderEvents(talk) == [.accepted(resting.id)])
        #expect(talk.placements == 1)
    }

    /// The exchange never saw the order: given up only after its deadline and two snapshots without it.
    @Test func aLostRequestIsProvenAbsentByTwoLooks() throws {
        var talk = try connected()
        talk.fates = [.requestLost]
        let lost = try order(1, .limit(far))
        talk.submit(.place(lost))
        talk.pass(.seconds(7))
        #expect(orderEvents(talk).isEmpty && talk.news.contains(.outcomeUnknown(lost.id)))
        let before = talk.truths.count
        talk.pass(.seconds(20))
        #expect(orderEvents(talk) == [.rejected(lost.id, .tooLate)])
        #expect(talk.truths.count >= before + 2)
        #expect(talk.placements == 0)
    }

    @Test(arguments: [
        #"{"method":"add_order","req_id":REQ,"result":{"order"#, "",
        #"{"method":"add_order","req_id":REQ,"success":"maybe"}"#,
        #"{"method":"add_order","req_id":REQ,"error":"EService:Unavailable","success":false}"#,
        #"{"method":"add_order","req_id":REQ,"error":"EGeneral:Internal error","success":false}"#,
    ])
    func anAnswerThatSaysNothingIsNoRefusal(body: String) throws {
        var talk = try connected()
        talk.fates = [.garbled(200, body)]
        let resting = try order(1, .limit(far))
        talk.submit(.place(resting))
        talk.pass(.seconds(20))
        #expect(orderEvents(talk) == [.accepted(resting.id)])
        #expect(talk.placements == 1)
    }

    @Test func ordersOfOthersAreShownAndLeftAlone() throws {
        var talk = try connected()
        try talk.byHand(.post, "sendorder", "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=9000")
        talk.reconcile()
        let foreign = try #require(talk.truths.last?.foreignOrders)
        #expect(foreign.count == 1 && foreign[0].order.price == Price(9_000))
        #expect(!talk.requests.contains("cancel_order") && orderEvents(talk).isEmpty)
        let venue = foreign[0].id.description
        try talk.byHand(.post, "cancelorder", "order_id=\(venue)")
        talk.reconcile()
        #expect(talk.truths.last?.foreignOrders.isEmpty == true)
    }

    /// The end of our order was lost on the way, and the gap in the numbers shows it.
    @Test func aGapInTheNumbersIsFilledByALook() throws {
        var talk = try connected()
        let (first, second) = (try order(1, .limit(far)), try order(2, .limit(far)))
        talk.submit(.place(first))
        talk.losesFrame = { String(decoding: $0, as: UTF8.self).contains(#""exec_type":"canceled""#) }
        let name = first.id.description
        try talk.byHand(.post, "cancelorder", "cliOrdId=\(name)")
        talk.pass(.milliseconds(1))
        talk.losesFrame = nil
        #expect(orderEvents(talk) == [.accepted(first.id)])
        talk.submit(.place(second))
        talk.pass(.seconds(10))
        #expect(talk.alarms.contains { $0.kind == .messagesLost })
        #expect(orderEvents(talk).contains(.cancelled(first.id, .byVenue, remaining: first.quantity)))
        #expect(talk.truths.last?.orders == [second.id])
    }

    /// The trader asks again for what was not answered; a second order never goes, and nothing is claimed of the first.
    @Test func anOrderAskedForTwiceGoesOnce() throws {
        var talk = try connected()
        talk.fates = [.answerLost]
        talk.losesFrame = { String(decoding: $0, as: UTF8.self).contains(#""executions""#) }
        let resting = try order(1, .limit(far))
        talk.submit(.place(resting))
        talk.submit(.place(resting))
        talk.pass(.seconds(6))
        talk.submit(.place(resting))
        #expect(orderEvents(talk).isEmpty)
        talk.losesFrame = nil
        talk.pass(.seconds(20))
        #expect(orderEvents(talk) == [.accepted(resting.id)])
        talk.submit(.place(resting))
        #expect(orderEvents(talk).last == .rejected(resting.id, .duplicateOrder))
        talk.submit(.cancel(resting.id, Self.instrument))
        talk.submit(.place(resting))
        #expect(orderEvents(talk).last == .rejected(resting.id, .other))
        #expect(talk.placements == 1)
    }

    @Test func anEntryThatCannotLeaveInTimeIsGivenUp() throws {
        var talk = try connected()
        talk.acceptsSockets = false
        talk.cut()
        let entry = try order(1, .market)
        let stop = try order(2, .stopMarket(trigger: Price(1_000), .index), .short, .stop, reduceOnly: true)
        talk.submit(.place(entry))
        talk.submit(.place(stop))
        talk.pass(.seconds(6))
        #expect(orderEvents(talk) == [.rejected(entry.id, .tooLate)])
        talk.acceptsSockets = true
        talk.pass(.minutes(2))
        #expect(talk.requests == ["add_order"], "what protects still goes")
    }

    @Test func aCancelWaitsForTheAnswerToItsOrder() throws {
        var talk = try connected()
        talk.fates = [.answerLost]
        talk.losesFrame = { String(decoding: $0, as: UTF8.self).contains(#""executions""#) }
        let resting = try order(1, .limit(far))
        talk.submit(.place(resting))
        talk.submit(.cancel(resting.id, Self.instrument))
        #expect(talk.requests == ["add_order"])
        talk.losesFrame = nil
        talk.pass(.seconds(20))
        #expect(
            orderEvents(talk) == [
                .accepted(resting.id), .cancelled(resting.id, .requested, remaining: resting.quantity),
            ])
    }

    @Test func theDeadManSwitchIsConfirmedAndFires() throws {
        var talk = try connected()
        let resting = try order(1, .limit(far))
        talk.submit(.place(resting))
        talk.setDeadManSwitch(30)
        let times = talk.news.compactMap { if case .deadManSwitch(let time) = $0 { time } else { nil } }
        #expect(times == [talk.desk.now + .seconds(30)])
        talk.pass(.seconds(31))
        #expect(orderEvents(talk).last == .cancelled(resting.id, .deadManSwitch, remaining: resting.quantity))
        talk.setDeadManSwitch(0)
        #expect(talk.news.contains(.deadManSwitch(nil)))
    }

    @Test func aSessionGoesOnFromAnEarlierOne() throws {
        var talk = try connected()
        let (entry, resting, never) = (try order(1, .market), try order(2, .limit(far)), try order(3, .limit(far)))
        talk.submit(.place(entry))
        talk.submit(.place(resting))
        let fills = talk.fills.map(\.id)
        talk.news = []
        try talk.restart(with: [entry, resting, never], bookedFills: fills)
        talk.pass(.seconds(40))
        #expect(talk.fills.isEmpty, "booked already")
        #expect(orderEvents(talk).contains(.accepted(resting.id)))
        #expect(orderEvents(talk).contains(.rejected(never.id, .tooLate)))
        #expect(talk.truths.last?.orders == [resting.id])
    }

    /// The journal knows the entry and not the stop that followed it.
    @Test func anOrderThatTheJournalLostIsFound() throws {
        var talk = try connected()
        let entry = try order(1, .market)
        let stop = Order(
            id: OrderID(setup: entry.id.high, role: .stop, sequence: 1), instrument: entry.instrument, side: .short,
            quantity: entry.quantity, kind: .stopMarket(trigger: far, .mark), reduceOnly: true, role: .stop)
        talk.submit(.place(entry))
        talk.submit(.place(stop))
        let fills = talk.fills.map(\.id)
        talk.news = []
        try talk.restart(with: [entry], bookedFills: fills)
        talk.pass(.seconds(10))
        let found = orderEvents(talk).filter { $0.isAbout(stop.id) }
        #expect(found == [.found(stop, rests: true), .accepted(stop.id)])
        talk.reconcile()
        #expect(talk.truths.last?.orders == [stop.id])
        talk.submit(.cancel(stop.id, stop.instrument))
        talk.pass(.seconds(5))
        #expect(orderEvents(talk).last == .cancelled(stop.id, .requested, remaining: stop.quantity))
    }

    @Test func badKeysRaiseAnAlarmWithoutSecrets() throws {
        var talk = try connected()
        let wrong = try Credentials(key: "nobody", secret: "AAAA")
        talk.cut()
        talk.news = []
        talk.gateway = UnifiedGateway(
            credentials: wrong, nonces: NonceSource(),
            configuration: .init(fees: FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5))))
        talk.begin()
        talk.pass(.seconds(30))
        #expect(talk.alarms.contains { $0.kind == .authentication })
        #expect(talk.truths.isEmpty && !talk.alarms.contains { $0.detail.contains("AAAA") })
    }

    /// A token that is stale is renewed; the cancel goes again, the order does not.
    @Test func aStaleTokenIsRenewed() throws {
        var talk = try connected()
        let (resting, next) = (try order(1, .limit(far)), try order(2, .limit(far)))
        talk.submit(.place(resting))
        let stale = #"{"method":"cancel_order","req_id":REQ,"error":"EAPI:Invalid token","success":false}"#
        talk.fates = [.garbled(200, stale)]
        talk.submit(.cancel(resting.id, Self.instrument))
        talk.pass(.seconds(15))
        #expect(orderEvents(talk).last == .cancelled(resting.id, .requested, remaining: resting.quantity))
        talk.fates = [.garbled(200, stale)]
        talk.submit(.place(next))
        #expect(talk.requests.count { $0 == "add_order" } == 2)
        #expect(!talk.alarms.map(\.detail).contains { $0.contains(talk.desk.exchange.tokens[0].text) })
    }

    @Test func unknownWordsAreReportedOnce() throws {
        var talk = try connected()
        let resting = try order(1, .limit(far))
        talk.submit(.place(resting))
        for _ in 0..<2 {
            talk.hear(#"{"channel":"novelties","type":"update","data":[]}"#)
            talk.hear(
                #"{"channel":"executions","type":"update","data":[{"order_id":"x","cl_ord_id":"\#(resting.id)","#
                    + #""exec_type":"blessed","order_status":"new"}]}"#)
        }
        #expect(talk.alarms.map(\.detail) == ["frame 'novelties'", "exec_type 'blessed'"])
        #expect(orderEvents(talk) == [.accepted(resting.id)])
    }

    /// A list that the exchange could not send says nothing about any position.
    @Test func positionsThatCannotBeListedAreNotFlat() throws {
        var talk = try connected()
        talk.submit(.place(try order(1, .market)))
        talk.news = []
        talk.hear(
            #"{"channel":"positions","type":"snapshot","data":{"futures":[],"options":[],"error":"snapshot_too_large"}}"#
        )
        #expect(talk.alarms.map(\.kind) == [.messagesLost] && talk.events.isEmpty)
        talk.pass(.seconds(6))
        #expect(talk.truths.last?.positions.map(\.quantity) == [try Quantity("0.01")])
    }

    @Test func aMarginThatCannotBeReadIsNoTruth() throws {
        var talk = try Conversation(on: .unified)
        talk.acceptsSockets = true
        talk.losesFrame = { String(decoding: $0, as: UTF8.self).contains("multi_collateral") }
        talk.pass(.seconds(5))
        talk.hear(
            #"{"channel":"margin","type":"multi_collateral","data":{"equity":1,"novelty":2},"timestamp":"2026-01-01T00:00:00Z"}"#
        )
        #expect(talk.truths.isEmpty && talk.alarms.contains { $0.detail.contains("equity, novelty") })
        talk.losesFrame = nil
        talk.pass(.minutes(2))
        #expect(talk.truths.count == 1 && talk.news.contains(.health(.healthy)))
    }

    /// Frames twice and in any order: each fact once.
    @Test(arguments: 0..<8)
    func framesInAnyOrderTellEachFactOnce(seed: Int) throws {
        var talk = try connected()
        talk.shuffle = { frames in
            var random = SeededGenerator(seed: UInt64(seed) * 31 + UInt64(frames.count))
            return (frames + frames).shuffled(using: &random)
        }
        let (entry, resting) = (try order(1, .market), try order(2, .limit(far)))
        talk.submit(.place(entry))
        talk.submit(.place(resting))
        talk.pass(.seconds(8))
        talk.submit(.cancel(resting.id, Self.instrument))
        talk.pass(.seconds(8))
        let fill = try #require(talk.fills.first)
        #expect(talk.fills.count == 1)
        #expect(
            orderEvents(talk).filter { $0.isAbout(entry.id) } == [.accepted(entry.id), .filled(fill)])
        #expect(
            orderEvents(talk).filter { $0.isAbout(resting.id) } == [
                .accepted(resting.id), .cancelled(resting.id, .requested, remaining: resting.quantity),
            ])
    }
}

extension VenueEvent {
    fileprivate func isAbout(_ id: OrderID) -> Bool {
        switch self {
        case .accepted(id), .rejected(id, _), .triggered(id), .cancelled(id, _, _), .amended(id), .notFound(id): true
        case .filled(let fill): fill.order == id
        case .found(let order, _): order.id == id
        case .accepted, .rejected, .triggered, .cancelled, .amended, .notFound, .funding, .position, .account: false
        }
    }
}
