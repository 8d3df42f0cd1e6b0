import TestSupport
import Testing

@testable import Compatibility

/// Small cases worked out by hand, and searches against plain loops.
@Suite struct CompatibilityTests {
    private func bars(_ rows: [(open: Double, high: Double, low: Double, close: Double)]) throws -> OHLCV {
        try OHLCV(
            timestamps: rows.indices.map { Int64($0) * 900 }, open: rows.map(\.open), high: rows.map(\.high),
            low: rows.map(\.low), close: rows.map(\.close), volume: rows.map { _ in 1 })
    }

    @Test func gapIsReportedAtItsMiddleBarAndMitigatedByTouch() throws {
        let bars = try bars([(9, 10, 8, 9), (10, 14, 9, 13), (13, 15, 12, 14), (14, 16, 13, 15), (15, 15, 12, 12)])
        let gaps = try table(for: .fvg(.init()), on: bars)
        #expect(gaps.columns.map(\.name) == ["FVG", "Top", "Bottom", "MitigatedIndex"])
        #expect(gaps.columns.map { $0[1] } == [1, 12, 10, 4])
        #expect(gaps.columns[0].values.count { !$0.isNaN } == 1)
    }

    @Test func unmitigatedGapHasIndexZero() throws {
        let gaps = try table(for: .fvg(.init()), on: bars([(9, 10, 8, 9), (10, 14, 9, 13), (13, 15, 12, 14)]))
        #expect(gaps.column("MitigatedIndex")?[1] == 0)
    }

    @Test func sessionIncludesItsLastMinuteAndKeepsExtremes() throws {
        let times: [Int64] = [6 * 3600, 7 * 3600, 16 * 3600 + 59, 16 * 3600 + 60, -3 * 3600]
        let bars = try OHLCV(
            timestamps: times, open: [1, 1, 1, 1, 1], high: [5, 6, 4, 9, 9], low: [1, 2, 3, 1, 1],
            close: [1, 1, 1, 1, 1], volume: [0, 0, 0, 0, 0])
        let london = try table(for: .sessions(SessionHours(named: "London")), on: bars)
        #expect(london.column("Active")?.values == [0, 1, 1, 0, 0])
        #expect(london.column("High")?.values == [0, 6, 6, 0, 0])
        #expect(london.column("Low")?.values == [0, 2, 2, 0, 0])
        let sydney = try table(for: .sessions(SessionHours(named: "Sydney")), on: bars)
        #expect(sydney.column("Active")?.values == [1, 0, 0, 0, 1])
    }

    @Test(arguments: [("UTC", 0), ("GMT", 0), ("UTC+0", 0), ("UTC+3", 3), ("GMT+12", 12), ("UTC-14", -14)])
    func zoneSignIsTheLibrarys(_ text: String, _ hours: Int64) throws {
        #expect(try UTCOffset(text).seconds == hours * 3600)
    }

    @Test func labelsOfPeriods() throws {
        // Wednesday 2 January 1980, 05:30 UTC.
        let time: Int64 = 315_639_000
        let day: Int64 = 315_619_200
        func label(_ text: String) throws -> Int64 { try TimeFrame(text).label(of: time, earliest: time - 86_400) }
        #expect(try label("4h") == day + 4 * 3600)
        #expect(try label("1D") == day)
        #expect(try label("7h") == day - 86_400 + 28 * 3600)
        #expect(try label("W") == day + 4 * 86_400)
        #expect(try label("W-WED") == day)
        #expect(try label("MS") == day - 86_400)
        #expect(try label("ME") == day + 29 * 86_400)
        #expect(try TimeFrame("ME").label(of: -1, earliest: -1) == -86_400)
    }

    @Test(arguments: 0..<40)
    func levelSearchEqualsAScan(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...600, using: &generator)
        var values = (0..<count).map { _ in
            Int.random(in: 0..<30, using: &generator) == 0
                ? Double.nan : Double(Int.random(in: 0...50, using: &generator))
        }
        for direction in [LevelSearch.Direction.upwards, .downwards] {
            var search = LevelSearch(values, direction)
            for _ in 0..<40 {
                let level = Double(Int.random(in: -1...51, using: &generator))
                let start = Int.random(in: 0...count + 2, using: &generator)
                let later = start..<max(start, count)
                let up = direction == .upwards
                #expect(
                    search.first(beyond: level, from: start)
                        == later.first { up ? values[$0] > level : values[$0] < level })
                let reached = later.first { up ? values[$0] >= level : values[$0] <= level }
                #expect(search.first(reaching: level, from: start) == reached)
                if let reached {
                    search.remove(reached)
                    values[reached] = .nan
                }
            }
        }
    }

    @Test(arguments: 0..<30)
    func swingsAreTheExtremesOfTheirWindowsAndAlternate(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let rows = (0..<200).map { _ in
            let middle = Double(Int.random(in: 20...40, using: &generator))
            return (
                open: middle, high: middle + Double(Int.random(in: 0...9, using: &generator)),
                low: middle - Double(Int.random(in: 0...9, using: &generator)), close: middle
            )
        }
        let input = try bars(rows)
        let length = 1 + Int(seed % 5)
        let swings = try SwingSequence(input, length: length)
        try #require(swings.count > 2)
        for swing in 1..<swings.count { #expect(swings.isHigh[swing] != swings.isHigh[swing - 1]) }
        for swing in 1..<(swings.count - 1) {
            let bar = swings.bars[swing]
            let window = (bar - length + 1)...(bar + length)
            let extreme = swings.isHigh[swing] ? input.high[window].max() : input.low[window].min()
            #expect(extreme == swings.levels[swing])
        }
    }
}
