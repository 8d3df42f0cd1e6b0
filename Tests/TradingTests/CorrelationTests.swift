import Market
import Risk
import Strategy
import TestSupport
import Testing
import Venue

@testable import Trading

/// The measured correlation of markets, by itself and where it caps what they may lose together.
@Suite struct CorrelationTests {
    static let hours = 400

    static func walk(_ seed: UInt64, _ timeframe: Timeframe = .h1, count: Int = hours) -> [Candle] {
        Array(randomCandles(count, seed: seed, timeframe: timeframe, start: begin))
    }

    /// Feeds markets in the order of the list at each close; `absent` bars are left out.
    static func feed(
        _ markets: [[Candle]], bases: Timeframe = .h1, absent: (Int, Int) -> Bool = { _, _ in false }
    ) -> MarketCorrelations {
        var correlations = MarketCorrelations(bases: markets.map { _ in bases }, timeframe: .h1)
        for bar in markets[0].indices {
            for market in markets.indices where !absent(market, bar) {
                correlations.observe(markets[market][bar], of: market)
            }
        }
        return correlations
    }

    @Test func independentWalksAreUncorrelatedAndIdenticalOnesAreOne() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let (first, second) = (Self.walk(seed), Self.walk(seed + 100))
            let correlations = Self.feed([first, second, first])
            #expect(try #require(correlations.value(0, 1)).magnitude < 0.4)
            #expect(try #require(correlations.value(0, 2)) > 0.999_999)
        }
    }

    @Test func unknownUntilEnoughBars() {
        // 61 closes are 60 returns; the last bar waits until one of a later period has closed.
        func known(_ count: Int) -> Bool {
            Self.feed([Self.walk(1, count: count), Self.walk(2, count: count)]).value(0, 1) != nil
        }
        #expect(!known(61))
        #expect(known(62))
    }

    @Test func theOrderOfMarketsDoesNotMatter() throws {
        let walks = (1...4).map { Self.walk($0) }
        let straight = Self.feed(walks)
        let order = [2, 0, 3, 1]
        let shuffled = Self.feed(order.map { walks[$0] })
        for (a, first) in order.enumerated() {
            for (b, second) in order.enumerated() where a != b {
                let value = try #require(straight.value(first, second))
                #expect(shuffled.value(a, b) == value)
                #expect(straight.value(second, first) == value)
            }
        }
    }

    /// What is known between two closes does not depend on which market's candle comes first.
    @Test func theFirstMarketAtACloseKnowsAsMuchAsTheLast() {
        let walks = (1...3).map { Self.walk($0) }
        var correlations = MarketCorrelations(bases: [.h1, .h1, .h1], timeframe: .h1)
        for bar in 0..<Self.hours {
            var seen: [Double?] = []
            for market in walks.indices {
                correlations.observe(walks[market][bar], of: market)
                seen.append(correlations.value(0, 2))
            }
            #expect(seen == Array(repeating: seen[0], count: 3))
        }
    }

    /// Changing what comes after a cut changes nothing before it.
    @Test func thePrefixLaw() {
        let cut = 200
        let first = Self.walk(1)
        let second = Self.walk(2)
        let other = Array(second[..<cut]) + Self.walk(3)[cut...]
        func values(_ markets: [[Candle]]) -> [Double?] {
            var correlations = MarketCorrelations(bases: [.h1, .h1], timeframe: .h1)
            return markets[0].indices.map { bar in
                for market in markets.indices { correlations.observe(markets[market][bar], of: market) }
                return correlations.value(0, 1)
            }
        }
        let (one, two) = (values([first, second]), values([first, other]))
        // The bar at the cut is the first to differ, and it counts from the next close on.
        #expect(one[...cut] == two[...cut])
        #expect(one[cut + 1] != two[cut + 1])
    }

    @Test func onlyBarsThatBothHaveAreCompared() throws {
        let (first, second) = (Self.walk(1), Self.walk(2))
        func isAbsent(_ market: Int, _ bar: Int) -> Bool { bar % (market == 0 ? 7 : 5) == 3 }
        var expected = ReturnCorrelation()
        for bar in 0..<(Self.hours - 1) where !isAbsent(0, bar) && !isAbsent(1, bar) {
            expected.observe(first[bar].close, second[bar].close)
        }
        let value = try #require(Self.feed([first, second], absent: isAbsent).value(0, 1))
        #expect(value == expected.value)
    }

    /// From five-minute candles, some of which are missing, also the last of an hour.
    @Test func hoursAreBuiltFromFinerCandles() throws {
        let count = 12 * 200
        let walks = [Self.walk(1, .m5, count: count), Self.walk(2, .m5, count: count)]
        func isAbsent(_ market: Int, _ bar: Int) -> Bool { market == 1 && bar % 36 == 35 }
        var expected = ReturnCorrelation()
        for hour in 0..<199 {
            let last = hour * 12 + 11
            expected.observe(walks[0][last].close, walks[1][isAbsent(1, last) ? last - 1 : last].close)
        }
        let value = try #require(Self.feed(walks, bases: .m5, absent: isAbsent).value(0, 1))
        #expect(value == expected.value)
    }

    @Test func theTimeframeIsTheLongestDecisionAndAtLeastAnHour() {
        // Four-hour bars: 62 of them make a value, and 62 hours do not.
        func known(_ decision: Timeframe, _ hours: Int) -> Bool {
            let markets = [(contract, pair), (otherContract, otherPair)].map { id, pair in
                TradedMarket(
                    instrument: listing(id, pair), base: .h1, strategy: HourlyScript(decisionTimeframe: decision))
            }
            var correlations = MarketCorrelations(of: markets)
            let walks = [Self.walk(1), Self.walk(2)]
            for bar in 0..<hours { for market in 0...1 { correlations.observe(walks[market][bar], of: market) } }
            return correlations.value(0, 1) != nil
        }
        #expect(known(.h1, 62) && !known(.h4, 62))
        #expect(known(.h4, 4 * 62))
    }

    // MARK: In the trader

    /// Both markets signal at the close of one hour; what became of the two signals.
    func verdicts(
        _ first: [Candle], _ second: [Candle], _ side: Side = .long, at hour: Int = hours - 1
    ) throws -> [Decision.Verdict] {
        var risk = plainRisk()
        // What one position of 10 coins loses at its stop, fees included: 10 (10 + 0.5 + 0.495) of 10,000.
        risk.correlation = CorrelationLimit(risk: try Rate("0.010995"))
        func signals(_ setup: UInt64, _ side: Side) -> HourlyScript {
            HourlyScript(
                signals: [begin + .hours(Int64(hour)): signal(setup, side, minute: Int64(hour) * 60 + 59)])
        }
        var trader = try Trader(
            parameters: TradingParameters(), risk: risk,
            markets: [
                TradedMarket(instrument: listing(), base: .h1, strategy: signals(1, .long)),
                TradedMarket(instrument: listing(otherContract, otherPair), base: .h1, strategy: signals(2, side)),
            ])
        var outcome = Outcome()
        func tell(_ fact: Event.Fact, _ time: Timestamp) {
            trader.handle(Event(time: time, received: time, fact: fact), into: &outcome)
        }
        let equity = AccountReport(
            balance: Money(10_000), unrealised: .zero, initialMargin: .zero, maintenanceMargin: .zero, time: begin)
        tell(.venue(.account(equity)), begin)
        for id in [contract, otherContract] {
            let level = dollars(1_000)
            tell(
                .ticked(
                    Tick(
                        instrument: id, mark: level, index: level, last: level, bid: level, ask: level, funding: .zero,
                        time: begin)), begin)
        }
        for bar in first.indices {
            let close = first[bar].openTime + .hours(1)
            tell(.candleClosed(pair, first[bar]), close)
            tell(.candleClosed(otherPair, second[bar]), close)
        }
        return outcome.notes.compactMap { if case .decided(let decision) = $0 { decision.verdict } else { nil } }
    }

    @Test func theCapBindsForMarketsThatMoveTogetherOnly() throws {
        // The first has paid its entry fee: it loses 104.95 at its stop and leaves 5 dollars, at 10.995 a coin.
        let capped = Decision.Verdict.taken(quantity: coins(0.454), entry: dollars(1_000), stop: dollars(990))
        let taken = Decision.Verdict.taken(quantity: coins(10), entry: dollars(1_000), stop: dollars(990))
        let (first, second) = (Self.walk(1), Self.walk(2))
        #expect(try verdicts(first, first) == [taken, capped])
        #expect(try verdicts(first, second) == [taken, taken])
        #expect(try verdicts(second, first) == [taken, taken])
        // Too early to know: one bet.
        #expect(try verdicts(first, second, at: 30) == [taken, capped])
        // Opposite sides of what moves together do not add up.
        let short = Decision.Verdict.taken(quantity: coins(9.99), entry: dollars(1_000), stop: dollars(1_010))
        #expect(try verdicts(first, first, .short) == [taken, short])
    }
}

private let otherPair = SpotPair("ETH/USD")!
private let otherContract = InstrumentID("PF_ETHUSD")!

/// Finds the signals that it is given, at the close of the hours that open at the times.
private struct HourlyScript: Strategy {
    let name = "hourly"
    let timeframes: [Timeframe] = [.h1]
    var decisionTimeframe = Timeframe.h1
    var signals: [Timestamp: Signal] = [:]

    mutating func observe(_ candle: Candle, _ timeframe: Timeframe, into findings: inout [Finding]) {
        if let signal = signals[candle.openTime] { findings.append(.signal(signal)) }
    }
}
