import Testing

@testable import Wire

@Suite struct EightBytesTests {
    @Test func wordsOfEveryLengthAndPlace() {
        let all = (1...20).map { UInt8($0 * 11) }
        for length in 0...20 {
            Array(all.prefix(length)).withUnsafeBufferPointer { bytes in
                for index in 0...24 {
                    let expected = (0..<8).reduce(UInt64(0)) { word, place in
                        index + place < length ? word | UInt64(all[index + place]) << UInt64(8 * place) : word
                    }
                    #expect(bytes.word(at: index) == expected)
                }
            }
        }
    }

    @Test(arguments: [
        ("", 0, 0), ("/", 0, 0), (":1", 0, 0), ("7", 7, 1), ("12.5", 12, 2), ("00012,", 12, 5),
        ("1234567", 1_234_567, 7),
        ("12345678", 12_345_678, 8), ("999999990", 99_999_999, 8), ("1\u{ff}2", 1, 1), ("0e1", 0, 1),
    ])
    func leadingDigits(text: String, value: Int64, count: Int) {
        let digits = Array(text.utf8).withUnsafeBufferPointer { LeadingDigits($0.word(at: 0)) }
        #expect(digits.value == value)
        #expect(digits.count == count)
    }

    @Test func everyByteEndsDigitsOrIsOne() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<8 {
                var text = [UInt8](repeating: UInt8(ascii: "9"), count: 8)
                text[place] = byte
                let digits = text.withUnsafeBufferPointer { LeadingDigits($0.word(at: 0)) }
                #expect(digits.count == ((48...57).contains(byte) ? 8 : place))
            }
        }
    }
}
