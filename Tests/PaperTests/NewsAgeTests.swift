import Market
import Testing
import Venue

@testable import Operations

@Suite struct NewsAgeTests {
    /// Prices of these ages, one a second; what is told of them.
    private func told(_ ages: [Int64], _ gauge: inout NewsAge, from start: Int64 = 0) -> [Interval] {
        ages.enumerated().compactMap { place, age in
            let now = Desk.start + .seconds(start + Int64(place))
            return gauge.heard(Desk.tick(Price(50_000), at: now - .milliseconds(age)), at: now)
        }
    }

    @Test func nineOfTenAreYounger() {
        var gauge = NewsAge()
        // 1 to 100 ms in some order: thirty-two are enough to say something, all say it better.
        let ages = (0..<100).map { Int64($0 * 37 % 100 + 1) }
        let first = told(Array(ages.prefix(31)), &gauge)
        #expect(first.isEmpty)
        let rest = told(Array(ages.dropFirst(31)), &gauge, from: 31)
        #expect(rest.count == 1)
        #expect(rest[0] >= .milliseconds(80) && rest[0] <= .milliseconds(100))
    }

    @Test func onlyAChangeThatMattersIsTold() {
        var gauge = NewsAge()
        #expect(told(Array(repeating: 100, count: 200), &gauge) == [.milliseconds(100)])
        #expect(told(Array(repeating: 120, count: 300), &gauge, from: 200).isEmpty)
        #expect(told(Array(repeating: 200, count: 300), &gauge, from: 500).last == .milliseconds(200))
    }

    @Test func aPriceFromTheFutureIsNew() {
        var gauge = NewsAge()
        #expect(told(Array(repeating: -50, count: 40), &gauge) == [.zero])
    }
}
