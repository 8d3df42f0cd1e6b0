import Market
import TestSupport
import Testing
import Venue

private func level(_ notional: Int, _ initial: Int, _ maintenance: Int) -> MarginSchedule.Level {
    .init(notional: Money(notional), initial: .basisPoints(initial), maintenance: .basisPoints(maintenance))
}

private func bitcoin(tick: Int = 1) throws -> Instrument {
    Instrument(
        id: try #require(InstrumentID("PF_XBTUSD")), pair: try #require(SpotPair("BTC/USD")), tick: Price(tick),
        lot: try Quantity("0.0001"), minimum: try Quantity("0.0001"), maximumPosition: Quantity(1200),
        margin: try #require(MarginSchedule(levels: [level(0, 100, 50), level(1_000_000, 200, 100)])),
        fees: FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5)), fundingCap: .basisPoints(50))
}

@Suite struct InstrumentTests {
    @Test func roundsTowardSafety() throws {
        let terms = try bitcoin()
        let price = try Price("63250.5")
        #expect(terms.stopPrice(price, protecting: .long) == Price(63251))
        #expect(terms.stopPrice(price, protecting: .short) == Price(63250))
        #expect(terms.targetPrice(price, for: .long) == Price(63250))
        #expect(terms.targetPrice(price, for: .short) == Price(63251))
        #expect(terms.wholeLots(try Quantity("0.00019")) == (try Quantity("0.0001")))
    }

    @Test func marginBrackets() throws {
        let margin = try bitcoin().margin
        #expect(margin.level(for: Money(999_999)).initial == .basisPoints(100))
        #expect(margin.level(for: Money(1_000_000)).maintenance == .basisPoints(100))
    }

    @Test func impossibleSchedulesAreRefused() {
        #expect(MarginSchedule(levels: []) == nil)
        #expect(MarginSchedule(levels: [level(1, 100, 50)]) == nil)
        #expect(MarginSchedule(levels: [level(0, 50, 100)]) == nil)
        #expect(MarginSchedule(levels: [level(0, 100, 50), level(0, 200, 100)]) == nil)
        #expect(MarginSchedule(levels: [level(0, 200, 100), level(5, 100, 50)]) == nil)
    }

    @Test func feesAreRoundedAgainstUs() throws {
        let fees = FeeSchedule(maker: .basisPoints(-1), taker: .basisPoints(5))
        let notional = try Money("0.00000001")
        #expect(fees.fee(on: notional, .taker) == Money(raw: 1))
        #expect(fees.fee(on: notional, .maker) == .zero, "a rebate is never rounded up")
    }

    @Test func termsAreDated() throws {
        let history = try #require(
            InstrumentHistory([
                (Timestamp(seconds: 100), try bitcoin(tick: 1)), (Timestamp(seconds: 200), try bitcoin(tick: 2)),
            ]))
        #expect(
            [0, 100, 199, 200, 900].map { history.terms(at: Timestamp(seconds: $0)).tick }
                == [1, 1, 1, 2, 2].map(Price.init))
        #expect(InstrumentHistory([]) == nil)
        let terms = try bitcoin()
        #expect(InstrumentHistory([(Timestamp(seconds: 2), terms), (Timestamp(seconds: 1), terms)]) == nil)
    }

    @Test func orderIDsAreUUIDsAndDistinct() {
        var seen: Set<String> = []
        for setup in [0, 1, 0xdead_beef_0000_ffff, UInt64.max] {
            for role in OrderRole.allCases {
                for sequence in [0, 1, UInt32.max] {
                    let text = OrderID(setup: setup, role: role, sequence: sequence).description
                    #expect(text.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
                    #expect(seen.insert(text).inserted)
                }
            }
        }
    }
}
