import Journal
import Kraken
import Market
import Testing
import Trading
import Venue

@testable import Paper

/// Books and the age of news, as the simulated exchange goes by them.
@Suite struct PaperDepthTests {
    private func depth(_ asks: [(Int, Int)], bids: [(Int, Int)] = [(49_999, 9)]) -> Depth {
        func levels(_ pairs: [(Int, Int)]) -> [Depth.Level] { pairs.map { .init(Price($0.0), Quantity($0.1)) } }
        return Depth(bitcoin, bids: levels(bids), asks: levels(asks))!
    }

    private let book = [(50_001, 1), (50_002, 1), (50_006, 2), (50_010, 9)]

    @Test func aMarketOrderTakesFromTheBook() {
        var desk = Desk(slippage: .basisPoints(2), equity: Money(1_000_000))
        desk.quote(50_000)
        desk.place(.long, .market, Quantity(4))
        desk.wait(.milliseconds(10))
        // Twice what is at stake is kept, and no level more.
        let kept = desk.gateway.observe(depth(book), at: desk.now)
        #expect(kept == depth(book))
        desk.quote(50_000)
        // (50001 + 50002 + 2 · 50006) / 4; no assumed slippage comes on top.
        #expect(desk.fills.map(\.price) == [Price(50_003) + Price(raw: 3 * Price.scale / 4)])
    }

    @Test func nothingIsKeptWhileNothingIsAtStake() {
        var desk = Desk()
        desk.quote(50_000)
        desk.sees(depth(book), keeps: nil)
        desk.place(.long, .market)
        desk.sees(depth(book), keeps: depth([(50_001, 1), (50_002, 1)]))
        // Not again at once.
        desk.wait(.milliseconds(100))
        desk.sees(depth(book), keeps: nil)
        desk.wait(.seconds(1))
        desk.sees(depth(book), keeps: depth([(50_001, 1), (50_002, 1)]))
        desk.quote(50_000)
        #expect(desk.fills.count == 1)
        desk.sees(depth(book), keeps: nil)
    }

    @Test func aStopNearItsTriggerKeepsTheBookAndSellsIntoIt() {
        var desk = Desk()
        desk.place(.long, .market)
        desk.quote(50_000)
        desk.place(.short, .stopMarket(trigger: Price(49_000), .mark), reduceOnly: true, role: .stop)
        desk.quote(50_000)
        desk.quote(49_500)
        desk.sees(depth([], bids: [(49_499, 1)]), keeps: nil)
        desk.quote(49_050)
        let near = depth([], bids: [(48_998, 1), (48_990, 5)])
        desk.sees(near, keeps: near)
        desk.quote(48_999)
        #expect(desk.fills.last?.price == Price(48_998))
    }

    @Test func anOldBookIsNone() {
        var desk = Desk()
        desk.quote(50_000)
        desk.place(.long, .market)
        _ = desk.gateway.observe(depth([(50_100, 9)]), at: desk.now)
        desk.quote(50_000, after: .seconds(6))
        #expect(desk.fills.map(\.price) == [Price(50_000) + Price(raw: Price.scale / 2)])
    }

    @Test func ordersAreUnderWayAsLongAsNewsThereAndBack() {
        var desk = Desk()
        desk.quote(50_000)
        let goesByIt = desk.gateway.observe(age: .milliseconds(300), at: desk.now)
        #expect(goesByIt)
        desk.place(.long, .market)
        desk.quote(50_000, after: .milliseconds(599))
        #expect(desk.fills.isEmpty)
        desk.quote(50_000, after: .milliseconds(1))
        #expect(desk.fills.count == 1)
        // Never quicker than was assumed.
        _ = desk.gateway.observe(age: .zero, at: desk.now)
        desk.place(.short, .market, reduceOnly: true, role: .close)
        desk.quote(50_000, after: Desk.latency - .milliseconds(1))
        #expect(desk.fills.count == 1)
    }

    @Test func aJournalBringsBooksAndAgesBack() {
        func event(_ fact: Event.Fact, at time: Timestamp) -> JournalRecord {
            .event(Event(time: time, received: time, fact: fact))
        }
        var past = PaperPast(equity: Money(10_000)) { equity in
            PaperGateway(Desk.configuration(.zero, equity), surface: .derivatives)
        }
        let header = JournalHeader(
            mode: "paper", account: "main", venue: "local", settings: [], pairs: [terms().pair], opened: Desk.start)
        past.take(.opened(header), nil)
        past.take(event(.instrumentListed(terms()), at: Desk.start), Outcome())
        past.take(.remark(Desk.start, name: "phase", detail: "ready"), nil)
        past.take(.remark(Desk.start, name: "news_age", detail: "300000000 ns"), nil)
        var order = Outcome()
        order.commands = [
            .place(
                Order(
                    id: OrderID(setup: 7, role: .entry, sequence: 1), instrument: bitcoin, side: .long,
                    quantity: Quantity(1), kind: .market, reduceOnly: false, role: .entry))
        ]
        past.take(event(.clock, at: Desk.start), order)
        let kept = depth([(50_007, 1)])
        past.take(.remark(Desk.start + .milliseconds(100), name: "depth", detail: kept.description), nil)
        for milliseconds in [Int64(500), 700] {
            let time = Desk.start + .milliseconds(milliseconds)
            past.take(event(.ticked(Desk.tick(Price(50_000), at: time)), at: time), Outcome())
            #expect(past.gateway.positions.isEmpty == (milliseconds < 600))
        }
        #expect(past.gateway.positions.first?.entryPrice == Price(50_007))
    }
}

extension Desk {
    /// A book comes, and this of it is kept.
    fileprivate mutating func sees(
        _ depth: Depth, keeps part: Depth?, _ location: SourceLocation = #_sourceLocation
    ) {
        let kept = gateway.observe(depth, at: now)
        #expect(kept == part, sourceLocation: location)
    }
}
