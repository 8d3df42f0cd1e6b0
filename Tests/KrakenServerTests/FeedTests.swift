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
    /// A feed and the exchange that it listens to.
    struct Listening<Feed: MarketFeed> {
        var desk: Desk
        var feed: Feed
        var path: String
        var news: [MarketNews] = []
        var acceptsSockets = true
        var losesFrame: (([UInt8]) -> Bool)?
        private(set) var socket: SocketID?
        private var connection = ConnectionID(100)
        private var outbox = SessionOutbox<MarketNews>()

        init(_ desk: Desk, _ feed: Feed, path: String) {
            self.desk = desk
            self.feed = feed
            self.path = path
            self.feed.start(at: desk.now, into: &outbox)
            settle()
        }

        mutating func cut() {
            guard let socket else { return }
            self.socket = nil
            desk.exchange.close(connection)
            feed.receive(.closed(socket), at: desk.now, into: &outbox)
            settle()
        }

        mutating func pass(_ interval: Interval) {
            let end = desk.now + interval
            while desk.now < end {
                let events = [feed.nextWake, desk.exchange.nextEvent].compactMap { $0 }
                let next = min(end, max(desk.now + .milliseconds(1), events.min() ?? end))
                desk.now = next
                desk.exchange.advance(to: next)
                feed.receive(.woke, at: next, into: &outbox)
                settle()
            }
        }

        private mutating func settle() {
            while true {
                let sent = desk.exchange.takeOutbox()
                if sent.isEmpty, outbox.actions.isEmpty, outbox.news.isEmpty { return }
                for outgoing in sent {
                    guard let socket, case .text(connection, let bytes) = outgoing else { continue }
                    if let losesFrame, losesFrame(bytes) { continue }
                    feed.receive(.text(socket, bytes), at: desk.now, into: &outbox)
                }
                news += outbox.news
                let actions = outbox.actions
                outbox.clear()
                for action in actions { perform(action) }
            }
        }

        private mutating func perform(_ action: SessionAction) {
            switch action {
            case .request(let id, _, let request):
                let response = desk.exchange.answer(request, at: desk.now)
                feed.receive(.answered(id, response), at: desk.now, into: &outbox)
            case .connect(let id, _):
                connection = ConnectionID(connection.number + 1)
                guard acceptsSockets, desk.exchange.open(connection, path: path, at: desk.now) else {
                    return feed.receive(.closed(id), at: desk.now, into: &outbox)
                }
                socket = id
                feed.receive(.opened(id), at: desk.now, into: &outbox)
            case .send(let id, let bytes):
                if id == socket { desk.exchange.receive(bytes, from: connection, at: desk.now) }
            case .disconnect(let id):
                guard id == socket else { return }
                socket = nil
                desk.exchange.close(connection)
            }
        }

        var candles: [Candle] {
            news.compactMap {
                if case .candle(_, _, let candle) = $0 { candle } else { nil }
            }
        }
        var ticks: [Tick] {
            news.compactMap {
                if case .tick(let tick) = $0 { tick } else { nil }
            }
        }
        var health: [FeedWatch.Health] {
            news.compactMap {
                if case .health(let health) = $0 { health } else { nil }
            }
        }
        var alarms: [DataAlarm] {
            news.compactMap {
                if case .alarm(let alarm) = $0 { alarm } else { nil }
            }
        }
    }

    private static let bitcoin = SpotPair("BTC/USD")!

    private func spot(_ desk: Desk = Desk()) -> Listening<SpotFeed> {
        let feed = SpotFeed([
            .init(pair: Self.bitcoin, interval: .m1, next: desk.now.floor(to: .minutes(1)), lastClose: nil)
        ])
        return Listening(desk, feed, path: "/v2")
    }

    /// The candles of the data that the exchange plays, which the feed knows nothing of.
    private func played(_ candles: [Candle]) -> [Candle] {
        let series = Desk.histories[0].spot.candles
        return series.filter { candle in candles.contains { $0.openTime == candle.openTime } }
    }

    @Test func ticksTellTheMarketAsItIs() throws {
        let instrument = try #require(InstrumentID("PF_XBTUSD"))
        var listening = Listening(Desk(), DerivativesMarketFeed([instrument]), path: "/ws/v1")
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
        var listening = Listening(Desk(), DerivativesMarketFeed([instrument]), path: "/ws/v1")
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
