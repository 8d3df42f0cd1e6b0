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
}
