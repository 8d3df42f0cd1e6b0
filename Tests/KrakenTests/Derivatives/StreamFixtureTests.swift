import Kraken
import Market
import TestSupport
import Testing
import Venue
import Wire

@Suite(.enabled(if: RecordedFrames.isPresent, "needs ../shared/fixtures"))
struct StreamFixtureTests {
    @Test(arguments: ["futures", "futures/doc-sample"])
    func everyFrameIsReadAndWritten(folder: String) throws {
        var count = 0
        for file in try RecordedFrames.files(folder, prefix: "ws_") {
            for bytes in try RecordedFrames.frames(file) {
                count += 1
                do {
                    let frame = try Derivatives.StreamFrame(bytes)
                    if case .unrecognised(let name) = frame {
                        #expect(name == "candles_trade_1m_snapshot", "\(file.name)")
                        continue
                    }
                    var written = try Derivatives.StreamFrame(frame.bytes())
                    // Wallets that are not read are named but not written.
                    if case .balances(let before) = frame, case .balances(var after) = written {
                        after.otherWallets = before.otherWallets
                        written = .balances(after)
                    }
                    #expect(written == frame, "\(file.name)")
                } catch {
                    Issue.record("\(file.name): \(error)")
                }
            }
        }
        #expect(count >= 15)
    }

    /// The ends are those that the recording's notes state.
    @Test(arguments: [
        (
            "ws_book_PI_ETHUSD_snapshot_and_800_deltas_2021-07-22.json", 26_661_659, 357, 291, "2004.05", 36_426,
            "2005.4", 600
        ),
        (
            "ws_book_FI_XBTUSD_210730_snapshot_and_406_deltas_2021-07-22.json", 5_160_372, 28, 27, "32183", 50,
            "32200.5", 1200
        ),
    ]) func recordedBookReplays(
        name: String, sequence: Int64, bids: Int, asks: Int, bid: String, bidSize: Int, ask: String, askSize: Int
    ) throws {
        let file = try #require(try RecordedFrames.files("futures", prefix: name).first)
        var book: Derivatives.SequencedBook?
        for bytes in try RecordedFrames.frames(file) {
            switch try Derivatives.StreamFrame(bytes) {
            case .bookSnapshot(let snapshot):
                var fresh = Derivatives.SequencedBook(snapshot.instrument)
                fresh.start(snapshot)
                book = fresh
            case .book(let delta):
                #expect(book?.apply(delta) == .applied)
                #expect(book?.isCrossed == false)
            default: Issue.record("another frame")
            }
        }
        let end = try #require(book)
        #expect(end.sequence == sequence)
        #expect(end.bidCount == bids)
        #expect(end.askCount == asks)
        #expect(end.bestBid == .init(price: try Price(bid), quantity: Quantity(bidSize)))
        #expect(end.bestAsk == .init(price: try Price(ask), quantity: Quantity(askSize)))
        #expect(end.bids.first == end.bestBid)
        #expect(zip(end.asks, end.asks.dropFirst()).allSatisfy { $0.price < $1.price })
    }
}
