import Market
import Testing
import Wire

@testable import KrakenServer

/// A market at many times the speed tells its feeds no more often than a slow one.
@Suite struct PaceTests {
    static let spot = ConnectionID(1)
    static let legacy = ConnectionID(2)
    static let speed = 200.0
    static let length = Interval.minutes(20)
    /// How long that is for the listeners.
    static var seconds: Double { Double(length.nanoseconds) / 1e9 / speed }

    private func desk(speed: Double) -> Desk {
        var desk = Desk { $0.pace(speed: speed) }
        _ = desk.exchange.open(Self.spot, path: "/v2", at: desk.now)
        _ = desk.exchange.open(Self.legacy, path: "/ws/v1", at: desk.now)
        for channel in [#""ticker""#, #""trade""#, #""book","depth":10"#, #""ohlc","interval":1"#] {
            desk.tell(
                Self.spot, #"{"method":"subscribe","params":{"channel":\#(channel),"symbol":["BTC/USD"]}}"#)
        }
        for feed in ["ticker", "trade", "heartbeat"] {
            desk.tell(Self.legacy, #"{"event":"subscribe","feed":"\#(feed)","product_ids":["PF_XBTUSD"]}"#)
        }
        return desk
    }

    /// The frames of each connection, in the order of sending.
    private func told(_ desk: inout Desk) -> [ConnectionID: [JSONValue]] {
        var told: [ConnectionID: [JSONValue]] = [:]
        for item in desk.exchange.takeOutbox() {
            guard case .text(let connection, let bytes) = item,
                case .success(let value) = Result(catching: {
                    try JSONValue(bytes)
                })
            else { continue }
            told[connection, default: []].append(value)
        }
        return told
    }

    @Test func everyFeedKeepsToItsRate() throws {
        var desk = desk(speed: Self.speed)
        _ = told(&desk)
        desk.pass(Self.length)
        let told = told(&desk)
        let most = Int(Self.seconds * Double(LocalExchangeConfiguration.framesPerSecond)) + 1
        for channel in ["ticker", "trade", "book", "heartbeat"] {
            let count = told[Self.spot]?.count { $0["channel"]?.string == channel } ?? 0
            #expect(count <= most, "\(channel)")
            #expect(count > 0 || channel == "heartbeat")
        }
        for feed in ["ticker", "trade", "heartbeat"] {
            let count = told[Self.legacy]?.count { $0["feed"]?.string == feed } ?? 0
            #expect(count <= most && count > most / 4, "\(feed)")
        }
    }

    /// The last word on each candle is the candle, though most of its trades were not told.
    @Test func everyCandleEndsAsItWas() throws {
        var slow = desk(speed: 1)
        var fast = desk(speed: 5_000)
        func lastWords(_ desk: inout Desk) -> [String: JSONValue] {
            desk.pass(Self.length)
            var last: [String: JSONValue] = [:]
            for frame in told(&desk)[Self.spot] ?? [] where frame["channel"]?.string == "ohlc" {
                for candle in frame["data"]?.array ?? [] {
                    last[candle["interval_begin"]?.string ?? ""] = candle["close"]
                }
            }
            return last
        }
        let wanted = lastWords(&slow)
        var got = lastWords(&fast)
        // The running candle is told now and then.
        let running = try #require(wanted.keys.max())
        got[running] = wanted[running]
        #expect(wanted.count >= 20 && got == wanted)
    }

    @Test func aBookThatSkipsMovesStaysWhole() throws {
        var desk = desk(speed: Self.speed)
        desk.pass(.minutes(10))
        var book = Book()
        var count = 0
        for frame in told(&desk)[Self.spot] ?? [] where frame["channel"]?.string == "book" {
            let data = try #require(frame["data"]?[0])
            SpotStreamTests.apply(data["bids"], to: &book.bids) { $0 > $1 }
            SpotStreamTests.apply(data["asks"], to: &book.asks) { $0 < $1 }
            book = book.cut(to: 10)
            #expect(
                data["checksum"]?.integer
                    == Int64(WireForm(priceDecimals: 1, quantityDecimals: 8).checksum(book)))
            count += 1
        }
        #expect(count > 20)
    }

    @Test func upToTwentyTimesEveryLookIsTold() {
        var configuration = Desk().exchange.configuration
        configuration.pace(speed: 20)
        #expect(configuration.showing == .zero && configuration.heartbeat == .seconds(1))
        configuration.pace(speed: 1_000_000)
        #expect(configuration.showing == .seconds(50_000) && configuration.heartbeat == .seconds(50_000))
    }
}
