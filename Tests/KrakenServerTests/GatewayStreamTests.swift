import Kraken
import Market
import TestSupport
import Testing
import Venue
import Wire

@testable import KrakenServer

/// The gateways of both surfaces with their private feeds, through cuts, lost frames and lost answers.
@Suite struct GatewayStreamTests {
    private static let instrument = InstrumentID("PF_XBTUSD")!

    private func order(
        _ number: UInt64, _ kind: OrderKind, _ side: Side = .long, _ role: OrderRole = .entry, reduceOnly: Bool = false,
        _ quantity: String = "0.01"
    ) throws -> Order {
        Order(
            id: OrderID(high: 2, low: number), instrument: Self.instrument, side: side,
            quantity: try Quantity(quantity), kind: kind, reduceOnly: reduceOnly, role: role)
    }

    @Test(arguments: Surface.allCases)
    func theFeedTellsAFillOnceWithItsFee(surface: Surface) throws {
        var talk = try Conversation(on: surface, hasStream: true)
        #expect(talk.news.contains(.health(.healthy)))
        let entry = try order(1, .market)
        talk.submit(.place(entry))
        talk.pass(.seconds(3))
        let fill = try #require(talk.fills.first)
        #expect(talk.fills.count == 1)
        let story = talk.events.filter {
            if case .accepted = $0 { true } else if case .filled = $0 { true } else { false }
        }
        #expect(story == [.accepted(entry.id), .filled(fill)])
        let exact = fill.price.notional(of: fill.quantity, .nearestEven).times(.basisPoints(5), .nearestEven)
        #expect((fill.fee - exact).magnitude <= Money(raw: 1))
        let positions = talk.events.compactMap { if case .position(let report) = $0 { report } else { nil } }
        #expect(positions.last?.quantity == entry.quantity && positions.last?.side == .long)
        #expect(positions.last?.entryPrice == fill.price)
    }

    @Test(arguments: Surface.allCases)
    func aClosedPositionIsToldAsFlat(surface: Surface) throws {
        var talk = try Conversation(on: surface, hasStream: true)
        talk.submit(.place(try order(1, .market)))
        talk.pass(.seconds(2))
        let stop = try order(
            2, .stopMarket(trigger: Price(5_000), talk.gateway.capabilities.stopTrigger), .short, .stop,
            reduceOnly: true)
        talk.submit(.place(stop))
        talk.submit(.place(try order(3, .market, .short, .close, reduceOnly: true)))
        talk.pass(.seconds(2))
        let positions = talk.events.compactMap { if case .position(let report) = $0 { report } else { nil } }
        #expect(positions.last?.quantity == .zero)
        #expect(talk.events.contains(.cancelled(stop.id, .nothingToReduce, remaining: stop.quantity)))
    }

    /// What happens while the line is down is found when it is up again, each fact once.
    @Test(arguments: Surface.allCases)
    func aGapIsFilledAfterTheReconnect(surface: Surface) throws {
        var talk = try Conversation(on: surface, hasStream: true)
        let resting = try order(1, .limit(Price(10_000)))
        talk.submit(.place(resting))
        talk.acceptsSockets = false
        talk.cut()
        #expect(talk.news.contains(.health(.recovering)))
        let venue = try #require(talk.byHand(.get, "openorders")["openOrders"]?.array?.first?["order_id"]?.string)
        try talk.byHand(.post, "cancelorder", "order_id=\(venue)")
        try talk.byHand(.post, "sendorder", "orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.02")
        talk.pass(.seconds(30))
        talk.acceptsSockets = true
        talk.pass(.minutes(5))
        #expect(talk.news.last { if case .health = $0 { true } else { false } } == .health(.healthy))
        #expect(talk.truths.last?.positions.first?.quantity == (try Quantity("0.02")))
        #expect(talk.events.filter { $0 == .accepted(resting.id) }.count == 1)
        #expect(talk.events.contains(.cancelled(resting.id, .byVenue, remaining: resting.quantity)))
        #expect(talk.news.contains { if case .foreignFill = $0 { true } else { false } })
    }

    @Test(arguments: Surface.allCases)
    func aSilentLineIsGivenUp(surface: Surface) throws {
        var talk = try Conversation(on: surface, hasStream: true)
        let first = talk.socket
        talk.losesFrame = { _ in true }
        talk.pass(.seconds(40))
        talk.losesFrame = nil
        talk.pass(.minutes(2))
        #expect(talk.socket != nil && talk.socket != first)
    }

    /// Random orders over a random network: when it has calmed down, the gateway's books are the exchange's.
    @Test(arguments: Surface.allCases, 0..<12)
    func endsInTheStateThatTheExchangeHolds(surface: Surface, seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) &* 77 + 5)
        var talk = try Conversation(on: surface, hasStream: true)
        let trigger = talk.gateway.capabilities.stopTrigger
        var sent: [Order] = []
        if surface == .unified {
            // Frames twice, in another order, or not at all: numbers and looks have to find what is missing.
            var dice = SeededGenerator(seed: UInt64(seed) + 1_000)
            talk.shuffle = { frames in
                let doubled = frames.flatMap { Int.random(in: 0..<5, using: &dice) == 0 ? [$0, $0] : [$0] }
                return Int.random(in: 0..<4, using: &dice) == 0 ? doubled.shuffled(using: &dice) : doubled
            }
            talk.losesFrame = { _ in Int.random(in: 0..<25, using: &dice) == 0 }
        }
        for number in 1...40 {
            talk.fates = (0..<3).map { _ in
                switch Int.random(in: 0..<10, using: &random) {
                case 0: .answerLost
                case 1: .requestLost
                case 2: .notSent
                case 3: .garbled(502, "bad gateway")
                default: .answered
                }
            }
            if Int.random(in: 0..<8, using: &random) == 0 { talk.cut() }
            if Int.random(in: 0..<4, using: &random) == 0, let old = sent.randomElement(using: &random) {
                talk.submit(.cancel(old.id, Self.instrument))
            } else {
                let side: Side = Bool.random(using: &random) ? .long : .short
                let kinds: [OrderKind] = [
                    .market, .limit(Price(10_000)), .stopMarket(trigger: Price(5_000), trigger),
                    .postOnly(Price(9_000)),
                ]
                let kind = kinds.randomElement(using: &random)!
                let isStop = if case .stopMarket = kind { true } else { false }
                let placed = try order(
                    UInt64(number), kind, kind == .market ? side : isStop ? .short : .long, isStop ? .stop : .entry,
                    reduceOnly: isStop)
                sent.append(placed)
                talk.submit(.place(placed))
            }
            talk.pass(.milliseconds(Int64.random(in: 0...4_000, using: &random)))
        }
        talk.fates = []
        talk.shuffle = nil
        talk.losesFrame = nil
        talk.pass(.minutes(6))
        talk.reconcile()
        talk.pass(.seconds(30))
        talk.reconcile()
        try compare(talk, sent)
    }

    private func compare(_ given: Conversation, _ sent: [Order]) throws {
        var talk = given
        let listed = try talk.byHand(.get, "openorders")["openOrders"]?.array ?? []
        let open = Set(listed.compactMap { $0["cliOrdId"]?.string })
        let truth = try #require(talk.truths.last)
        #expect(Set(truth.orders.map(\.description)) == open)
        // Each order's own story ends as the exchange has it.
        for order in sent {
            let last = talk.events.last { event in
                switch event {
                case .accepted(let id), .rejected(let id, _), .cancelled(let id, _, _): id == order.id
                default: false
                }
            }
            let filled = talk.fills.filter { $0.order == order.id }.reduce(Quantity.zero) { $0 + $1.quantity }
            let isOpen = last == .accepted(order.id) && filled < order.quantity
            #expect(isOpen == open.contains(order.id.description), "\(order.id) \(order.kind)")
        }
        // Each execution once, and together they make the position.
        #expect(Set(talk.fills.map(\.id)).count == talk.fills.count)
        let net = talk.fills.reduce(Int64(0)) { $0 + $1.side.sign * $1.quantity.raw }
        let held = try talk.byHand(.get, "openpositions")["openPositions"]?.array?.first
        let size = held?["size"]?.amount(Quantity.self)?.raw ?? 0
        #expect(net == (held?["side"]?.string == "short" ? -size : size))
    }
}
