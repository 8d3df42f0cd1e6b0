import Kraken
import Market
import Testing
import Venue

@testable import KrakenServer

/// Prices with what rests behind them.
@Suite struct DepthFeedTests {
    private let contract = InstrumentID("PF_XBTUSD")!

    private func depths(_ news: ArraySlice<MarketNews>) -> [Depth] {
        news.compactMap { if case .depth(let depth) = $0 { depth } else { nil } }
    }

    @Test func depthIsTheExchangesOwnBook() throws {
        var listening = Listening(Desk(), DeepMarketFeed([contract]))
        listening.pass(.seconds(30))
        let depth = try #require(depths(listening.news[...]).last)
        #expect(depth.bids.count > 1 && depth.asks.count > 1)
        #expect(depth.bids.count <= 25 && depth.asks.count <= 25)
        let ticks = listening.news.compactMap { if case .tick(let tick) = $0 { tick } else { nil } }
        // Both come from one market: the best prices lie about where the ticker says.
        let middle = try #require(ticks.last).bid
        #expect((depth.bids[0].price - middle).magnitude < middle.times(.basisPoints(20), .up))
        #expect(listening.news.contains(.health(.healthy)))
    }

    @Test func aBookThatIsLostKeepsPricesComing() throws {
        var listening = Listening(Desk(), DeepMarketFeed([contract]))
        listening.pass(.seconds(20))
        listening.losesFrame = { String(decoding: $0, as: UTF8.self).contains("\"book\"") }
        listening.pass(.seconds(5))
        let before = listening.news.count
        listening.pass(.seconds(60))
        let since = listening.news[before...]
        #expect(depths(since).isEmpty)
        #expect(since.contains { if case .tick = $0 { true } else { false } })
        #expect(!since.contains { if case .health(let health) = $0 { health != .healthy } else { false } })
        listening.losesFrame = nil
        listening.pass(.minutes(3))
        #expect(!depths(listening.news[before...]).isEmpty)
    }
}
