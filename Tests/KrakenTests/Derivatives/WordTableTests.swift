import Testing
import Wire

@testable import Kraken

/// A word read from bytes is the word read from text.
@Suite struct WordTableTests {
    static func agree<Word: WireWord>(_: Word.Type) throws {
        let table = try #require(Word.table)
        for word in Word.allCases {
            let text = word.rawValue
            let others = [text, text + "x", String(text.dropLast()), "x" + text.dropFirst(), text.uppercased(), ""]
            // One letter changed in the middle of a long word, where its ends are the same.
            var middle = Array(text.utf8)
            middle[middle.count / 2] ^= 1
            for spelling in others + [String(decoding: middle, as: UTF8.self)] {
                let read: Open<Word> = try JSONReader.read(Array("\"\(spelling)\"".utf8)) { reader throws(WireError) in
                    let text = try reader.string()
                    let found = table.word(text)
                    if found?.rawValue != Word(rawValue: spelling)?.rawValue { throw WireError(.syntax) }
                    return Open(text)
                }
                #expect(read == Open<Word>(spelling))
            }
        }
    }

    @Test func allVocabulariesWithATable() throws {
        try Self.agree(Derivatives.StreamOrderType.self)
        try Self.agree(Derivatives.TriggerSignal.self)
        try Self.agree(Derivatives.OrderReason.self)
        try Self.agree(Derivatives.FillType.self)
        try Self.agree(Derivatives.TradeType.self)
        try Self.agree(Unified.OrderType.self)
        try Self.agree(Unified.Reference.self)
        try Self.agree(Unified.TimeInForce.self)
        try Self.agree(Unified.TickType.self)
        try Self.agree(Unified.ExecutionType.self)
        try Self.agree(Unified.OrderState.self)
    }
}
