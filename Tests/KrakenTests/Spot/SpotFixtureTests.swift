import Market
import Testing
import Wire

@testable import Kraken

/// Every recorded payload of Spot is read, and reads the same after it was written again. New files are picked up.
@Suite(.enabled(if: Fixtures.arePresent, "needs ../shared/fixtures"))
struct SpotFixtureTests {
    @Test(arguments: Fixtures.names(in: "spot"))
    func decodes(_ name: String) throws {
        let bytes = try Fixtures.bytes("spot/" + name)
        if name.hasPrefix("ws2_book_"), name.contains("_and_") {
            let file = try JSONValue(bytes)
            for frame in [try #require(file["init"])] + (try #require(file["updates"]?.array)) {
                try roundTrip(frame.bytes)
            }
        } else if name.hasPrefix("ws2_") {
            try roundTrip(bytes)
        } else if name.hasPrefix("rest_error_") {
            #expect(throws: SpotFailure.refused([.unknownAssetPair])) {
                try SpotTimeRequest().answer(HTTPResponse(status: 200, body: bytes))
            }
        } else {
            switch name.split(separator: "_")[1] {
            case "AssetPairs": try roundTrip(SpotAssetPairsRequest(), bytes)
            case "Assets": try roundTrip(SpotAssetsRequest(), bytes)
            case "Depth": try roundTrip(SpotDepthRequest(pair: "X"), bytes)
            case "OHLC": try roundTrip(SpotOHLCRequest(pair: "X", interval: .m1), bytes)
            case "SystemStatus": try roundTrip(SpotSystemStatusRequest(), bytes)
            case "Ticker": try roundTrip(SpotTickerRequest(pairs: []), bytes)
            case "Time": try roundTrip(SpotTimeRequest(), bytes)
            case "Trades": try roundTrip(SpotTradesRequest(pair: "X", since: nil), bytes)
            default: Issue.record("no codec for \(name)")
            }
        }
    }

    /// Samples of the public channels from the documentation.
    @Test(arguments: [
        "ticker_snapshot", "ticker_update", "trade_snapshot", "trade_update", "ohlc_snapshot", "ohlc_update",
        "book_snapshot_depth10", "book_update", "instrument_snapshot", "instrument_update", "status_update",
        "ticker_subscribe_ack", "ohlc_subscribe_ack_warning", "instrument_subscribe_ack_warning", "ping_response_pong",
    ])
    func documentedFrames(_ name: String) throws { try roundTrip(try Fixtures.bytes("unified/spot_base/\(name).json")) }

    @Test(arguments: ["ohlc_subscribe_request", "instrument_subscribe_request"])
    func documentedRequests(_ name: String) throws {
        let command = try SpotCommand(try Fixtures.bytes("unified/spot_base/\(name).json"))
        if case .unrecognised = command { Issue.record("not recognised: \(name)") }
        #expect(try SpotCommand(command.bytes) == command)
    }

    private func roundTrip(_ bytes: [UInt8]) throws {
        let frame = try SpotFrame(bytes)
        if case .unrecognised(let channel) = frame { Issue.record("channel \(channel) is not recognised") }
        #expect(try SpotFrame(frame.bytes) == frame)
    }

    private func roundTrip<Request: SpotRequest>(_ request: Request, _ bytes: [UInt8]) throws {
        let answer = try request.answer(HTTPResponse(status: 200, body: bytes))
        let written = SpotEnvelope(result: answer).bytes
        #expect(try request.answer(HTTPResponse(status: 200, body: written)) == answer)
    }
}

@Suite(.enabled(if: Fixtures.arePresent, "needs ../shared/fixtures"))
struct SpotRecordedValueTests {
    @Test func ticker() throws {
        guard
            case .ticker(.update, let list) = try SpotFrame(
                try Fixtures.bytes("spot/ws2_ticker_update_BTCUSD_2026-09-25.json"))
        else {
            Issue.record("not a ticker")
            return
        }
        let ticker = try #require(list.first)
        #expect(ticker.symbol == Symbol("BTC/USD"))
        #expect(ticker.bid == (try Price("83744.2")))
        #expect(ticker.askQuantity == SpotQuantity(raw: 44_780))
        #expect(ticker.volume == 3156.84782110)
        #expect(ticker.change == (try Price("-429.3")))
        #expect(ticker.changePercent == -0.51)
        #expect(ticker.trades == 135_262)
        #expect(ticker.time == Timestamp(rfc3339: "2026-09-25T17:48:26.844359Z"))
    }

    @Test func candleAndTrade() throws {
        guard
            case .candles(.update, let candles) = try SpotFrame(
                try Fixtures.bytes("spot/ws2_ohlc_update_BTCUSD_1m_2026-09-25.json")),
            case .trades(.update, let trades) = try SpotFrame(
                try Fixtures.bytes("spot/ws2_trade_update_BTCUSD_2026-09-25.json"))
        else {
            Issue.record("other frames")
            return
        }
        #expect(
            candles.first?.bar
                == SpotBar(
                    openTime: Timestamp(rfc3339: "2026-09-25T17:48:00Z") ?? .distantPast, open: try Price("83729.5"),
                    high: try Price("83745.2"), low: try Price("83729.4"), close: try Price("83744.3"),
                    vwap: try Price("83736.4"), volume: 0.21155628, trades: 33))
        #expect(candles.first?.interval == 1)
        #expect(trades.first?.trade.id == 109_116_693)
        #expect(trades.first?.trade.taker == .buyer)
        #expect(trades.first?.trade.kind == .limit)
    }

    @Test func fullOHLCAnswer() throws {
        let answer = try SpotOHLCRequest(pair: "XBTUSDT", interval: .m1).answer(
            HTTPResponse(status: 200, body: try Fixtures.bytes("spot/rest_OHLC_XBTUSDT_1m_721rows_2025-11-10.json")))
        #expect(answer.pair == "XBTUSDT")
        #expect(answer.bars.count == 721)
        #expect(answer.finished.count == 720)
        #expect(answer.finished.last?.openTime == answer.last)
        #expect(answer.bars.filter { $0.trades == 0 }.count == 216)
        for (earlier, later) in zip(answer.bars, answer.bars.dropFirst()) {
            #expect(later.openTime == earlier.openTime + .minutes(1))
            if later.trades == 0 { #expect(later == .flat(at: later.openTime, price: earlier.close)) }
        }
    }

    @Test func tradesPage() throws {
        let page = try SpotTradesRequest(pair: "BTC/USD", since: nil).answer(
            HTTPResponse(status: 200, body: try Fixtures.bytes("spot/rest_Trades_BTCUSD_3_2026-09-25.json")))
        #expect(page.last == Timestamp(nanoseconds: 1_790_359_841_138_228_746))
        #expect(page.trades.map(\.id) == [109_118_758, 109_118_759, 109_118_760])
        #expect(page.trades[0].time == Timestamp(nanoseconds: 1_790_359_840_939_291_200))
        #expect(page.trades[0].taker == .seller)
        #expect(page.trades[1].kind == .market)
    }

    @Test func connectionNumberAboveInt64() throws {
        guard case .status(let status) = try SpotFrame(try Fixtures.bytes("spot/ws2_status_2026-09-25.json")) else {
            Issue.record("not a status")
            return
        }
        #expect(status.connectionID == 18_125_794_168_470_749_634)
        #expect(status.system == .known(.online))
    }

    @Test func refusals() throws {
        guard
            case .reply(let reply) = try SpotFrame(
                try Fixtures.bytes("spot/ws2_subscribe_refused_XBTUSD_2026-09-25.json")),
            case .reply(let session) = try SpotFrame(
                try Fixtures.bytes("spot/ws2_executions_refused_invalid_session_2026-09-25.json"))
        else {
            Issue.record("not replies")
            return
        }
        #expect(
            reply.outcome == .refused("Currency pair not supported XBT/USD", symbol: "XBT/USD", channel: nil))
        #expect(session.outcome == .refused("ESession:Invalid session", symbol: nil, channel: "executions"))
    }
}
