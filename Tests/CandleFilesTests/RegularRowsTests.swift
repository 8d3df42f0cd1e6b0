import CandleFiles
import Market
import TestSupport
import Testing

/// The quick way through regular rows against the general one, which columns in another order take.
@Suite struct RegularRowsTests {
    private static let start = 1_577_836_800

    /// Rows in many spellings of which every one must be read, the quick way or not.
    private static func rows(_ count: Int, seed: UInt64) -> [[String]] {
        var random = SeededGenerator(seed: seed)
        var time = start
        return (0..<count).map { _ in
            time += Int.random(in: 0..<40, using: &random) == 0 ? 180 : 60
            let low = Int.random(in: 10_000...99_999_999, using: &random)
            let places = Int.random(in: 0...10, using: &random)
            func price(_ cents: Int) -> String {
                var text = "\(cents / 100)"
                if places > 0 {
                    let digits = String("\(cents % 100 + 100)".dropFirst()) + "0000000000"
                    text += "." + digits.prefix(max(2, places))
                } else {
                    text += "."
                    text += String("\(cents % 100 + 100)".dropFirst())
                }
                if Int.random(in: 0..<30, using: &random) == 0 { text = "+" + text }
                return text
            }
            let volume = [
                "0", "12", "51.642812", "0.00000001", "1.5e3", "123456789.25", "90071992.54740993", "7.", ".5",
                "99999999.99999999", "3.141592653589793",
            ].randomElement(using: &random)
            return [
                "\(time)", price(low + 3), price(low + 7), price(low), price(low + 5), volume ?? "0",
            ]
        }
    }

    private static func text(_ rows: [[String]], order: [Int], lineEnd: String, extra: String) -> String {
        let names = ["timestamp", "open", "high", "low", "close", "volume"]
        return ([names] + rows).map { row in order.map { row[$0] }.joined(separator: ",") + extra + lineEnd }.joined()
    }

    @Test(arguments: [("\n", ""), ("\r\n", ""), ("\n", ",17,x"), ("\r\n", ",")])
    func readsWhatTheGeneralWayReads(_ lineEnd: String, _ extra: String) throws {
        let scratch = try Scratch()
        for seed in 1...3 as ClosedRange<UInt64> {
            let rows = Self.rows(3_000, seed: seed)
            let quick = try CandleFile.read(
                path: try scratch.file(
                    "btcusd_spot_1m.csv", Self.text(rows, order: [0, 1, 2, 3, 4, 5], lineEnd: lineEnd, extra: extra)))
            let general = try CandleFile.read(
                path: try scratch.file(
                    "ethusd_spot_1m.csv", Self.text(rows, order: [1, 0, 3, 2, 5, 4], lineEnd: lineEnd, extra: extra)))
            #expect(quick.count == 3_000)
            #expect(Array(quick) == Array(general))
        }
    }

    @Test(arguments: [1, 1_000, 1_000_000])
    func timesInEveryUnit(_ unit: Int) throws {
        let scratch = try Scratch()
        let text = (0..<2_000).map { "\((Self.start + 60 * $0) * unit),5,6.25,4,5.5,1.5,9\n" }.joined()
        let series = try CandleFile.read(path: try scratch.file("btcusd_spot_1m.csv", text))
        #expect(series.count == 2_000)
        #expect(series.openTimes.last == Timestamp(seconds: Int64(Self.start + 60 * 1_999)))
        #expect(series.highs.allSatisfy { $0.description == "6.25" })
    }

    /// A bad row amid good ones is named by its line, as before them.
    @Test(arguments: [
        ("TIME,5,6,4,five,1", "close is 'five'"), ("TIME,5,6,4,5", "5 fields where 6 are needed"),
        ("TIME,5,6,0,5,1", "impossible bar"), ("TIME,5,4,6,5,1", "impossible bar"),
        ("TIME,5,6,4,5,-1", "impossible bar"), ("TIME,5,6,4,5,", "volume is ''"), ("TIME,5,6,4,5,1x", "volume is '1x'"),
        ("TIME,,6,4,5,1", "open is ''"), ("TIME,5 ,6,4,5,1", "open is '5 '"), ("TIMEx,5,6,4,5,1", "timestamp is"),
        ("1577836740,5,6,4,5,1", "time goes back"), ("BEFORE,5,6,4,5,1", "a second bar for"),
        ("TIME.5,5,6,4,5,1", "timestamp is"), ("TIME,5,6,.,5,1", "low is '.'"), ("TIME,5,6,4,5,1.2.3", "volume is"),
    ])
    func badRowsAreNamedByLine(_ row: String, _ problem: String) throws {
        let scratch = try Scratch()
        for place in [1, 511, 512, 513, 1_700] {
            var rows = (0..<2_000).map { "\(Self.start + 60 * $0),5,6,4,5,1" }
            rows[place] = row.replacing("TIME", with: "\(Self.start + 60 * place)")
                .replacing("BEFORE", with: "\(Self.start + 60 * (place - 1))")
            // A blank line is counted and passed over.
            rows.insert("", at: 1)
            let path = try scratch.file("btcusd_spot_1m.csv", rows.joined(separator: "\n"))
            let error = try #require(throws: CandleFileError.self) { try CandleFile.read(path: path) }
            #expect("\(error)".hasPrefix("\(path):\(place + 2): "), "\(error)")
            #expect("\(error)".contains(problem), "\(error)")
        }
    }
}
