import Market
import TestSupport
import Testing

@Suite struct AmountTests {
    @Test func notionalOfKnownTrade() throws {
        // 0.001 ETH at 3162 with 5 bp taker fee, as recorded from the exchange: 0.001581 USD.
        let price = try Price("3162")
        let quantity = try Quantity("0.001")
        let notional = price.notional(of: quantity, .nearestEven)
        #expect(notional == (try Money("3.162")))
        #expect(notional.times(.basisPoints(5), .up) == (try Money("0.001581")))
    }

    @Test func quantityBoughtNeverCostsMoreThanTheMoney() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let money = Money(raw: Int64.random(in: 0...1_000_000_000_000_000, using: &generator))
            let price = Price(raw: Int64.random(in: 10_000_000...1_000_000_000_000_000, using: &generator))
            guard let quantity = money.quantity(at: price, .down) else { continue }
            #expect(price.notional(of: quantity, .up) <= money + Money(raw: 1))
            #expect(price.notional(of: quantity + Quantity(raw: 1), .up) >= money)
        }
    }

    @Test func ratioUndoesTimes() throws {
        let amount = try Money("1000")
        let rate = try Rate("0.0375")
        #expect(amount.times(rate, .nearestEven).ratio(to: amount) == rate)
        #expect(amount.ratio(to: .zero) == nil)
        #expect(Money.greatest.ratio(to: Money(raw: 1)) == nil)
    }

    @Test func quantityAtNoPriceDoesNotExist() {
        #expect(Money(1).quantity(at: .zero, .down) == nil)
        #expect(Money(1).price(of: .zero, .down) == nil)
    }

    @Test func steps() throws {
        let tick = try Price("0.5")
        let price = try Price("100.3")
        #expect(price.rounded(to: tick, .down) == (try Price("100")))
        #expect(price.rounded(to: tick, .up) == (try Price("100.5")))
        #expect(price.rounded(to: tick, .nearestEven) == (try Price("100.5")))
        #expect((try Price("100.5")).isMultiple(of: tick))
        #expect(!price.isMultiple(of: tick))
    }

    @Test func doubleBorder() throws {
        #expect((try Price("63250.5")).double == 63250.5)
        #expect(Price(63250.5, rounding: .nearestEven) == (try Price("63250.5")))
        #expect(Price(Double.nan, rounding: .down) == nil)
        #expect(Price(1e30, rounding: .down) == nil)
        #expect(Money(-0.000_000_015, rounding: .towardZero) == Money(raw: -1))
    }
}

@Suite struct RoundingTests {
    @Test(arguments: [
        (Rounding.down, [-2, -1, 1, 2] as [Int64], [-1, -1, 0, 0] as [Int64]),
        (.up, [-2, -1, 1, 2], [0, 0, 1, 1]),
        (.towardZero, [-2, -1, 1, 2], [0, 0, 0, 0]),
        (.awayFromZero, [-2, -1, 1, 2], [-1, -1, 1, 1]),
        (.nearestEven, [-2, -1, 1, 2], [-1, 0, 0, 1]),
    ])
    func thirds(_ rounding: Rounding, _ numerators: [Int64], _ expected: [Int64]) {
        #expect(numerators.map { rounding.divide(Int128($0), 3) } == expected)
        // The sign of both sides cancels.
        #expect(numerators.map { rounding.divide(Int128(-$0), -3) } == expected)
    }

    @Test func tiesGoToEven() {
        #expect(
            [-7, -5, -3, -1, 1, 3, 5, 7].map { Rounding.nearestEven.divide($0, 2) } == [-4, -2, -2, 0, 0, 2, 2, 4])
    }

    @Test func everyModeBracketsTheQuotient() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<20_000 {
            let wide = Bool.random(using: &generator)
            let n = Int128(Int64.random(in: .min...(.max), using: &generator)) * (wide ? 1_000_000 : 1)
            var d =
                Int128(Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &generator))
                * (wide ? 7_000_000 : 1)
            if d == 0 { d = 1 }
            guard let down = Rounding.down.divideIfFits(n, d), let up = Rounding.up.divideIfFits(n, d),
                let nearest = Rounding.nearestEven.divideIfFits(n, d),
                let inward = Rounding.towardZero.divideIfFits(n, d)
            else { continue }
            #expect(up - down == (n % d == 0 ? 0 : 1))
            #expect(nearest == down || nearest == up)
            #expect(inward == Int64(n / d))
            #expect((n - Int128(nearest) * d).magnitude * 2 <= d.magnitude)
        }
    }

    /// Products of every length, also those that are too long for the short way, round as their quotients do.
    @Test func productsRoundAsDivisions() {
        var generator = SeededGenerator(seed: 3)
        func factor() -> Int64 {
            let size = Int64.random(in: 0...(.max), using: &generator) >> Int64.random(in: 0...62, using: &generator)
            return Bool.random(using: &generator) ? -size : size
        }
        var tooLong = 0
        for scale: Int64 in [100_000_000, 1_000_000_000_000, 1 << 22, (1 << 42) - 1] {
            for round in 0..<20_000 {
                let a = factor()
                // Ties and multiples come up by themselves too rarely.
                let b = round % 4 == 0 ? Int64.random(in: -9...9, using: &generator) * (scale / 2) : factor()
                for rounding in [Rounding.down, .up, .towardZero, .awayFromZero, .nearestEven] {
                    guard let expected = rounding.divideIfFits(Int128(a) * Int128(b), Int128(scale)) else { continue }
                    #expect(rounding.product(a, b, over: UInt64(scale)) == expected)
                }
                if (Int128(a) * Int128(b)).magnitude >> 84 != 0 { tooLong += 1 }
            }
        }
        #expect(tooLong > 1_000)
    }

    @Test func whatDoesNotFitIsNil() {
        #expect(Rounding.down.divideIfFits(Int128(Int64.max) * 10, 3) == nil)
        #expect(Rounding.down.divideIfFits(Int128(Int64.min), -1) == nil)
    }
}

@Suite struct DecimalTests {
    @Test(arguments: [
        ("63250.5", 632_505_000_000_000), ("-0.0000000001", -1), ("8.5e-06", 85_000), ("1E3", 10_000_000_000_000),
        ("+7", 70_000_000_000), (".5", 5_000_000_000), ("5.", 50_000_000_000), ("0", 0), ("-0", 0),
        ("1.00000000000000", 10_000_000_000),
    ])
    func reads(_ text: String, _ raw: Int64) throws {
        #expect((try Price(text)).raw == raw)
    }

    @Test(arguments: [
        ("", DecimalError.empty), ("-", .empty), (".", .empty), ("12x", .unexpectedCharacter(offset: 2)),
        ("1.2.3", .unexpectedCharacter(offset: 3)), ("nan", .unexpectedCharacter(offset: 0)),
        ("1e", .unexpectedCharacter(offset: 2)), ("e5", .unexpectedCharacter(offset: 0)),
        ("0.00000000001", .tooPrecise(decimals: 10)), ("99999999999", .outOfRange), ("1e400", .outOfRange),
        ("1e99999", .outOfRange), ("1e-99", .tooPrecise(decimals: 10)),
    ])
    func refuses(_ text: String, _ error: DecimalError) {
        #expect(throws: error) { try Price(text) }
    }

    @Test func roundsOnlyWhenAsked() throws {
        #expect((try Price("0.12345678905", rounding: .nearestEven)).raw == 1_234_567_890)
        #expect((try Price("0.12345678915", rounding: .nearestEven)).raw == 1_234_567_892)
        #expect((try Price("1e-99", rounding: .nearestEven)).raw == 0)
        #expect((try Price("-1e-99", rounding: .down)).raw == -1)
    }

    @Test func textRoundTripsForEveryValue() throws {
        var generator = SeededGenerator(seed: 3)
        for bits in 0..<63 {
            for _ in 0..<100 {
                let raw = Int64.random(in: -(1 << bits)...(1 << bits), using: &generator)
                #expect((try Price(Price(raw: raw).description)).raw == raw)
                #expect((try Rate(Rate(raw: raw).description)).raw == raw)
            }
        }
        #expect((try Money(Money(raw: .max).description)).raw == .max)
        #expect((try Money(Money(raw: .min).description)).raw == .min)
    }

    @Test func fixedPlaces() throws {
        #expect((try Money("1234.565")).formatted(2) == "1234.56")
        #expect((try Money("-0.999")).formatted(2) == "-1.00")
        #expect((try Money("0.05")).formatted(1) == "0.0")
        #expect((try Money("2.5")).formatted(0) == "2")
    }
}
