import Market
import TestSupport
import Testing
import Trading
import Venue

@testable import Journal

/// Every flip and every cut of a journal is found, and what is whole is read.
@Suite struct ChainTests {
    private static let pair = SpotPair("BTC/USD")!
    private static let instrument = InstrumentID("PF_XBTUSD")!

    static func records(_ count: Int, seed: UInt64) -> [JournalRecord] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { number in
            let time = Timestamp(seconds: 1_700_000_000 + Int64(number))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: return .remark(time, name: "phase", detail: "ready \(number)")
            case 1: return .outcome((0..<Int.random(in: 1...30, using: &random)).map { UInt8($0) })
            case 2: return .event(Event(time: time, received: time, fact: .clock))
            case 3:
                let price = Price(raw: Int64.random(in: 1...Price.scale * 90_000, using: &random))
                let candle = Candle(openTime: time, open: price, high: price, low: price, close: price, volume: 1.5)
                return .event(Event(time: time, received: time + .seconds(1), fact: .candleClosed(pair, candle)))
            default:
                let fill = Fill(
                    id: UInt64.random(in: .min ... .max, using: &random), order: OrderID(high: 1, low: 2),
                    instrument: instrument, side: .short, quantity: Quantity(1), price: Price(50_000),
                    fee: Money(raw: -5), liquidity: .maker, cause: .order, time: time)
                return .event(Event(time: time, received: time, fact: .venue(.filled(fill))))
            }
        }
    }

    static func journal(_ records: [JournalRecord]) -> (bytes: [UInt8], ends: [Int]) {
        var writer = JournalWriter()
        var bytes = JournalWriter.start
        var ends = [bytes.count]
        for record in records {
            writer.append(record, into: &bytes)
            ends.append(bytes.count)
        }
        return (bytes, ends)
    }

    static func payloads(_ bytes: [UInt8]) throws -> (payloads: [[UInt8]], reader: JournalReader) {
        var reader = try JournalReader(bytes)
        var payloads: [[UInt8]] = []
        while let record = try reader.next() { payloads.append(record.payload) }
        return (payloads, reader)
    }

    @Test func whatIsWrittenIsRead() throws {
        let records = Self.records(500, seed: 1)
        let (bytes, _) = Self.journal(records)
        let (read, reader) = try Self.payloads(bytes)
        #expect(read == records.map(\.payload))
        #expect(reader.tail == .clean)
        #expect(reader.validBytes == bytes.count)
    }

    @Test func aCutAnywhereLeavesTheWholeRecordsBeforeIt() throws {
        let records = Self.records(40, seed: 2)
        let (bytes, ends) = Self.journal(records)
        for length in 0...bytes.count {
            let (read, reader) = try Self.payloads(Array(bytes[..<length]))
            let whole = max(0, ends.count { $0 <= length } - 1)
            #expect(read.count == whole, "cut to \(length)")
            // Zeros look like room that is not used yet.
            let isUnused = bytes[reader.validBytes..<length].allSatisfy { $0 == 0 }
            #expect((reader.tail == .clean) == isUnused, "cut to \(length)")
        }
    }

    /// A flip in the last record may look like a torn tail; anywhere else it is damage.
    @Test func everyFlippedBitIsFound() throws {
        let records = Self.records(20, seed: 3)
        let (bytes, _) = Self.journal(records)
        var damaged = 0
        for place in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[place] ^= 1 << UInt8(bit)
                do {
                    let (read, reader) = try Self.payloads(flipped)
                    #expect(reader.tail != .clean, "bit \(bit) of byte \(place)")
                    // What is still read is the truth up to the flip.
                    #expect(Array(records.map(\.payload).prefix(read.count)) == read)
                    #expect(read.count < records.count)
                } catch {
                    damaged += 1
                }
            }
        }
        #expect(damaged > bytes.count * 4)
    }

    @Test func roomBehindTheEndIsNoTail() throws {
        let (bytes, _) = Self.journal(Self.records(5, seed: 4))
        let (read, reader) = try Self.payloads(bytes + Array(repeating: 0, count: 4096))
        #expect(read.count == 5)
        #expect(reader.tail == .clean)
        #expect(reader.validBytes == bytes.count)
    }

    @Test func aJournalGoesOnBehindWhatWasRead() throws {
        let records = Self.records(30, seed: 5)
        let (whole, _) = Self.journal(records)
        var (bytes, _) = Self.journal(Array(records.prefix(12)))
        let (_, reader) = try Self.payloads(bytes)
        var writer = JournalWriter(after: reader)
        for record in records.dropFirst(12) { writer.append(record, into: &bytes) }
        #expect(bytes == whole)
    }

    @Test func brokenBytesNeverTrap() {
        var random = SeededGenerator(seed: 6)
        let records = Self.records(200, seed: 7).map(\.payload)
        for _ in 0..<20_000 {
            var payload = records[Int.random(in: 0..<records.count, using: &random)]
            for _ in 0..<Int.random(in: 1...4, using: &random) where !payload.isEmpty {
                payload[Int.random(in: 0..<payload.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                payload = Array(payload.prefix(Int.random(in: 0...payload.count, using: &random)))
            }
            do throws(RecordError) {
                let record = try JournalRecord(payload: payload[...])
                // What can be read has one form only.
                #expect(record.payload == payload)
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
