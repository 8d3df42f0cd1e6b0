import Market
import TestSupport
import Testing

@testable import Wire

/// The ways that most text takes give what the general ways give.
@Suite struct ShortWayTests {
    @Test func stringsOfEveryLengthEndWhereTheyShould() throws {
        var generator = SeededGenerator(seed: 31)
        let alphabet = Array("abc \u{7f}!#[]xyz0\\\"".utf8) + [0xC3, 0xA9, 0x80, 0xFF, 0x21, 0x23, 0x5B, 0x5D]
        for length in 0..<60 {
            for _ in 0..<60 {
                let inside = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
                let text = [UInt8(ascii: "\"")] + inside + Array("\" ,1]".utf8)
                // By the definition: up to the first quote that no backslash takes.
                var end = 1
                while end < text.count, text[end] != UInt8(ascii: "\"") {
                    end += text[end] == UInt8(ascii: "\\") ? 2 : 1
                }
                let read = try? text.withUnsafeBufferPointer { bytes in
                    var reader = JSONReader(bytes)
                    return Array(try reader.string().bytes)
                }
                #expect(read == (end < text.count ? Array(text[1..<end]) : nil))
            }
        }
    }

    @Test func controlCharactersAreRefusedAnywhere() {
        for place in 0..<20 {
            for control: UInt8 in [0, 9, 10, 31] {
                var text = Array("\"aaaaaaaaaaaaaaaaaaaa\"".utf8)
                text[place + 1] = control
                #expect(throws: WireError(.syntax, offset: place + 1)) {
                    try JSONReader.read(text) { reader throws(WireError) in try reader.string().string }
                }
            }
        }
    }

    @Test func amountsAreTheSameBothWays() {
        var generator = SeededGenerator(seed: 32)
        let alphabet = Array("0123456789.-eE+".utf8)
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...24, using: &generator)
            var digits = (0..<count).map { _ in UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &generator) }
            if Bool.random(using: &generator) {
                digits[Int.random(in: 0..<count, using: &generator)] = UInt8(ascii: ".")
            }
            if Int.random(in: 0..<4, using: &generator) == 0 {
                digits[Int.random(in: 0..<count, using: &generator)] = alphabet.randomElement(using: &generator) ?? 48
            }
            if Bool.random(using: &generator) { digits = [UInt8(ascii: "-")] + digits }
            let text = Bool.random(using: &generator) ? digits : [34] + digits + [34]
            let array = [UInt8(ascii: "[")] + text + [UInt8(ascii: "]")]
            func read(_ take: (inout JSONReader) throws(WireError) -> Money) -> Money? {
                try? JSONReader.read(array) { reader throws(WireError) in
                    var value = Money.zero
                    try reader.array { reader throws(WireError) in value = try take(&reader) }
                    return value
                }
            }
            let short = read { reader throws(WireError) in try reader.amount() }
            let general = read { reader throws(WireError) in
                let text = try reader.number()
                do { return try Money(decimal: text.bytes, rounding: .nearestEven) } catch {
                    throw WireError(.outOfRange)
                }
            }
            #expect(short == general)
        }
    }

    @Test func symbolsFromBytes() {
        for text in ["BTC/USD", "A", "ABCDEFGHIJKLMNOPQRSTUVWX", "", "ABCDEFGHIJKLMNOPQRSTUVWXY", "a b", "é"] {
            let bytes = Array(text.utf8)
            #expect(bytes.withUnsafeBufferPointer { Symbol(bytes: $0) } == Symbol(text))
        }
    }

    @Test func symbolsWithAnyByteAnywhere() {
        for length in 1...25 {
            for place in 0..<length {
                for byte in UInt8.min...UInt8.max {
                    var bytes = (0..<length).map { UInt8(ascii: "A") + UInt8($0) }
                    bytes[place] = byte
                    let symbol = bytes.withUnsafeBufferPointer { Symbol(bytes: $0) }
                    #expect(symbol == Symbol(ascii: bytes))
                    #expect((symbol != nil) == (length <= 24 && (33...126).contains(byte)))
                }
            }
        }
    }

    @Test func binaryAndWholeNumbersAreThoseOfTheirText() {
        var generator = SeededGenerator(seed: 33)
        for _ in 0..<10_000 {
            let digits = (0..<Int.random(in: 1...22, using: &generator)).map { _ in
                String(Int.random(in: 0...9, using: &generator))
            }
            let point = Int.random(in: 1...22, using: &generator)
            var text = digits.prefix(point).joined()
            if point < digits.count { text += "." + digits.dropFirst(point).joined() }
            if Bool.random(using: &generator) { text = "-" + text }
            if Int.random(in: 0..<8, using: &generator) == 0 { text += "e-3" }
            let bytes = Array("\(text) ".utf8)
            let double = try? JSONReader.read(bytes) { reader throws(WireError) in try reader.double() }
            #expect(double?.bitPattern == Double(text)?.bitPattern, "\(text)")
            let whole = try? JSONReader.read(bytes) { reader throws(WireError) in try reader.integer() }
            #expect(whole == Int64(text), "\(text)")
        }
    }

    @Test func instantsWithAnyOneByteChanged() {
        for text in ["2026-09-25T17:48:26.844359Z", "2024-02-29T00:59:00Z", "1999-12-31 23:00:59.123456789012Z"] {
            for place in text.utf8.indices {
                let index = text.utf8.distance(from: text.startIndex, to: place)
                for byte in UInt8.min...UInt8.max {
                    var bytes = Array(text.utf8)
                    bytes[index] = byte
                    let read = bytes.withUnsafeBufferPointer { Timestamp(rfc3339: $0) }
                    #expect(read == Self.instant(bytes), "\(bytes)")
                }
            }
            for count in 0..<text.utf8.count {
                #expect(Array(text.utf8.prefix(count)).withUnsafeBufferPointer { Timestamp(rfc3339: $0) } == nil)
            }
        }
        #expect(Timestamp(rfc3339: "2026-09-25T17:48:26.5Z") == Timestamp(nanoseconds: 1_790_358_506_500_000_000))
    }

    /// By the definition, piece by piece.
    static func instant(_ bytes: [UInt8]) -> Timestamp? {
        func number(_ range: Range<Int>) -> Int? {
            let digits = bytes[range]
            guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        }
        let marks: [(Int, String)] = [(4, "-"), (7, "-"), (10, "T "), (13, ":"), (16, ":"), (bytes.count - 1, "Z")]
        guard marks.allSatisfy({ place, allowed in allowed.utf8.contains(bytes[place]) }),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            hour < 24, minute < 60, second < 61, let date = CalendarDay(year: year, month: month, day: day)
        else { return nil }
        var nanoseconds = 0
        if bytes.count > 20 {
            guard bytes[19] == UInt8(ascii: "."), number(20..<bytes.count - 1) != nil else { return nil }
            let digits = Array((bytes[20..<bytes.count - 1] + [48, 48, 48, 48, 48, 48, 48, 48]).prefix(9))
            nanoseconds = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
        }
        return date.start + .seconds(Int64(hour * 3600 + minute * 60 + second))
            + Interval(nanoseconds: Int64(nanoseconds))
    }
}

/// A date exists when its first instant lies in it.
@Suite struct CalendarTests {
    @Test func daysOfAllMonths() {
        for year in [1700, 1899, 1900, 1999, 2000, 2023, 2024, 2100, 2249] {
            for month in 1...12 {
                for day in 1...32 {
                    let next = month == 12 ? (year + 1, 1) : (year, month + 1)
                    let first = CalendarDay(year: year, month: month, day: 1)?.start
                    let end = CalendarDay(year: next.0, month: next.1, day: 1)?.start
                    guard let first, let end else {
                        #expect(year == 2249 && month == 12)
                        continue
                    }
                    let start = first + .days(Int64(day - 1))
                    let date = CalendarDay(year: year, month: month, day: day)
                    #expect((date != nil) == (start < end))
                    if let date { #expect(CalendarDay(start) == date) }
                }
            }
        }
    }
}
