import Kraken
import Market
import Research
import TestSupport
import Testing
import Venue
import Wire

@testable import KrakenServer

/// Both market feeds against the local exchange, through cuts and silence.
@Suite struct FeedTests {
    private static let bitcoin = SpotPair("BTC/USD")!

    private func spot(_ desk: Desk = Desk()) -> Listening<SpotFeed> {
        let feed = SpotFeed([
            .init(pair: Self.bitcoin, interval: .m1, next: desk.now.floor(to: .minutes(1)), lastClose: nil)
        ])
        return Listening(desk, feed)
    }

    /// The candles of the data that the exchange plays, which the feed knows nothing of.
    private func played(_ candles: [Candle]) -> [Candle] {
        let series = Desk.histories[0].spot.candles
        return series.filter { candle in candles.contains { $0.openTime == candle.openTime } }
    }

    @Test func ticksTellTheMarketAsItIs() throws {
        let instrument = try #require(InstrumentID("PF_XBTUSD"))
        var listening = Listening(Desk(), DerivativesMarketFeed([instrument]))
        listening.pass(.minutes(2))
        #expect(listening.health == [.healthy])
        #expect(listening.ticks.count > 60)
        for tick in listening.ticks {
            #expect(tick.bid < tick.ask && tick.instrument == instrument)
            #expect(tick.time <= listening.desk.now)
        }
        #expect(listening.news.contains(.state(instrument, .open)))
        #expect(listening.alarms.isEmpty)
    }

    @Test func aTickerThatStandsStillIsStaleThoughHeartbeatsCome() throws {
        let instrument = try #require(InstrumentID("PF_XBTUSD"))
        var listening = Listening(Desk(), DerivativesMarketFeed([instrument]))
        listening.pass(.seconds(10))
        listening.losesFrame = { String(decoding: $0, as: UTF8.self).contains("product_id\":\"PF_XBTUSD") }
        listening.pass(.seconds(60))
        guard case .stale = try #require(listening.health.last) else {
            Issue.record("not stale: \(listening.health)")
            return
        }
        listening.losesFrame = nil
        listening.pass(.seconds(5))
        #expect(listening.health.last == .healthy)
    }

    @Test func candlesAreThoseOfTheMarketOnceAndInOrder() throws {
        var listening = spot()
        listening.pass(.minutes(12))
        let candles = listening.candles
        #expect(candles.count >= 10)
        #expect(zip(candles, candles.dropFirst()).allSatisfy { $0.openTime + .minutes(1) == $1.openTime })
        #expect(candles.map(\.close) == played(candles).map(\.close))
        #expect(candles.map(\.high) == played(candles).map(\.high))
        #expect(candles.map(\.low) == played(candles).map(\.low))
        #expect(!listening.alarms.contains { $0.kind == .sourcesDiffer }, "\(listening.alarms)")
        #expect(listening.health.contains(.healthy))
    }

    /// A line that is down for minutes: every candle still comes, once, in order, before any later one.
    @Test(arguments: 0..<4)
    func noCandleIsMissedThroughCuts(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 40)
        var listening = spot()
        for _ in 0..<5 {
            listening.pass(.seconds(Int64.random(in: 20...200, using: &random)))
            listening.acceptsSockets = false
            listening.cut()
            listening.pass(.seconds(Int64.random(in: 1...240, using: &random)))
            listening.acceptsSockets = true
        }
        listening.pass(.minutes(4))
        let candles = listening.candles
        #expect(candles.count >= 8)
        #expect(zip(candles, candles.dropFirst()).allSatisfy { $0.openTime + .minutes(1) == $1.openTime })
        #expect(candles.map(\.close) == played(candles).map(\.close))
        #expect(listening.health.last == .healthy)
    }

    @Test func aFrameThatCannotBeReadIsAnAlarm() throws {
        var listening = spot()
        listening.pass(.seconds(5))
        listening.desk.exchange.send(
            "{\"channel\":\"ohlc\",\"type\":\"update\",\"data\":[{\"symbol\":1}]}", to: ConnectionID(101))
        listening.pass(.seconds(2))
        #expect(listening.alarms.contains { $0.kind == .unreadableMessage })
    }
}
