import Exchange
import Kraken
import Market
import TestSupport
import Testing
import Venue

@testable import Paper

@Suite struct PaperGatewayTests {
    @Test func aMarketOrderPaysTheOtherSideOfTheFirstQuoteAfterItsArrival() {
        var desk = Desk(slippage: .basisPoints(2))
        desk.quote(50_000)
        desk.place(.long, .market)
        // On its way.
        desk.quote(49_000, after: Desk.latency - .milliseconds(1))
        #expect(desk.fills.isEmpty)
        desk.quote(50_000, after: .seconds(1))
        #expect(desk.fills.map(\.price) == [Price(50_010) + Price(raw: Price.scale / 2)])
        #expect(desk.fills.map(\.liquidity) == [.taker])
        // 5 basis points of 50 010.50.
        #expect(desk.fills.map(\.fee) == [Money(raw: 2_500_525_000)])
        desk.place(.short, .market, reduceOnly: true, role: .close)
        desk.quote(50_000)
        #expect(desk.fills.last?.price == Price(49_989) + Price(raw: Price.scale / 2))
    }

    @Test func anOddSpreadIsNeverBetterThanQuoted() {
        var desk = Desk()
        let odd = Price(raw: Price.scale / 2 + 1)
        desk.place(.long, .market)
        desk.wait(.seconds(1))
        let tick = Tick(
            instrument: bitcoin, mark: Price(100), index: Price(100), last: Price(100), bid: Price(100) - odd,
            ask: Price(100) + odd + Price(raw: 1), funding: .zero, time: desk.now)
        desk.with { $0.observe(tick, at: $1, into: &$2) }
        #expect(desk.fills[0].price >= tick.ask)
        desk.place(.short, .market, reduceOnly: true)
        desk.wait(.seconds(1))
        desk.with { $0.observe(tick, at: $1, into: &$2) }
        #expect(desk.fills[1].price <= tick.bid)
    }

    @Test func withoutQuotesNothingFillsAndTheFirstOneAfterASilenceIsTheMarket() {
        var desk = Desk()
        desk.place(.long, .market)
        desk.quote(50_000)
        let stop = desk.place(.short, .stopMarket(trigger: Price(49_000), .mark), reduceOnly: true, role: .stop)
        desk.wait(Desk.latency)
        desk.wake()
        #expect(desk.heard.contains(.accepted(stop)))
        desk.quote(49_500)
        desk.place(.short, .market, Quantity(raw: Quantity.scale / 2), reduceOnly: true, role: .close)
        for _ in 0..<600 {
            desk.wait(.seconds(1))
            desk.wake()
        }
        #expect(desk.fills.count == 1)
        desk.quote(48_000)
        // Jumped over: at the quote behind the jump, not at the trigger.
        #expect(desk.fills.map(\.price).dropFirst() == [Price(48_000) - Price(raw: Price.scale / 2)])
        #expect(desk.fills[1].order == stop)
        #expect(desk.gateway.positions.isEmpty)
    }

    @Test func aLimitFillsAtItsPriceWhenTheMarketIsATickThrough() {
        var desk = Desk()
        desk.quote(50_000)
        let entry = desk.place(.long, .postOnly(Price(49_990)))
        desk.quote(50_000)
        #expect(desk.heard == [.accepted(entry)])
        desk.quote(49_990)
        #expect(desk.fills.isEmpty)
        desk.quote(49_980)
        #expect(desk.fills.map(\.price) == [Price(49_990)])
        #expect(desk.fills.map(\.liquidity) == [.maker])
    }

    @Test func aPostOnlyOrderThatWouldTradeIsRefused() {
        var desk = Desk()
        desk.quote(50_000)
        let order = desk.place(.long, .postOnly(Price(50_001)))
        desk.quote(50_000)
        #expect(desk.heard == [.rejected(order, .postOnlyWouldTrade)])
    }

    /// Inside a wide spread: the middle is through it, and yet nobody has come to it.
    @Test func aLimitIsNotFilledByTheQuoteThatItArrivedAt() {
        var desk = Desk()
        let wide = Price(20)
        desk.quote(50_000, halfSpread: wide)
        desk.place(.long, .postOnly(Price(50_010)))
        desk.quote(50_000, halfSpread: wide)
        #expect(desk.fills.isEmpty)
    }

    @Test func whatCannotTradeNeedsNoQuote() {
        var desk = Desk()
        desk.place(.long, .market)
        desk.quote(50_000)
        let stop = desk.place(.short, .stopMarket(trigger: Price(49_000), .mark), reduceOnly: true, role: .stop)
        #expect(desk.gateway.nextWake == desk.now + Desk.latency)
        desk.wait(Desk.latency)
        desk.wake()
        #expect(desk.heard.last == .accepted(stop))
        desk.send(.amend(stop, bitcoin, quantity: Quantity(1), price: Price(49_500)))
        desk.wait(Desk.latency)
        desk.wake()
        #expect(desk.heard.last == .amended(stop))
        // Reached by the last quote: it waits for the next one.
        desk.send(.amend(stop, bitcoin, quantity: Quantity(1), price: Price(50_500)))
        desk.wait(.seconds(60))
        desk.wake()
        #expect(desk.gateway.nextWake == nil)
        #expect(desk.heard.last == .amended(stop))
        desk.send(.cancel(stop, bitcoin))
        desk.wait(.seconds(1))
        desk.wake()
        // Behind the amendment.
        #expect(desk.heard.last == .amended(stop))
        desk.quote(50_600)
        #expect(desk.heard.contains(.cancelled(stop, .requested, remaining: Quantity(1))))
    }

    @Test func aCancelLongAfterTheEndFindsNothing() {
        var desk = Desk()
        desk.place(.long, .market)
        desk.quote(50_000)
        let stop = desk.place(.short, .stopMarket(trigger: Price(49_000), .mark), reduceOnly: true, role: .stop)
        desk.quote(50_000)
        desk.quote(48_900)
        #expect(desk.gateway.positions.isEmpty)
        desk.wait(.hours(1))
        desk.send(.cancel(stop, bitcoin))
        desk.wait(.hours(1))
        desk.wake()
        #expect(desk.heard.last == .notFound(stop))
        desk.place(.long, .market)
        desk.quote(50_000)
        #expect(desk.fills.last?.price == Price(50_000) + Price(raw: Price.scale / 2))
    }

    @Test func anOrderOfBeforeIsADuplicateWhateverBecameOfIt() {
        var desk = Desk()
        desk.quote(50_000)
        let id = desk.place(.long, .market)
        let again = VenueCommand.place(
            Order(
                id: id, instrument: bitcoin, side: .long, quantity: Quantity(1), kind: .market, reduceOnly: false,
                role: .entry))
        desk.send(again)
        desk.quote(50_000)
        desk.send(again)
        desk.quote(50_000)
        #expect(desk.fills.count == 1)
        #expect(desk.heard.filter { $0 == .rejected(id, .duplicateOrder) }.count == 2)
    }

    @Test func fundingIsPaidOnTheHourAtTheFeedsRate() {
        var desk = Desk()
        let rate = Rate.basisPoints(1)
        desk.place(.long, .market)
        desk.quote(50_000, funding: rate)
        let hour = desk.now.floor(to: .hours(1)) + .hours(1)
        desk.quote(50_000, after: hour - desk.now + .seconds(1), funding: rate)
        let payments = desk.heard.compactMap { event in
            if case .funding(let payment) = event { payment } else { nil }
        }
        #expect(payments.map(\.time) == [hour])
        // One ten-thousandth of 50 000 for the part of the hour that it was held, rounded against us.
        let held = hour - Desk.start - .seconds(1)
        let whole = Money(5).double * Double(held.nanoseconds) / 3.6e12
        #expect(abs((payments.first?.amount.double ?? 0) + whole) < 0.000_001)
    }

    @Test func marginIsWatchedOnMark() {
        var desk = Desk(equity: Money(2_000))
        desk.place(.long, .market)
        desk.quote(50_000)
        desk.quote(48_300)
        #expect(desk.fills.count > 1)
        #expect(desk.fills.dropFirst().allSatisfy { $0.cause != .order })
    }

    @Test func cancelAllAlsoEndsWhatIsUnderWay() {
        var desk = Desk()
        desk.quote(50_000)
        let resting = desk.place(.long, .limit(Price(40_000)))
        desk.quote(50_000)
        let underWay = desk.place(.long, .limit(Price(41_000)))
        desk.with { $0.cancelAll(at: $1, into: &$2) }
        desk.quote(50_000)
        #expect(desk.heard.contains(.cancelled(resting, .requested, remaining: Quantity(1))))
        #expect(desk.heard.contains(.cancelled(underWay, .requested, remaining: Quantity(1))))
        #expect(desk.gateway.openOrders.isEmpty)
    }

    @Test func quotesWithoutAMarketAreNone() {
        for (bid, ask) in [(0, 100), (101, 100), (100, 0)] {
            let tick = Tick(
                instrument: bitcoin, mark: Price(100), index: Price(100), last: Price(100), bid: Price(bid),
                ask: Price(ask), funding: .zero, time: Desk.start)
            #expect(PaperQuote(tick) == nil)
        }
    }
}

/// What must hold whatever happens.
@Suite struct PaperGatewayLawTests {
    /// Random orders on a random market: no fill is better than the quotes, and no cent appears or is lost.
    @Test(arguments: 1...4)
    func fillsAreNeverBetterThanTheMarketAndMoneyIsConserved(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var desk = Desk(slippage: seed.isMultiple(of: 2) ? .basisPoints(2) : .zero, equity: Money(100_000))
        var middle = 50_000
        var known = 0
        var fills = 0
        for _ in 0..<800 {
            act(&desk, middle, &random)
            middle += Int.random(in: -60...60, using: &random)
            if Int.random(in: 0..<200, using: &random) == 0 { middle -= 900 }
            let pause = Interval.milliseconds(Int64.random(in: 1...3_000, using: &random))
            let half = Price(raw: Price.scale / 2 * Int64.random(in: 1...20, using: &random))
            desk.quote(
                middle, after: pause, halfSpread: half, funding: .basisPoints(Int.random(in: -2...2, using: &random)))
            let (bid, ask) = (Price(middle) - half, Price(middle) + half)
            for event in desk.heard[known...] {
                guard case .filled(let fill) = event else { continue }
                fills += 1
                switch fill.liquidity {
                case .taker: #expect(fill.side == .long ? fill.price >= ask : fill.price <= bid)
                case .maker: #expect(fill.side == .long ? fill.price > Price(middle) : fill.price < Price(middle))
                }
            }
            known = desk.heard.count
        }
        #expect(fills > 100)
        // Flat, cash is the deposit, what was paid and received for coin, fees and funding.
        desk.place(.short, .market, Quantity(900), reduceOnly: true, role: .close)
        desk.place(.long, .market, Quantity(900), reduceOnly: true, role: .close)
        desk.quote(middle)
        var cash = Money(100_000)
        for event in desk.heard {
            switch event {
            case .filled(let fill):
                cash += fill.side == .long ? -fill.notional : fill.notional
                cash -= fill.fee
            case .funding(let payment): cash += payment.amount
            case .accepted, .rejected, .triggered, .cancelled, .amended, .notFound, .found, .position, .account:
                break
            }
        }
        #expect(desk.gateway.positions.isEmpty)
        #expect(desk.gateway.account?.balance == cash)
    }

    private func act(_ desk: inout Desk, _ middle: Int, _ random: inout SeededGenerator) {
        let side: Side = Bool.random(using: &random) ? .long : .short
        let away = Int.random(in: -20...80, using: &random) * (side == .long ? 1 : -1)
        let quantity = Quantity(raw: Quantity.scale / 100 * Int64.random(in: 1...100, using: &random))
        switch Int.random(in: 0..<8, using: &random) {
        case 0: desk.place(side, .market, quantity)
        case 1: desk.place(side, .limit(Price(middle - away)), quantity)
        case 2: desk.place(side, .postOnly(Price(middle - away)), quantity)
        case 3:
            desk.place(
                side, .stopMarket(trigger: Price(middle + away), .mark), quantity, reduceOnly: true, role: .stop)
        case 4:
            guard let order = desk.gateway.openOrders.randomElement(using: &random) else { return }
            desk.send(.cancel(order.id, order.instrument))
        case 5: desk.place(side, .market, quantity, reduceOnly: true, role: .close)
        default: desk.wake()
        }
    }

    /// When it is woken makes no difference.
    @Test(arguments: 1...4)
    func wakingChangesNothing(seed: UInt64) {
        func play(wakes: Bool) -> [VenueEvent] {
            var random = SeededGenerator(seed: seed)
            var desk = Desk(equity: Money(100_000))
            var middle = 50_000
            for _ in 0..<300 {
                act(&desk, middle, &random)
                middle += Int.random(in: -60...60, using: &random)
                let pause = Interval.milliseconds(Int64.random(in: 1...3_000, using: &random))
                if wakes {
                    let start = desk.now
                    for part in 1...4 {
                        desk.now = start + Interval(nanoseconds: pause.nanoseconds / 5 * Int64(part))
                        desk.wake()
                    }
                    desk.now = start
                }
                desk.quote(middle, after: pause)
            }
            return desk.heard.filter { event in
                if case .account = event { false } else { true }
            }
        }
        #expect(play(wakes: true) == play(wakes: false))
    }
}
