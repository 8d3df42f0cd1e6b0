import Kraken
import Market
import Testing
import Venue
import Wire

@testable import KrakenServer

/// Prices from the public unified surface.
@Suite struct UnifiedFeedTests {
    private static let bitcoin = InstrumentID("PF_XBTUSD")!
    private static let ether = InstrumentID("PF_ETHUSD")!

    private func listening(_ desk: Desk = Desk(), _ ids: [InstrumentID] = [bitcoin]) -> Listening<UnifiedMarketFeed> {
        let rate = HourlyFunding(.basisPoints(3))
        return Listening(desk, UnifiedMarketFeed(ids, assumedFunding: rate))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Mark and index come from candles, which do not say of which price they are: from a connection each.
    @Test func ticksTellTheMarketAsItIs() throws {
        var listening = listening(Desk(), [Self.bitcoin, Self.ether])
        listening.pass(.minutes(2))
        #expect(listening.health == [.healthy])
        #expect(listening.ticks.count > 60)
        let market = listening.desk.exchange.tape.markets[0]
        let last = try #require(listening.ticks.last { $0.instrument == Self.bitcoin })
        // Candles have the decimals of the tick.
        #expect((last.mark - market.mark).magnitude < Price(1), "\(last.mark) \(market.mark)")
        #expect((last.index - market.index).magnitude < Price(1), "\(last.index) \(market.index)")
        #expect(last.bid < last.ask)
        #expect(last.funding == HourlyFunding(.basisPoints(3)))
        #expect(listening.ticks.allSatisfy { $0.time <= listening.desk.now })
        #expect(listening.news.contains(.state(Self.bitcoin, .open)))
        #expect(listening.alarms.map(\.kind) == [.unsupported], "funding, said once")
    }

    /// What the ticker does tell is believed before anything that is reckoned.
    @Test func aTickerWithMarkAndFundingNeedsNoCandles() throws {
        var listening = listening()
        listening.pass(.seconds(5))
        listening.hear(
            #"{"channel":"ticker","type":"update","data":[{"symbol":"PF_XBTUSD","bid":9,"ask":11,"last":10,"#
                + #""markPrice":10.5,"index":10.25,"relative_funding_rate":0.0001}]}"#)
        let tick = try #require(listening.ticks.last)
        let (mark, index) = (try Price("10.5"), try Price("10.25"))
        #expect(tick.mark == mark && tick.index == index)
        #expect(tick.funding == HourlyFunding(.basisPoints(1)))
    }

    @Test func aMarkThatStandsStillIsStaleThoughTradesGoOn() throws {
        var listening = listening()
        listening.pass(.seconds(10))
        let markets = listening.sockets[0]
        listening.changesFrame = { text($0).contains(#""ohlc""#) ? Array(#"{"channel":"heartbeat"}"#.utf8) : $0 }
        listening.pass(.seconds(60))
        guard case .stale = try #require(listening.health.last) else {
            Issue.record("not stale: \(listening.health)")
            return
        }
        listening.changesFrame = nil
        listening.pass(.seconds(5))
        #expect(listening.health.last == .healthy, "\(listening.health)")
        #expect(listening.sockets[0] == markets)
    }

    /// After a cut no tick holds a price of before it.
    @Test func nothingOutlivesItsConnection() throws {
        var listening = listening()
        listening.pass(.seconds(20))
        listening.acceptsSockets = false
        listening.cut()
        let count = listening.ticks.count
        listening.pass(.seconds(30))
        #expect(listening.ticks.count == count && listening.health.last == .recovering)
        listening.acceptsSockets = true
        listening.losesFrame = { text($0).contains(#""ticker""#) && !text($0).contains("method") }
        listening.pass(.minutes(2))
        #expect(listening.ticks.count == count, "no bid and ask yet")
        listening.losesFrame = nil
        listening.pass(.minutes(2))
        #expect(listening.ticks.count > count && listening.health.last == .healthy)
    }

    @Test func statesOfMarketAndExchangeAreTold() {
        var listening = listening()
        listening.pass(.seconds(5))
        listening.desk.exchange.faults.add(
            Fault(.postOnly, at: listening.desk.now + .seconds(1), lasting: .seconds(10)))
        listening.desk.exchange.faults.add(
            Fault(.maintenance, at: listening.desk.now + .seconds(20), lasting: .seconds(10)))
        listening.pass(.seconds(60))
        #expect(listening.states == [.open, .postOnly, .open, .suspended, .open])
        listening.hear(#"{"channel":"status","type":"update","data":[{"system":"asleep"}]}"#)
        #expect(listening.states.last == .suspended, "a word that is not known is no permission")
        #expect(listening.alarms.contains { $0.kind == .unrecognisedValue && $0.detail.contains("asleep") })
    }

    @Test func aRefusedSubscriptionIsToldAndTriedAgain() {
        var listening = listening(Desk(), [InstrumentID("PF_NONEUSD")!])
        listening.pass(.seconds(30))
        #expect(listening.alarms.contains { $0.kind == .subscriptionRefused })
        #expect(!listening.health.contains(.healthy) && listening.ticks.isEmpty)
    }
}
