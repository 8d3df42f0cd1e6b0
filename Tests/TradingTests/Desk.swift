import Market
import Risk
import Strategy
import Testing
import Venue

@testable import Trading

let pair = SpotPair("BTC/USD")!
let contract = InstrumentID("PF_XBTUSD")!
let begin = Timestamp(seconds: 1_704_067_200)

func coins(_ count: Double) -> Quantity { Quantity(count, rounding: .nearestEven)! }
func dollars(_ amount: Double) -> Price { Price(amount, rounding: .nearestEven)! }

func listing(
    _ id: InstrumentID = contract, _ pair: SpotPair = pair, tick: Double = 0.5, minimum: Double = 0.001
) -> Instrument {
    Instrument(
        id: id, pair: pair, tick: dollars(tick), lot: coins(0.001), minimum: coins(minimum),
        maximumPosition: coins(1_000),
        margin: MarginSchedule(levels: [
            .init(notional: .zero, initial: .basisPoints(200), maintenance: .basisPoints(100))
        ])!,
        fees: FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5)), fundingCap: .basisPoints(100))
}

/// One per cent of 10,000 dollars over a stop distance of 10 dollars: 10 coins, and no other gate.
func plainRisk() -> RiskParameters {
    var risk = RiskParameters.bare(leverageCap: Rate(5), slippage: SlippageAssumption(entry: .zero, exit: .zero))
    risk.riskFraction = .basisPoints(100)
    risk.includesCostsInSizing = false
    return risk
}

func signal(
    _ setup: UInt64 = 7, _ side: Side = .long, entry: EntryRule = .market, stop: Rate = .basisPoints(100),
    targets: [SignalTarget] = [], minute: Int64 = 0, expires: Interval = .hours(4), timeExit: Interval? = nil,
    reference: Double = 1_000
) -> Signal {
    let time = begin + .minutes(minute + 1)
    return Signal(
        id: SetupID(setup), pair: pair, side: side, setup: .emaCross, decidedAt: time,
        reference: SpotPrice(dollars(reference)), entry: entry, stopDistance: stop, targets: targets,
        expiresAt: time + expires, expectedHold: .hours(8), timeExit: timeExit,
        checks: [Check(.bias, .word("long"), passed: true)], drawings: [])
}

func guidance(_ atr: Int?, low: Int? = nil, high: Int? = nil) -> Finding {
    .guidance(
        Guidance(
            time: begin, reference: SpotPrice(dollars(1_000)), atr: atr.map { .basisPoints($0) },
            swingLow: low.map { .basisPoints($0) }, swingHigh: high.map { .basisPoints($0) }))
}

/// A strategy that finds what it is told to, at the close of each numbered minute.
struct ScriptedStrategy: Strategy {
    let name = "scripted"
    let timeframes: [Timeframe] = [.m1]
    let decisionTimeframe = Timeframe.m1
    var script: [Int64: [Finding]]

    mutating func observe(_ candle: Candle, _ timeframe: Timeframe, into findings: inout [Finding]) {
        let minute = (candle.openTime - begin).nanoseconds / Interval.minutes(1).nanoseconds
        if let found = script[minute] { findings.append(contentsOf: found) }
    }
}

/// A trader with a hand-written venue: feeds it events and checks its invariants after each.
struct Desk {
    var trader: Trader
    var time = begin
    /// Of the last event.
    var commands: [VenueCommand] = []
    var notes: [Note] = []
    /// Of all events.
    var allCommands: [VenueCommand] = []
    var allNotes: [Note] = []
    var mark = 1_000.0
    var spot = 1_000.0
    var fills: UInt64 = 0
    var outcome = Outcome()

    init(
        _ script: [Int64: [Finding]] = [0: [.signal(signal())]], risk: RiskParameters = plainRisk(),
        parameters: TradingParameters = TradingParameters(), instrument: Instrument = listing(), account: Bool = true
    ) {
        trader = try! Trader(
            parameters: parameters, risk: risk,
            markets: [
                TradedMarket(instrument: instrument, base: .m1, strategy: ScriptedStrategy(script: script))
            ])
        if account {
            report(equity: 10_000)
            tick(1_000)
        }
    }

    mutating func send(_ fact: Event.Fact, after wait: Interval = .milliseconds(10)) {
        time = time + wait
        outcome.removeAll()
        trader.handle(Event(time: time, received: time, fact: fact), into: &outcome)
        commands = outcome.commands
        notes = outcome.notes
        allCommands += commands
        allNotes += notes
        let broken = trader.brokenInvariants()
        #expect(broken.isEmpty, "\(broken) after \(fact)")
    }

    mutating func venue(_ news: VenueEvent) { send(.venue(news)) }
    mutating func wait(_ interval: Interval) { send(.clock, after: interval) }

    mutating func report(equity: Int, margin: Int = 0) {
        venue(
            .account(
                AccountReport(
                    balance: Money(equity), unrealised: .zero, initialMargin: Money(margin),
                    maintenanceMargin: Money(margin), time: time + .milliseconds(10))))
    }

    /// As after trades that the script does not tell: with a little margin in use the balance is not held against the books.
    mutating func lose(to equity: Int) { report(equity: equity, margin: 1) }

    mutating func position(_ side: Side, _ quantity: Double, after wait: Interval = .milliseconds(10)) {
        let report = PositionReport(
            instrument: contract, side: side, quantity: coins(quantity), entryPrice: nil, liquidationPrice: nil,
            time: time + wait)
        send(.venue(.position(report)), after: wait)
    }

    mutating func tick(_ price: Double, index: Double? = nil, spread: Double = 0) {
        mark = price
        send(
            .ticked(
                Tick(
                    instrument: contract, mark: dollars(price), index: dollars(index ?? price), last: dollars(price),
                    bid: dollars(price - spread), ask: dollars(price + spread), funding: .zero,
                    time: time + .milliseconds(10))))
    }

    /// The close of a numbered minute.
    mutating func candle(_ minute: Int64 = 0) {
        let close = dollars(spot)
        let candle = Candle(
            openTime: begin + .minutes(minute), open: close, high: close, low: close, close: close, volume: 1)
        let end = begin + .minutes(minute + 1)
        send(.candleClosed(pair, candle), after: end > time ? end - time : .zero)
    }

    mutating func fill(_ order: Order, _ quantity: Double? = nil, at price: Double? = nil, cause: FillCause = .order) {
        fills += 1
        fill(order, quantity, at: price, id: fills, cause: cause)
    }

    mutating func fill(
        _ order: Order, _ quantity: Double? = nil, at price: Double? = nil, id: UInt64, cause: FillCause = .order
    ) {
        let amount = quantity.map(coins) ?? order.quantity
        let level = price.map(dollars) ?? order.price ?? dollars(mark)
        venue(
            .filled(
                Fill(
                    id: id, order: order.id, instrument: contract, side: order.side, quantity: amount, price: level,
                    fee: level.notional(of: amount, .nearestEven).times(.basisPoints(5), .up), liquidity: .taker,
                    cause: cause, time: time + .milliseconds(10))))
    }

    mutating func accept(_ orders: Order...) { for order in orders { venue(.accepted(order.id)) } }
    mutating func reject(_ order: Order, _ reason: RejectReason) { venue(.rejected(order.id, reason)) }
    mutating func cancelled(_ order: Order, _ reason: CancelReason = .requested, left: Double? = nil) {
        venue(.cancelled(order.id, reason, remaining: left.map(coins) ?? order.quantity))
    }

    /// Orders placed by the last event.
    func placed(_ role: OrderRole) -> [Order] { commands.compactMap(\.placed).filter { $0.role == role } }
    func place(_ role: OrderRole) -> Order { placed(role)[0] }
    var cancels: [OrderID] {
        commands.compactMap {
            if case .cancel(let id, _) = $0 { id } else { nil }
        }
    }
    var trades: [Trade] {
        allNotes.compactMap {
            if case .closed(let trade) = $0 { trade } else { nil }
        }
    }
    var verdicts: [Decision.Verdict] {
        allNotes.compactMap {
            if case .decided(let decision) = $0 { decision.verdict } else { nil }
        }
    }
    var abandoned: [EntryAbandonment] {
        allNotes.compactMap {
            if case .entryAbandoned(_, _, let reason) = $0 { reason } else { nil }
        }
    }
    var safetyNotes: [String] {
        allNotes.compactMap {
            if case .safety(let change) = $0 { change.detail } else { nil }
        }
    }

    /// A desk with 10 coins long (short) from 1000, the stop accepted; returns stop and targets.
    mutating func open(_ minute: Int64 = 0) -> (stop: Order, targets: [Order]) {
        candle(minute)
        let entry = place(.entry)
        accept(entry)
        fill(entry)
        let (stop, targets) = (place(.stop), placed(.target))
        accept(stop)
        for target in targets { accept(target) }
        return (stop, targets)
    }
}

extension VenueCommand {
    var placed: Order? {
        if case .place(let order) = self { order } else { nil }
    }
}

extension Order {
    var price: Price? {
        switch kind {
        case .limit(let price), .postOnly(let price): price
        case .stopMarket(let trigger, _), .takeProfitMarket(let trigger, _): trigger
        case .market: nil
        }
    }
}
