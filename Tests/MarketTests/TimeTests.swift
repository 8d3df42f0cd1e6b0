import Market
import TestSupport
import Testing

@Suite struct TimeTests {
    @Test(arguments: [
        (1_706_716_800, "2024-01-31T16:00:00Z"), (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
    ])
    func rendersInstants(_ seconds: Int64, _ text: String) {
        #expect(Timestamp(seconds: seconds).description == text)
    }

    @Test func rendersFractions() {
        #expect(Timestamp(nanoseconds: 1_250_000_000).description == "1970-01-01T00:00:01.25Z")
        #expect(Timestamp(nanoseconds: -1).description == "1969-12-31T23:59:59.999999999Z")
    }

    @Test func calendarRoundTripsOverFourCenturies() throws {
        var instant = try #require(CalendarDay(year: 1900, month: 1, day: 1)).start
        for _ in 0..<120_000 {
            let day = CalendarDay(instant)
            #expect(day.start == instant)
            instant = instant + .days(1)
        }
        #expect(CalendarDay(instant).year == 2228)
    }

    @Test(arguments: [
        (2023, 2, 29), (2024, 13, 1), (2024, 4, 31), (2024, 0, 1), (2024, 1, 0), (1699, 1, 1), (2250, 1, 1),
        (3000, 1, 1),
    ])
    func refusesDaysThatDoNotExist(_ year: Int, _ month: Int, _ day: Int) {
        #expect(CalendarDay(year: year, month: month, day: day) == nil)
    }

    @Test func weeksStartOnMonday() throws {
        // 2024-01-03 was a Wednesday.
        let wednesday = try #require(CalendarDay(year: 2024, month: 1, day: 3)).start + .hours(5)
        #expect(CalendarDay(Timeframe.w1.start(of: wednesday)).description == "2024-01-01")
        let sunday = try #require(CalendarDay(year: 2024, month: 1, day: 7)).start + .hours(23)
        #expect(CalendarDay(Timeframe.w1.start(of: sunday)).description == "2024-01-01")
        #expect(Timeframe.w1.start(of: Timeframe.w1.start(of: sunday)) == Timeframe.w1.start(of: sunday))
    }

    @Test func timeframeNamesRoundTrip() {
        for timeframe in Timeframe.allCases { #expect(Timeframe(name: timeframe.name) == timeframe) }
        #expect(Timeframe(name: "2h") == nil)
    }
}

@Suite struct SymbolTests {
    @Test(arguments: ["PF_XBTUSD", "A", "ABCDEFGH", "ABCDEFGHI", "PF_BROCCOLI714USD", "123456789012345678901234"])
    func roundTrips(_ text: String) throws {
        #expect((try #require(Symbol(text))).description == text)
    }

    @Test(arguments: ["", "A B", "Ä", "1234567890123456789012345", "tab\t"])
    func refuses(_ text: String) {
        #expect(Symbol(text) == nil)
    }

    @Test func ordersAsText() throws {
        let names = ["PF_ETHUSD", "PF_XBTUSD", "PF_XBT", "PI_XBTUSD", "A", "PF_SOLUSD"]
        #expect(try names.map { try #require(Symbol($0)) }.sorted().map(\.description) == names.sorted())
    }

    @Test func pairs() throws {
        let pair = try #require(SpotPair("BTC/USD"))
        #expect(pair.base == "BTC" && pair.quote == "USD" && pair.description == "BTC/USD")
        for bad in ["BTCUSD", "btc/usd", "/USD", "BTC/", "A/B/C", ""] { #expect(SpotPair(bad) == nil) }
    }
}
