import Market
import Testing
import Trading
import Venue

@testable import Journal

@Suite struct FoundCodeTests {
    @Test(arguments: [
        OrderKind.limit(Price(50_000)), .postOnly(Price(49_000)), .market, .stopMarket(trigger: Price(48_000), .mark),
        .takeProfitMarket(trigger: Price(55_000), .index),
    ])
    func aFoundOrderReadsBack(_ kind: OrderKind) throws {
        let time = Timestamp(seconds: 1_700_000_000)
        let order = Order(
            id: OrderID(setup: 77, role: .stop, sequence: 4), instrument: InstrumentID("PF_XBTUSD")!, side: .short,
            quantity: try Quantity("0.013"), kind: kind, reduceOnly: true, role: .stop,
            worst: kind == .market ? nil : Price(47_000))
        for rests in [true, false] {
            let event = Event(time: time, received: time, fact: .venue(.found(order, rests: rests)))
            let payload = JournalRecord.event(event).payload
            guard case .event(let read) = try JournalRecord(payload: payload[...]),
                case .venue(.found(let again, let stillRests)) = read.fact
            else {
                Issue.record("another record came back")
                return
            }
            #expect(again == order && stillRests == rests)
        }
    }
}
