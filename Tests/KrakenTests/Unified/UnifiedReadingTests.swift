import FuzzSupport
import TestSupport
import Testing
import Wire

@testable import Kraken

/// What is read in one pass is what the tree reads.
@Suite struct UnifiedReadingTests {
    static func frequent(_ count: Int, seed: UInt64) -> [Unified.Frame] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in RandomUnified.frame(&generator) }.filter { frame in
            switch frame {
            case .ticker, .trades, .candles, .executions: true
            case .heartbeat, .status, .pong, .reply, .book, .instruments, .positions, .margin, .balances, .ledgers,
                .unrecognised:
                false
            }
        }
    }

    @Test func everyFrequentFrameIsReadAtOnce() throws {
        for frame in Self.frequent(600, seed: 7) {
            let read = try #require(Unified.Frame.atOnce(frame.bytes))
            #expect(try read == Unified.Frame(tree: frame.bytes))
        }
    }

    @Test func brokenFramesAreNotReadOtherwiseThanByTheTree() {
        var mutator = FrameMutator(Self.frequent(200, seed: 8).map(\.bytes), seed: 9)
        var read = 0
        for _ in 0..<20_000 {
            let bytes = mutator.next().bytes
            guard let frame = Unified.Frame.atOnce(bytes) else { continue }
            read += 1
            let tree = try? Unified.Frame(tree: bytes)
            #expect(frame == tree, "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(read > 1000)
    }

    @Test(arguments: [
        #"{"channel":"ticker","type":"update","data":[{"symbol":"PF\/XBT","bid":1}]}"#,
        #"{"channel":"ticker","type":"update","data":[{"symbol":"pf_xbtusd","b\u0069d":1,"ask":"2"}]}"#,
        #"{"channel":"ticker","type":"update","data":[{"symbol":"A","bid":1,"bid":null,"mark_price":3}]}"#,
        #"{"channel":"executions","type":"update","data":[{"order_id":7,"exec_type":"new"}],"sequence":2.0}"#,
        #"{"data":[],"type":"update","channel":"ticker"}"#,
        #"{"channel":"ticker","method":"ping","type":"update","data":[]}"#,
        #"{"channel":"ticker","type":"update","data":[],"data":[{"symbol":"A"}]}"#,
        #"{"channel":"ohlc","channel":"ticker","type":"update","data":[]}"#,
        #"{"channel":"trade","type":"update","data":[{"symbol":"A","trade_id":1,"side":"Buy","price":1,"qty":1}]}"#,
    ])
    func oddSpellings(text: String) {
        let bytes = Array(text.utf8)
        let tree = Result { () throws(WireError) in try Unified.Frame(tree: bytes) }
        #expect(Result { () throws(WireError) in try Unified.Frame(bytes) } == tree)
        if let frame = Unified.Frame.atOnce(bytes) { #expect(.success(frame) == tree) }
    }
}
