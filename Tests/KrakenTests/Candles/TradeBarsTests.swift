import Market
import Testing
import Wire

@testable import Kraken

@Suite struct TradeBarsTests {
    func trade(_ id: Int64, _ second: Int64, _ price: Int, _ quantity: Int) -> SpotTrade {
        SpotTrade(
            id: id, time: Timestamp(seconds: second), price: Price(price), quantity: SpotQuantity(quantity),
            taker: .buyer, kind: .market)
    }

    @Test func aBarByHand() throws {
        var bars = TradeBars(interval: .m1, priceDecimals: 1)
        #expect(bars.add(trade(1, 60, 10, 1)).isEmpty)
        #expect(bars.add(trade(2, 119, 12, 2)).isEmpty)
        #expect(bars.add(trade(3, 90, 9, 3)).isEmpty)
        let closed = bars.add(trade(4, 240, 20, 1))
        // (10 + 24 + 27) / 6 = 10.1666..., cut to one decimal; then two quiet minutes at the last price.
        #expect(
            closed == [
                SpotBar(
                    openTime: Timestamp(seconds: 60), open: Price(10), high: Price(12), low: Price(9), close: Price(9),
                    vwap: try Price("10.1"), volume: 6, trades: 3),
                .flat(at: Timestamp(seconds: 120), price: Price(9)),
                .flat(at: Timestamp(seconds: 180), price: Price(9)),
            ])
        #expect(bars.current?.openTime == Timestamp(seconds: 240))
        #expect(bars.close(until: Timestamp(seconds: 299)).isEmpty)
        #expect(
            bars.close(until: Timestamp(seconds: 360)).map(\.openTime) == [
                Timestamp(seconds: 240), Timestamp(seconds: 300),
            ])
        #expect(bars.add(trade(5, 361, 30, 1)).isEmpty)
        #expect(bars.current?.open == Price(30))
    }

    /// Kraken's own trades make Kraken's own candles, average price and all.
    @Test(.enabled(if: Fixtures.arePresent, "needs ../shared/fixtures"))
    func recordedTradesRebuildRecordedCandles() throws {
        let page = try SpotTradesRequest(pair: "XBTUSDT", since: nil).answer(
            HTTPResponse(status: 200, body: try Fixtures.bytes("spot/rest_Trades_XBTUSDT_1000rows_2025-11-10.json")))
        let candles = try SpotOHLCRequest(pair: "XBTUSDT", interval: .m1).answer(
            HTTPResponse(status: 200, body: try Fixtures.bytes("spot/rest_OHLC_XBTUSDT_1m_721rows_2025-11-10.json")))
        for (earlier, later) in zip(page.trades, page.trades.dropFirst()) { #expect(later.id == earlier.id + 1) }
        var bars = TradeBars(interval: .m1, priceDecimals: 1)
        let built = page.trades.flatMap { bars.add($0) }.dropFirst()
        var compared = 0
        var withTrades = 0
        for bar in built {
            guard let recorded = candles.bars.first(where: { $0.openTime == bar.openTime }) else { continue }
            #expect(bar == recorded)
            compared += 1
            if bar.trades > 0 { withTrades += 1 }
        }
        #expect(withTrades == 272)
        #expect(compared > withTrades)
    }
}
