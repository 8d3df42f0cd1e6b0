import Market
import Risk
import Strategy
import TestSupport
import Testing
import Venue

@testable import Trading

/// A venue that does what it is told and tells it on four feeds: each keeps its own order, and none waits for another.
private struct FourFeeds {
    enum Feed: Int, CaseIterable { case orders, fills, positions, accounts }

    struct Held {
        let order: Order
        var left: Quantity
    }

    /// In how many parts a fill is made.
    let parts: Int
    let side: Side
    private(set) var live: [Held] = []
    private(set) var held = Quantity.zero
    private(set) var fills: UInt64 = 0
    private var cash = Money(10_000)
    private var entryPrice = Price.zero
    private var waiting: [[VenueEvent]] = Array(repeating: [], count: Feed.allCases.count)
    /// The market's instant: nothing moves while news is under way.
    var now = begin

    init(parts: Int, side: Side) {
        self.parts = parts
        self.side = side
    }

    var busy: [Feed] { Feed.allCases.filter { !waiting[$0.rawValue].isEmpty } }

    mutating func next(of feed: Feed) -> VenueEvent { waiting[feed.rawValue].removeFirst() }

    private mutating func tell(_ feed: Feed, _ news: VenueEvent) { waiting[feed.rawValue].append(news) }

    mutating func take(_ command: VenueCommand, at price: Double) {
        switch command {
        case .place(let order):
            live.append(Held(order: order, left: order.quantity))
            tell(.orders, .accepted(order.id))
            if order.kind == .market { fill(order.id, at: dollars(price)) }
        case .cancel(let id, _):
            guard let place = live.firstIndex(where: { $0.order.id == id }) else {
                return tell(.orders, .notFound(id))
            }
            let gone = live.remove(at: place)
            tell(.orders, .cancelled(id, .requested, remaining: gone.left))
        case .amend(let id, _, _, _): tell(.orders, .notFound(id))
        }
    }

    /// The market trades at `price`: what rests there fills.
    mutating func trade(at price: Double) {
        let level = dollars(price)
        for waiting in live.map(\.order) where isReached(waiting, level) {
            if waiting.role == .stop { tell(.orders, .triggered(waiting.id)) }
            fill(waiting.id, at: waiting.price ?? level)
        }
    }

    private func isReached(_ order: Order, _ level: Price) -> Bool {
        guard let price = order.price, live.contains(where: { $0.order.id == order.id }) else { return false }
        switch (order.role, order.side) {
        case (.stop, .short), (.entry, .long), (.close, .long), (.target, .long): return level <= price
        case (.stop, .long), (.entry, .short), (.close, .short), (.target, .short): return level >= price
        }
    }

    private mutating func fill(_ id: OrderID, at price: Price) {
        for part in 0..<parts {
            guard let place = live.firstIndex(where: { $0.order.id == id }) else { return }
            let order = live[place].order
            let most = order.reduceOnly ? min(live[place].left, held) : live[place].left
            let share = Quantity(raw: most.raw / Int64(parts - part) / 1_000 * 1_000)
            guard share.isPositive else { continue }
            now = now + .milliseconds(1)
            book(order, share, at: price)
            live[place].left -= share
            if live[place].left.isZero { live.remove(at: place) }
        }
        guard held.isZero else { return }
        for gone in live where gone.order.reduceOnly {
            tell(.orders, .cancelled(gone.order.id, .nothingToReduce, remaining: gone.left))
        }
        live.removeAll { $0.order.reduceOnly }
    }

    private mutating func book(_ order: Order, _ quantity: Quantity, at price: Price) {
        let value = price.notional(of: quantity, .nearestEven)
        let fee = value.times(.basisPoints(5), .up)
        fills += 1
        if order.role == .entry {
            held += quantity
            entryPrice = price
        } else {
            held -= quantity
            let gain = (price - entryPrice).notional(of: quantity, .nearestEven)
            cash += side == .long ? gain : -gain
        }
        cash -= fee
        tell(
            .fills,
            .filled(
                Fill(
                    id: fills, order: order.id, instrument: contract, side: order.side, quantity: quantity,
                    price: price, fee: fee, liquidity: .taker, cause: .order, time: now)))
        tell(
            .positions,
            .position(
                PositionReport(
                    instrument: contract, side: side, quantity: held, entryPrice: nil, liquidationPrice: nil,
                    time: now)))
        let margin = entryPrice.notional(of: held, .up).times(.basisPoints(200), .up)
        tell(
            .accounts,
            .account(
                AccountReport(
                    balance: cash, unrealised: .zero, initialMargin: margin, maintenanceMargin: margin, time: now)))
    }
}

/// FI-44: news of orders, fills, positions and the account comes on feeds that overtake one another.
@Suite struct ArrivalTests {
    /// All that is left when everything has arrived, in words.
    struct Final: Hashable {
        var orders: [String]
        var held: String
        var stop: String
        var trades: [String]
        var safety: SafetyState
        var equity: String
        var drawdown: Rate
    }

    struct Story: Sendable, CustomTestStringConvertible {
        let side: Side
        let parts: Int
        let prices: [Double]
        /// Whether a stop or target ends the position.
        let ends: Bool
        var testDescription: String { "\(side) in \(parts) parts at \(prices)" }
    }

    /// Prices of a long from 1000 with its stop at 990 and targets at 1010 and 1025; mirrored for a short.
    static let stories = [Side.long, .short].flatMap { side in
        [
            ([990], true), ([1_010, 1_025], false), ([1_010, 1_000], true), ([1_010], false), ([], false),
            ([1_005], false), ([1_010, 1_025, 1_000], true),
        ].flatMap { prices, ends in
            [1, 2, 3].map { Story(side: side, parts: $0, prices: prices, ends: ends) }
        }
    }

    @Test(arguments: stories) func everyOrderOfArrivalEndsTheSame(_ story: Story) {
        let straight = play(story, seed: nil)
        #expect(straight.final.trades.count == (story.ends ? 1 : 0))
        #expect(straight.final.safety == .ready)
        var orders: Set<[Int]> = []
        for seed in 0..<60 as Range<UInt64> {
            let permuted = play(story, seed: seed)
            #expect(permuted.final == straight.final, "seed \(seed)")
            orders.insert(permuted.arrival)
        }
        // The orders of arrival really differ.
        #expect(orders.count > 20)
    }

    /// Plays the story, the news of each moment arriving feed by feed in turn, or mixed by `seed`.
    private func play(_ story: Story, seed: UInt64?) -> (final: Final, arrival: [Int]) {
        var generator = seed.map(SeededGenerator.init)
        var desk = Desk([0: [.signal(signal(7, story.side))]])
        var venue = FourFeeds(parts: story.parts, side: story.side)
        var arrival: [Int] = []
        desk.candle()
        venue.now = desk.time
        for command in desk.commands { venue.take(command, at: 1_000) }
        deliver(&desk, &venue, &generator, &arrival)
        for price in story.prices {
            let level = story.side == .long ? price : 2_000 - price
            desk.wait(.seconds(60))
            desk.tick(level)
            venue.now = desk.time
            for command in desk.commands { venue.take(command, at: level) }
            venue.trade(at: level)
            deliver(&desk, &venue, &generator, &arrival)
        }
        return (final(desk, venue), arrival)
    }

    private func deliver(
        _ desk: inout Desk, _ venue: inout FourFeeds, _ generator: inout SeededGenerator?, _ arrival: inout [Int]
    ) {
        while let first = venue.busy.first {
            var feed = first
            if generator != nil { feed = venue.busy.randomElement(using: &generator!) ?? first }
            arrival.append(feed.rawValue)
            // The desk expects that no invariant is broken after each event: a position has its stop, or one on the way.
            desk.venue(venue.next(of: feed))
            for command in desk.commands { venue.take(command, at: desk.mark) }
            #expect(desk.placed(.close).isEmpty)
        }
        // When all is told a stop for the whole position stands at the venue, and no other.
        let stops = venue.live.filter { $0.order.role == .stop }
        #expect(venue.held.isZero ? stops.isEmpty : stops.map(\.left) == [venue.held])
        #expect(desk.trader.openPositions.map(\.quantity) == (venue.held.isZero ? [] : [venue.held]))
    }

    private func final(_ desk: Desk, _ venue: FourFeeds) -> Final {
        let open = desk.trader.openPositions.first
        return Final(
            orders: venue.live.map { "\($0.order.role) \($0.order.side) \($0.order.kind) \($0.left)" }.sorted(),
            held: "\(venue.held) from \(open.map { "\($0.entryPrice)" } ?? "-")",
            stop: open.map { "\($0.stop)" } ?? "-",
            trades: desk.trades.map {
                "\($0.quantity) \($0.entryPrice) \($0.exitPrice) \($0.exitReason) \($0.gross) \($0.fees) \($0.net)"
                    + " \($0.legs.map { "\($0.role) \($0.quantity) \($0.price)" })"
            }, safety: desk.trader.safety, equity: "\(desk.trader.account.value?.equity ?? .zero)",
            drawdown: desk.trader.ledger.drawdown)
    }
}
