import Market
import TestSupport
import Testing
import Wire

@Suite struct JSONReaderTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test func readsFieldsWhereTheyLieAndSkipsTheRest() throws {
        let text = bytes(#" {"a": 1.5, "skipped": {"deep":[1,{"x":null}],"t":"\"}"}, "b":"-2.25", "c":[true,false] } "#)
        var a = Price.zero
        var b = Price.zero
        var flags: [Bool] = []
        try JSONReader.read(text) { reader throws(WireError) in
            try reader.object { name, reader throws(WireError) in
                switch name {
                case "a": a = try reader.amount()
                case "b": b = try reader.amount()
                case "c": try reader.array { reader throws(WireError) in flags.append(try reader.bool()) }
                default: try reader.skip()
                }
            }
        }
        #expect(a.description == "1.5")
        #expect(b.description == "-2.25")
        #expect(flags == [true, false])
    }

    @Test(arguments: [
        ("0", "0"), ("-0.5", "-0.5"), ("5.494e-6", "0.000005494"), ("84004.11362574516", "84004.1136257452"),
        ("-3.995839963e-09", "-0.000000004"), ("1200.0", "1200"), ("922337203.6854775807", "922337203.6854775807"),
    ])
    func readsNumbersExactly(text: String, expected: String) throws {
        let price = try JSONReader.read(bytes(text)) { reader throws(WireError) in try reader.amount(Price.self) }
        #expect(price.description == expected)
    }

    @Test(arguments: ["", "-", "1e", "1.2.3", "99999999999999999999", "NaN", "\"\"", "--1", "1-2", "."])
    func refusesWhatIsNoNumber(text: String) {
        #expect(throws: WireError.self) {
            try JSONReader.read(bytes(text)) { reader throws(WireError) in try reader.amount(Price.self) }
        }
    }

    @Test(arguments: [
        "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "[1,", "[1 2]", "{\"a\" 1}", "{a:1}", "[1]]", "\"abc", "tru",
        "{\"a\":1,}", "[,]", "\"a\nb\"",
    ])
    func refusesWhatIsNotJSON(text: String) {
        #expect(throws: WireError.self) { try JSONValue(bytes(text)) }
    }

    @Test func boundsNesting() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: WireError.self) { try JSONValue(bytes(deep)) }
    }

    @Test func aTreeWritesBackWhatItRead() throws {
        let text = #"{"a":[1,-2.50,1e-7],"b":{"c":null,"d":true},"e":"x\"\\y","f":[]}"#
        #expect(String(decoding: try JSONValue(bytes(text)).bytes, as: UTF8.self) == text)
    }

    @Test func resolvesEscapes() throws {
        let value = try JSONValue(bytes(#""a\u00e9\n\/\ud83d\ude00z""#))
        #expect(value.string == "aé\n/😀z")
    }

    /// Cut anywhere, or with any byte changed, a text is read or refused, never trapped on.
    @Test func survivesDamage() throws {
        let text = bytes(#"{"a":[1.5,"x\u0041",{"b":null,"c":[true,false,-1e3]}],"t":"2026-01-31T16:00:00.25Z"}"#)
        var random = SeededGenerator(seed: 7)
        for end in 0..<text.count { #expect(throws: WireError.self) { try JSONValue(Array(text[..<end])) } }
        var refused = 0
        for _ in 0..<5_000 {
            var damaged = text
            damaged[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            do { _ = try JSONValue(damaged) } catch { refused += 1 }
        }
        #expect(refused > 500)
    }

    @Test(arguments: [
        ("2016-02-25T09:45:53.818Z", "2016-02-25T09:45:53.818Z"), ("2024-05-03T13:15:34.1Z", "2024-05-03T13:15:34.1Z"),
        ("2026-09-25T17:48:00.000000000Z", "2026-09-25T17:48:00Z"),
        ("2026-09-25T17:48:26.844359566Z", "2026-09-25T17:48:26.844359566Z"),
    ])
    func readsInstants(text: String, expected: String) {
        #expect(Timestamp(rfc3339: text)?.description == expected)
    }

    @Test(arguments: ["", "2024-02-30T00:00:00Z", "2024-05-03", "2024-05-03T13:15:34", "2024-05-03T25:00:00Z", "x"])
    func refusesOtherTimes(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test func writesInstantsWithTheDigitsAskedFor() {
        let instant = Timestamp(nanoseconds: 1_700_000_000_123_456_789)
        #expect(instant.rfc3339(digits: 3) == "2023-11-14T22:13:20.123Z")
        #expect(instant.rfc3339(digits: 0) == "2023-11-14T22:13:20Z")
        #expect(instant.rfc3339(digits: 9) == "2023-11-14T22:13:20.123456789Z")
    }
}

@Suite struct FormTextTests {
    @Test func encodesReservedCharactersAndReadsThemBack() throws {
        let form = FormText([.init("time", "2024-01-01T00:00:00.000Z"), .init("json", #"{"a":[1]}"#), .init("e", "")])
        #expect(form.encoded == "time=2024-01-01T00%3A00%3A00.000Z&json=%7B%22a%22%3A%5B1%5D%7D&e=")
        #expect(FormText(encoded: Array(form.encoded.utf8)) == form)
    }

    @Test(arguments: ["a=%", "a=%4", "a=%zz", "a=%ff"])
    func refusesBadEscapes(text: String) { #expect(FormText(encoded: Array(text.utf8)) == nil) }
}
