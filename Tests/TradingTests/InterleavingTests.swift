import Market
import Risk
import Strategy
import TestSupport
import Testing
import Venue

@testable import Trading

/// A venue with bad manners: it refuses, delays, loses time, fills in parts, cancels on its own, repeats and reorders
/// its news. What it does is always possible; when it says nothing more it has told all.
struct UnrulyVenue {
    enum State { case resting, triggered }
    struct Held {
        let order: Order
        var left: Quantity
        var state: State
    }

    var generator: SeededGenerator
    var inbound: [VenueCommand] = []
    var outbound: [VenueEvent] = []
    var told: [VenueEvent] = []
    var live: [Held] = []
    var known: Set<OrderID> = []
    var held = Quantity.zero
    var fills: [Fill] = []
    var mayRefuse = true
    var now = begin

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }
    mutating func upTo(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }

    var liveStops: Int { live.count { $0.order.role == .stop } }

    mutating func take(_ command: VenueCommand) {
        switch command {
        case .place(let order): place(order)
        case .cancel(let id, _):
            guard let index = live.firstIndex(where: { $0.order.id == id }) else {
                return outbound.append(.notFound(id))
            }
            let gone = live.remove(at: index)
            outbound.append(.cancelled(id, .requested, remaining: gone.left))
        case .amend(let id, _, _, _): outbound.append(.notFound(id))
        }
    }

    private mutating func place(_ order: Order) {
        guard known.insert(order.id).inserted else { return outbound.append(.rejected(order.id, .duplicateOrder)) }
        if mayRefuse, chance(8) {
            let reason: [RejectReason] = [.tooManyOrders, .marketSuspended, .priceOutsideBand, .triggerAlreadyReached]
            return outbound.append(.rejected(order.id, reason[upTo(4)]))
        }
        if order.reduceOnly, held.isZero {
            return outbound.append(.rejected(order.id, .reduceOnlyWouldIncrease))
        }
        live.append(Held(order: order, left: order.quantity, state: .resting))
        outbound.append(.accepted(order.id))
        if order.kind == .market {
            fill(live.count - 1, inFull: !mayRefuse || chance(60))
            endMarketOrder(order.id)
        }
    }

    private mutating func endMarketOrder(_ id: OrderID) {
        guard let index = live.firstIndex(where: { $0.order.id == id }) else { return }
        let gone = live.remove(at: index)
        outbound.append(.cancelled(id, .notFilledInBand, remaining: gone.left))
    }

    mutating func fill(_ index: Int, inFull: Bool) {
        let order = live[index].order
        let most = order.reduceOnly ? min(live[index].left, held) : live[index].left
        guard most.isPositive else { return }
        let lots = Int(most.raw / 1_000)
        let part = inFull ? most : Quantity(raw: Int64(upTo(lots) + 1) * 1_000)
        held = order.role == .entry ? held + part : held - part
        live[index].left -= part
        let fill = Fill(
            id: UInt64(fills.count + 1), order: order.id, instrument: contract, side: order.side, quantity: part,
            price: order.price ?? dollars(1_000), fee: Money(raw: 100), liquidity: .taker, cause: .order, time: now)
        fills.append(fill)
        outbound.append(.filled(fill))
        if live[index].left.isZero { live.remove(at: index) }
        guard held.isZero else { return }
        for gone in live where gone.order.reduceOnly {
            outbound.append(.cancelled(gone.order.id, .nothingToReduce, remaining: gone.left))
        }
        live.removeAll { $0.order.reduceOnly }
    }

    /// Something happens in the market.
    mutating func stir() {
        guard !live.isEmpty else { return }
        let index = upTo(live.count)
        switch live[index].order.role {
        case .entry, .target: fill(index, inFull: chance(50))
        case .stop:
            guard held.isPositive, chance(20) else { return }
            trigger(index)
        case .close: break
        }
    }

    mutating func trigger(_ index: Int) {
        let id = live[index].order.id
        outbound.append(.triggered(id))
        fill(index, inFull: !mayRefuse || chance(60))
        endMarketOrder(id)
    }

    /// The next news: mostly in order, sometimes overtaken, sometimes a second time.
    mutating func news() -> VenueEvent? {
        if !told.isEmpty, chance(5) { return told[upTo(told.count)] }
        guard !outbound.isEmpty else { return nil }
        let event = outbound.remove(at: chance(25) ? upTo(min(3, outbound.count)) : 0)
        told.append(event)
        return event
    }
}

struct InterleavingTests {
    /// In every interleaving of placements, refusals, cancels, partial fills, repeats and silences: no invariant breaks,
    /// an open position that is not being closed keeps a live stop, and every fill ends in exactly one trade.
    @Test func everyInterleavingEndsFlatWithAllFillsInTrades() {
        var opened = 0
        var reasons: Set<ExitReason> = []
        for seed in 0..<400 as Range<UInt64> {
            let trades = play(seed)
            opened += trades.count
            reasons.formUnion(trades.map(\.exitReason))
        }
        #expect(opened > 300)
        #expect(reasons.isSuperset(of: [.stopLoss, .breakEvenStop, .takeProfit2, .timeExit, .unprotected]))
    }

    private func play(_ seed: UInt64) -> [Trade] {
        let side: Side = seed % 2 == 0 ? .long : .short
        let entry: EntryRule = seed % 3 == 0 ? .market : .limit(SpotPrice(dollars(1_000)))
        var desk = Desk([0: [.signal(signal(7, side, entry: entry, timeExit: .seconds(15)))]])
        var venue = UnrulyVenue(seed: seed)
        desk.candle()
        venue.inbound = desk.commands
        for step in 0..<400 {
            venue.now = desk.time
            if step == 250 { venue.mayRefuse = false }
            if step == 300 { finishMarket(&venue) }
            if !venue.inbound.isEmpty, venue.chance(70) {
                venue.take(venue.inbound.remove(at: 0))
            } else if step < 250, venue.chance(30) {
                venue.stir()
            } else if let news = venue.news() {
                desk.venue(news)
                venue.inbound += desk.commands
            } else if venue.chance(30) {
                let price = 1_000 + Double(venue.upTo(41) - 20)
                desk.tick(price)
                venue.inbound += desk.commands
            } else {
                desk.wait(venue.chance(10) ? .seconds(6) : .milliseconds(200))
                venue.inbound += desk.commands
            }
            keepsAStop(desk, venue, seed)
        }
        settle(&desk, &venue)
        #expect(venue.held.isZero && desk.trader.isIdle(contract), "seed \(seed)")
        let legs = desk.trades.reduce(0) { $0 + $1.legs.count }
        #expect(legs == venue.fills.count, "seed \(seed)")
        #expect(desk.trader.safety != .halted(.brokenInvariant), "seed \(seed): \(desk.safetyNotes)")
        return desk.trades
    }

    private func keepsAStop(_ desk: Desk, _ venue: UnrulyVenue, _ seed: UInt64) {
        guard venue.inbound.isEmpty, venue.outbound.isEmpty, let open = desk.trader.openPositions.first,
            !open.isClosing
        else { return }
        #expect(venue.liveStops >= 1, "seed \(seed)")
        let most = venue.live.filter { $0.order.role == .stop }.map(\.left).max() ?? .zero
        #expect(most >= venue.held, "seed \(seed)")
    }

    private func finishMarket(_ venue: inout UnrulyVenue) {
        if let index = venue.live.firstIndex(where: { $0.order.role == .stop }), venue.held.isPositive {
            venue.trigger(index)
        }
    }

    /// All that is under way arrives, in order.
    private func settle(_ desk: inout Desk, _ venue: inout UnrulyVenue) {
        for _ in 0..<400 {
            venue.now = desk.time
            if !venue.inbound.isEmpty {
                venue.take(venue.inbound.remove(at: 0))
            } else if !venue.outbound.isEmpty {
                desk.venue(venue.outbound.remove(at: 0))
                venue.inbound += desk.commands
            } else {
                if desk.trader.isIdle(contract) { return }
                desk.wait(.seconds(20))
                venue.inbound += desk.commands
            }
        }
    }

    /// Every combination of {new stop accepted, refused, silent} x {old cancelled, not found, silent} x {fills before,
    /// between, after}, by hand: a stop is always live.
    @Test func everyReplacementKeepsAStopLive() {
        for placement in 0..<3 {
            for cancel in 0..<3 {
                for part in 0..<3 {
                    var desk = Desk()
                    let (old, targets) = desk.open()
                    var live: Set<OrderID> = [old.id]
                    desk.tick(1_015)
                    desk.fill(targets[0])
                    let new = desk.place(.stop)
                    if part == 0 { desk.fill(targets[1], 1) }
                    switch placement {
                    case 0:
                        live.insert(new.id)
                        desk.accept(new)
                    case 1: desk.reject(new, .tooManyOrders)
                    default: desk.wait(.seconds(6))
                    }
                    #expect(!live.isEmpty)
                    if part == 1 { desk.fill(targets[1], 1) }
                    if desk.allCommands.contains(.cancel(old.id, contract)) {
                        #expect(live.contains(new.id))
                        switch cancel {
                        case 0:
                            live.remove(old.id)
                            desk.cancelled(old)
                        case 1: desk.venue(.notFound(old.id))
                        default: desk.wait(.seconds(6))
                        }
                    }
                    if part == 2 { desk.fill(targets[1], 1) }
                    #expect(!live.isEmpty && desk.placed(.close).isEmpty)
                    #expect(desk.trader.openPositions.count == 1)
                }
            }
        }
    }
}

struct DeterminismTests {
    /// Law 1: the same events give the same commands; a copy made at any point goes on alike.
    @Test func sameEventsSameCommands() {
        let events = recorded()
        let whole = run(events)
        #expect(whole.commands == run(events).commands && !whole.commands.isEmpty)
        for cut in stride(from: 0, to: events.count, by: 7) {
            var first = Desk(script).trader
            var outcome = Outcome()
            for event in events[..<cut] { first.handle(event, into: &outcome) }
            var copy = first
            var other = outcome
            for event in events[cut...] { first.handle(event, into: &outcome) }
            for event in events[cut...] { copy.handle(event, into: &other) }
            #expect(outcome.commands == whole.commands && other.commands == whole.commands)
        }
    }

    private let script: [Int64: [Finding]] = [
        0: [.signal(signal())], 2: [guidance(40, low: 200)], 3: [guidance(30)],
        5: [.signal(signal(8, .short, minute: 5))],
    ]

    private func run(_ events: [Event]) -> Outcome {
        var trader = Desk(script).trader
        var outcome = Outcome()
        for event in events { trader.handle(event, into: &outcome) }
        return outcome
    }

    /// Events of a session with an obedient venue.
    private func recorded() -> [Event] {
        var trader = Desk(script).trader
        var generator = SeededGenerator(seed: 5)
        var events: [Event] = []
        var time = begin + .seconds(1)
        var fills: UInt64 = 0
        var outcome = Outcome()
        func close(_ minute: Int64, _ price: Double) -> Event.Fact {
            let level = dollars(price)
            return .candleClosed(
                pair,
                Candle(
                    openTime: begin + .minutes(minute), open: level, high: level, low: level, close: level, volume: 1))
        }
        var queue: [Event.Fact] = []
        for minute in 0..<8 as Range<Int64> {
            let price = 1_000 + Double(Int.random(in: 0...24, using: &generator))
            let level = dollars(price)
            queue.append(
                .ticked(
                    Tick(
                        instrument: contract, mark: level, index: level, last: level, bid: level, ask: level,
                        funding: .zero, time: time)))
            queue.append(close(minute, price))
            while !queue.isEmpty {
                time = time + .seconds(1)
                let event = Event(time: time, received: time, fact: queue.removeFirst())
                events.append(event)
                outcome.removeAll()
                trader.handle(event, into: &outcome)
                for command in outcome.commands {
                    switch command {
                    case .place(let order):
                        queue.append(.venue(.accepted(order.id)))
                        guard order.role == .entry || (order.role == .target && order.id.low & 1 == 1) else { continue }
                        fills += 1
                        queue.append(
                            .venue(
                                .filled(
                                    Fill(
                                        id: fills, order: order.id, instrument: contract, side: order.side,
                                        quantity: order.quantity, price: order.price ?? level, fee: Money(1),
                                        liquidity: .taker, cause: .order, time: time))))
                    case .cancel(let id, _): queue.append(.venue(.cancelled(id, .requested, remaining: coins(1))))
                    case .amend: break
                    }
                }
            }
        }
        return events
    }
}
