import Exchange
import Market
import Testing
import Venue

struct OrderStateTests {
    let flat = prices(1000, 1000, 1000, 1000)

    @Test func eachRefusalHasItsReason() {
        let cases: [(RejectReason, (inout Desk) -> Order)] = [
            (.priceOffTick, { $0.order(.long, "1", .limit(at("990.5"))) }),
            (.priceOffTick, { $0.order(.long, "1", .limit(at("0"))) }),
            (.priceOffTick, { $0.order(.long, "1", .stopMarket(trigger: at("1010.1"), .mark)) }),
            (.quantityOffLot, { $0.order(.long, "1.0005", .market) }),
            (.quantityTooSmall, { $0.order(.long, "0.0005", .market) }),
            (.quantityTooSmall, { $0.order(.long, "-1", .market) }),
            (.quantityTooLarge, { $0.order(.long, "1000.001", .market) }),
            (.reduceOnlyWouldIncrease, { $0.order(.long, "1", .market, reduceOnly: true) }),
            (
                .reduceOnlyWouldIncrease,
                { $0.order(.short, "1", .stopMarket(trigger: at("900"), .mark), reduceOnly: true) }
            ),
            (.unknownInstrument, { $0.order(.long, "1", .market, on: "PF_NONE") }),
            // 2 % of 600,000 is more than 10,000.
            (.insufficientMargin, { $0.order(.long, "600", .limit(at("1000"))) }),
        ]
        for (reason, make) in cases {
            var desk = Desk()
            let order = make(&desk)
            desk.exchange.submit(.place(order), at: desk.time)
            desk.bar(flat)
            #expect(desk.events.contains(.rejected(order.id, reason)), "\(reason)")
            #expect(desk.exchange.isIdle)
            #expect(desk.fills.isEmpty)
        }
    }

    @Test func noPricesYetMeansSuspended() {
        var desk = Desk(setting(), [contract(), contract("PF_ETHUSD")])
        desk.send(.long, "1", .market, on: "PF_ETHUSD")
        desk.bar(flat)
        #expect(desk.rejections == [.marketSuspended])
    }

    @Test func anOrderIdIsGoodForOneArrival() {
        var desk = Desk()
        let order = desk.order(.long, "1", .limit(at("990")))
        desk.exchange.submit(.place(order), at: desk.time)
        desk.exchange.submit(.place(order), at: desk.time)
        desk.bar(flat)
        #expect(desk.rejections == [.duplicateOrder])
        #expect(desk.exchange.openOrders == [order])
        desk.cancel(order.id)
        desk.bar(flat)
        desk.exchange.submit(.place(order), at: desk.time)
        desk.bar(flat)
        #expect(desk.rejections == [.duplicateOrder, .duplicateOrder])
        #expect(desk.exchange.openOrders.isEmpty)
    }

    @Test func theNumberOfLiveOrdersIsLimited() {
        var configuration = setting()
        configuration.maximumOrders = 2
        var desk = Desk(configuration)
        for price in ["990", "989", "988"] { desk.send(.long, "1", .limit(at(price))) }
        desk.bar(flat)
        #expect(desk.rejections == [.tooManyOrders])
    }

    enum State: CaseIterable { case never, resting, partlyFilled, filled, cancelled, rejected }
    enum Act: CaseIterable { case cancel, amend, placeAgain }

    /// Every command against an order in every state.
    @Test(arguments: State.allCases, Act.allCases)
    func table(_ state: State, _ act: Act) {
        var desk = Desk(setting(participation: state == .partlyFilled ? "0.1" : nil))
        let order = desk.order(.long, state == .rejected ? "1.0005" : "1", .limit(at("990")))
        if state != .never { desk.exchange.submit(.place(order), at: desk.time) }
        desk.bar(flat)
        switch state {
        case .never, .resting, .rejected: break
        case .filled: desk.bar(prices(1000, 1000, 985, 1000))
        case .partlyFilled: desk.bar(prices(1000, 1000, 985, 1000), volume: 7)
        case .cancelled:
            desk.cancel(order.id)
            desk.bar(flat)
        }
        let filled = desk.fills.reduce(Quantity.zero) { $0 + $1.quantity }
        let before = desk.events.count
        switch act {
        case .cancel: desk.cancel(order.id)
        case .amend: desk.amend(order.id, "0.5", at("980"))
        case .placeAgain: desk.exchange.submit(.place(order), at: desk.time)
        }
        desk.bar(flat)
        let answer = desk.events.dropFirst(before).first { if case .account = $0 { false } else { true } }
        let isLive = state == .resting || state == .partlyFilled
        #expect(filled == (state == .filled ? coin("1") : state == .partlyFilled ? coin("0.466") : .zero))
        switch act {
        case .cancel:
            #expect(
                answer
                    == (isLive ? .cancelled(order.id, .requested, remaining: coin("1") - filled) : .notFound(order.id)))
        case .amend:
            #expect(answer == (isLive ? .amended(order.id) : .notFound(order.id)))
            if isLive { #expect(desk.exchange.openOrders.map(\.quantity) == [coin("0.5")]) }
        case .placeAgain:
            #expect(answer == (state == .never ? .accepted(order.id) : .rejected(order.id, .duplicateOrder)))
        }
    }

    @Test func anAmendmentIsCheckedLikeAnOrderAndAFailedOneChangesNothing() {
        var desk = Desk()
        let id = desk.send(.long, "1", .postOnly(at("990")))
        desk.bar(flat)
        desk.amend(id, "1", at("990.5"))
        desk.amend(id, "1", at("1000"))
        desk.amend(id, "0.0001")
        desk.amend(id, "900", at("990"))
        desk.bar(flat)
        #expect(desk.rejections == [.priceOffTick, .postOnlyWouldTrade, .quantityTooSmall, .insufficientMargin])
        #expect(desk.exchange.openOrders.map(\.kind) == [.postOnly(at("990"))])
        desk.amend(id, "2", at("995"))
        desk.bar(prices(1000, 1000, 994, 1000))
        #expect(desk.fills.map(\.price) == [at("995")])
        #expect(desk.fills.map(\.quantity) == [coin("2")])
    }

    @Test func aStopMovedPastThePriceFiresAtOnce() {
        var desk = Desk()
        desk.send(.long, "1", .market)
        let stop = desk.send(.short, "1", .stopMarket(trigger: at("950"), .mark), reduceOnly: true)
        desk.bar(flat)
        desk.amend(stop, "1", at("1001"))
        desk.bar(flat)
        #expect(desk.heard(.triggered(stop)))
        #expect(desk.position.quantity.isZero)
    }

    @Test func aCancelThatArrivesAfterTheFillFindsNothing() {
        var desk = Desk(setting(order: .seconds(5), feed: .seconds(1)))
        let id = desk.send(.long, "1", .limit(at("990")))
        desk.bar(prices(1000, 1000, 1000, 1000))
        // Falls from 1000 to 980 in 20 s: filled after 10 s. The cancel leaves at the close before and arrives at 5 s …
        var early = desk
        early.cancel(id)
        early.bar(prices(1000, 1000, 980, 1000))
        #expect(early.heard(.cancelled(id, .requested, remaining: coin("1"))))
        // … or leaves on hearing of the tick at the open and arrives in time, or on the fill and is late.
        desk.bar(prices(1000, 1000, 980, 1000)) { desk, delivery in
            if case .venue(.filled) = delivery.message { desk.cancel(id) }
        }
        #expect(desk.fills.count == 1)
        #expect(desk.heard(.notFound(id)))
        let times = desk.heard.map(\.received)
        #expect(times == times.sorted())
    }

    @Test func reduceOnlyOrdersShrinkAndEndWithThePosition() {
        var desk = Desk()
        desk.send(.long, "1", .market)
        let stop = desk.send(.short, "1", .stopMarket(trigger: at("950"), .mark), reduceOnly: true)
        let near = desk.send(.short, "0.6", .limit(at("1010")), reduceOnly: true)
        let far = desk.send(.short, "0.6", .limit(at("1020")), reduceOnly: true)
        desk.bar(prices(1000, 1030, 1000, 1025))
        #expect(desk.fills.map(\.order).dropFirst() == [near, far])
        #expect(desk.fills.map(\.quantity).dropFirst() == [coin("0.6"), coin("0.4")])
        #expect(desk.heard(.cancelled(far, .nothingToReduce, remaining: coin("0.2"))))
        #expect(desk.heard(.cancelled(stop, .nothingToReduce, remaining: coin("1"))))
        #expect(desk.exchange.isIdle)
    }

    @Test func twoStopsForOnePositionCloseItOnce() {
        var desk = Desk()
        desk.send(.short, "1", .market)
        let first = desk.send(.long, "1", .stopMarket(trigger: at("1005"), .mark), reduceOnly: true)
        let second = desk.send(.long, "1", .stopMarket(trigger: at("1005"), .mark), reduceOnly: true)
        desk.bar(prices(1000, 1010, 1000, 1010))
        #expect(desk.heard(.triggered(first)))
        #expect(!desk.heard(.triggered(second)))
        #expect(desk.heard(.cancelled(second, .nothingToReduce, remaining: coin("1"))))
        #expect(desk.position.quantity.isZero)
    }

    @Test func anOrderLargerThanThePositionTurnsIt() {
        var desk = Desk()
        desk.send(.long, "1", .market)
        desk.bar(prices(1000, 1000, 1000, 1000))
        desk.send(.short, "3", .market)
        desk.bar(prices(1010, 1010, 1010, 1010))
        #expect(desk.position.side == .short)
        #expect(desk.position.quantity == coin("2"))
        #expect(desk.position.entryPrice == at("1010"))
        #expect(desk.exchange.totals.realised == usd("10"))
    }
}
