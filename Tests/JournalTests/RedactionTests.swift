import Market
import Testing

@testable import Journal

/// Content can be taken out; that nothing else changed is still proved.
@Suite struct RedactionTests {
    @Test func theChainEndsAsBefore() throws {
        let records = ChainTests.records(60, seed: 11)
        let (bytes, _) = ChainTests.journal(records)
        let redacted = try RedactedJournal(bytes) { number, _ in number % 3 == 0 }
        #expect(redacted.taken.map(\.record) == Array(stride(from: 3, through: 60, by: 3)))
        var before = try JournalReader(bytes)
        while try before.next() != nil {}
        var after = try JournalReader(redacted.bytes)
        var number = 0
        while let record = try after.next() {
            number += 1
            if case .redacted = record {
                #expect(number % 3 == 0)
            } else {
                #expect(record.payload == records[number - 1].payload)
            }
        }
        #expect(number == 60)
        #expect(after.tail == .clean)
        #expect(JournalWriter(after: after).head == JournalWriter(after: before).head)
    }

    @Test func theTextIsGone() throws {
        let (bytes, _) = ChainTests.journal([
            .remark(.distantPast, name: "a", detail: "the secret"), .remark(.distantPast, name: "b", detail: "kept"),
        ])
        let redacted = try RedactedJournal(bytes) { _, record in
            if case .remark(_, _, let detail) = record { detail.contains("secret") } else { false }
        }
        let text = String(decoding: redacted.bytes, as: UTF8.self)
        #expect(!text.contains("secret"))
        #expect(text.contains("kept"))
        // A second time there is nothing left to take.
        #expect(try RedactedJournal(redacted.bytes) { number, _ in number == 1 }.taken.isEmpty)
        #expect(try RedactedJournal(redacted.bytes) { _, _ in false }.bytes == redacted.bytes)
    }

    @Test func aHeaderStays() throws {
        let header = JournalHeader(
            mode: "live", account: "main", venue: "kraken", settings: [], pairs: [], opened: .distantPast)
        let (bytes, _) = ChainTests.journal([.opened(header)])
        #expect(try RedactedJournal(bytes) { _, _ in true }.taken.isEmpty)
    }

    @Test func everyFlippedBitIsFoundAfterwards() throws {
        let (whole, _) = ChainTests.journal(ChainTests.records(12, seed: 12))
        let bytes = try RedactedJournal(whole) { number, _ in number % 2 == 0 }.bytes
        let (records, _) = try ChainTests.payloads(bytes)
        for place in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[place] ^= 1 << UInt8(bit)
                do throws(JournalError) {
                    var reader = try JournalReader(flipped)
                    var read: [[UInt8]] = []
                    while let record = try reader.next() { read.append(record.payload) }
                    #expect(reader.tail != .clean, "bit \(bit) of byte \(place)")
                    #expect(Array(records.prefix(read.count)) == read)
                    #expect(read.count < records.count)
                } catch {
                    // The first broken record is named, never one behind the flip.
                    #expect(error.offset <= place, "bit \(bit) of byte \(place)")
                }
            }
        }
    }
}
