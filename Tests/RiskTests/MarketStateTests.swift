import Foundation
import Market
import Risk
import TestSupport
import Testing
import Venue

@Suite struct BasisGuardTests {
    let limits = BasisGuard.Limits()

    @Test func hysteresis() {
        var basis = BasisGuard()
        func observe(_ mark: String) -> BasisGuard.State? {
            basis.observe(mark: price(mark), spot: price("10000"), at: noon, limits: limits)
        }
        #expect(observe("10000") == nil)
        #expect(observe("10075") == nil)
        #expect(observe("10075.01") == .exitsOnly(since: noon))
        // Between the limits nothing changes, on either way.
        #expect(observe("10050.01") == nil)
        #expect(basis.state == .exitsOnly(since: noon))
        #expect(observe("9950") == .normal)
        #expect(observe("9950") == nil)
        #expect(observe("9924.99") == .exitsOnly(since: noon))
    }

    @Test func impossiblePricesCloseIt() {
        var basis = BasisGuard()
        #expect(basis.observe(mark: price("1"), spot: .zero, at: noon, limits: limits) == .exitsOnly(since: noon))
        #expect(basis.observe(mark: .zero, spot: price("1"), at: noon, limits: limits) == nil)
        #expect(BasisGuard.basis(mark: price("99"), spot: price("100")) == rate("0.01"))
        #expect(BasisGuard.basis(mark: .zero, spot: price("100")) == nil)
    }

    @Test func survivesStorage() throws {
        let basis = BasisGuard(state: .exitsOnly(since: noon))
        #expect(try JSONDecoder().decode(BasisGuard.self, from: JSONEncoder().encode(basis)) == basis)
    }
}

@Suite struct MarketStateTests {
    @Test func fundingAverageIsOfMagnitudesByTheHour() {
        var average = FundingAverage(window: 4, needed: 2)
        func observe(_ value: String, _ minutes: Int64) {
            average.observe(HourlyFunding(rate(value)), at: noon + .minutes(minutes))
        }
        observe("0.0001", 5)
        #expect(average.value == nil)
        observe("0.5", 59)
        observe("-0.0003", 60)
        #expect(average.value == rate("0.0002"))
        observe("0.0002", 120)
        observe("0.0006", 200)
        #expect(average.value == rate("0.0003"))
        // From now on a new hour weighs a quarter.
        observe("0.0007", 240)
        #expect(average.value == rate("0.0004"))
    }

    @Test func volatilityPercentile() {
        var history = VolatilityHistory(window: 4, needed: 3)
        for value in [1, 2] { history.observe(Rate(value)) }
        #expect(history.percentile(of: Rate(2)) == nil)
        history.observe(Rate(3))
        history.observe(Rate(4))
        #expect(history.percentile(of: Rate(3)) == 0.5)
        #expect(history.percentile(of: Rate(9)) == 1)
        // The oldest is dropped.
        history.observe(Rate(8))
        history.observe(Rate(8))
        #expect(history.percentile(of: Rate(3)) == 0)
    }

    @Test func correlationOfReturns() {
        var generator = SeededGenerator(seed: 5)
        var same = ReturnCorrelation()
        var opposite = ReturnCorrelation()
        var apart = ReturnCorrelation()
        var (a, b, c) = (100.0, 100.0, 100.0)
        for bar in 0..<500 {
            #expect((same.value == nil) == (bar <= 60))
            let step = Double.random(in: -0.01...0.01, using: &generator)
            a *= 1 + step
            b *= 1 - step
            c *= 1 + Double.random(in: -0.01...0.01, using: &generator)
            let (x, y, z) = (price(a), price(b), price(c))
            same.observe(x, x)
            opposite.observe(x, y)
            apart.observe(x, z)
            apart.observe(.zero, z)
        }
        #expect((same.value ?? 0) > 0.999)
        #expect((opposite.value ?? 0) < -0.999)
        #expect(abs(apart.value ?? 1) < 0.3)
        var still = ReturnCorrelation()
        for _ in 0..<100 { still.observe(Price(1), Price(1)) }
        #expect(still.value == nil)
    }

    func price(_ value: Double) -> Price { Price(value, rounding: .nearestEven)! }

    @Test func brokenCorrelationCountsAsFull() {
        let limit = CorrelationLimit()
        #expect(limit.joins(.long, exposure(.long, correlation: .nan)))
        #expect(!limit.joins(.short, exposure(.long, correlation: .nan)))
        #expect(limit.joins(.long, exposure(.long, correlation: nil)))
        #expect(!limit.joins(.short, exposure(.long, correlation: nil)))
    }

    @Test func stopsAreNeverWidened() {
        #expect(StopRule.allows(Price(101), from: Price(100), side: .long))
        #expect(!StopRule.allows(Price(99), from: Price(100), side: .long))
        #expect(!StopRule.allows(Price(100), from: Price(100), side: .long))
        #expect(StopRule.allows(Price(99), from: Price(100), side: .short))
        #expect(!StopRule.allows(Price(101), from: Price(100), side: .short))
        #expect(StopRule.tighter(Price(1), Price(2), side: .long) == Price(2))
        #expect(StopRule.tighter(Price(1), Price(2), side: .short) == Price(1))
    }
}
