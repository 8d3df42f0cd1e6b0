import Market
import Strategy
import Testing
import Trading
import Venue

@testable import Attribution

private func tick(_ bid: String, _ ask: String, at second: Int64) -> Event {
    let time = midnight + .seconds(second)
    let price = try! Price(bid)
    return Event(
        time: time, received: time,
        fact: .ticked(
            Tick(
                instrument: contract.id, mark: price, index: price, last: price, bid: price, ask: try! Price(ask),
                funding: .zero, time: time)))
}

private func fill(_ id: OrderID, _ side: Side, _ price: String, at second: Int64) -> Event {
    let time = midnight + .seconds(second)
    let fill = Fill(
        id: 1, order: id, instrument: contract.id, side: side, quantity: try! Quantity("2"), price: try! Price(price),
        fee: .zero, liquidity: .taker, cause: .order, time: time)
    return Event(time: time, received: time, fact: .venue(.filled(fill)))
}

private func outcome(_ order: Order, _ setup: SetupID) -> Outcome {
    var outcome = Outcome()
    outcome.notes = [
        .decided(
            Decision(
                time: midnight, pair: bitcoin, side: .long, setup: .emaCross, setupID: setup,
                verdict: .taken(quantity: order.quantity, entry: try! Price("100"), stop: try! Price("90")), checks: [])
        )
    ]
    outcome.commands = [.place(order)]
    return outcome
}

@Test func aMarketOrderPaysForTheWayAndForTheBook() throws {
    let id = OrderID(setup: 7, role: .entry, sequence: 1)
    let order = Order(
        id: id, instrument: contract.id, side: .long, quantity: try! Quantity("2"), kind: .market, reduceOnly: false,
        role: .entry)
    var log = SetupLog()
    log.take(tick("99.9", "100", at: 0), Outcome(), decidedAt: nil)
    // A price that came before the decision was made, but after the candle that it was made on.
    log.take(tick("100.1", "100.2", at: 2), Outcome(), decidedAt: nil)
    log.take(
        Event(time: midnight, received: midnight + .seconds(2), fact: .clock), outcome(order, SetupID(7)),
        decidedAt: midnight)
    log.take(tick("100.4", "100.5", at: 3), Outcome(), decidedAt: nil)
    log.take(tick("105", "106", at: 9), Outcome(), decidedAt: nil)
    log.take(fill(id, .long, "100.7", at: 4), Outcome(), decidedAt: nil)
    let execution = try #require(log.records[SetupID(7)]?.executions.first)
    #expect(execution.intended == (try Price("100")))
    #expect(execution.arrival == (try Price("100.5")))
    // Two coins: half a dollar each on the way, twenty cents each in the book.
    #expect(execution.latency == (try Money("1")))
    #expect(execution.slippage == (try Money("0.4")))
}

@Test func aStopIsMeasuredFromItsTrigger() throws {
    let entry = OrderID(setup: 7, role: .entry, sequence: 1)
    let id = OrderID(setup: 7, role: .stop, sequence: 1)
    var log = SetupLog()
    log.take(
        Event(time: midnight, received: midnight, fact: .clock),
        outcome(
            Order(
                id: entry, instrument: contract.id, side: .long, quantity: try! Quantity("2"),
                kind: .limit(try! Price("100")), reduceOnly: false, role: .entry), SetupID(7)), decidedAt: nil)
    var stop = Outcome()
    stop.commands = [
        .place(
            Order(
                id: id, instrument: contract.id, side: .short, quantity: try! Quantity("2"),
                kind: .stopMarket(trigger: try! Price("95"), .mark), reduceOnly: true, role: .stop))
    ]
    log.take(fill(entry, .long, "99.5", at: 1), stop, decidedAt: nil)
    log.take(fill(id, .short, "94.8", at: 2), Outcome(), decidedAt: nil)
    let executions = try #require(log.records[SetupID(7)]?.executions)
    // Half a dollar better than the limit, twenty cents worse than the trigger.
    #expect(executions.map(\.slippage) == [try Money("-1"), try Money("0.4")])
    #expect(executions.map(\.latency) == [.zero, .zero])
}

@Test func partsOfASplitAddUp() {
    var split = Split(Money(raw: 5), .fee)
    split[.unexplained] = Money(raw: -3)
    split += Split(Money(raw: 7), .fee)
    #expect(split[.fee] == Money(raw: 12))
    #expect(split.sum == Money(raw: 9))
}
