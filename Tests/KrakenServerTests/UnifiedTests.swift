import Exchange
import Market
import Testing
import Venue
import Wire

@testable import KrakenServer

@Suite struct UnifiedTests {
    static let one = ConnectionID(1)

    /// A private connection and its token.
    static func connected() throws -> (desk: Desk, token: String) {
        var desk = Desk()
        _ = desk.exchange.open(one, path: "/v2/private", at: desk.now)
        let token = try #require(SpotTests.token(&desk, nonce: "1")[["result", "token"]].string)
        #expect(desk.frames(one)[0]["channel"]?.string == "status")
        return (desk, token)
    }

    private func subscribe(_ desk: inout Desk, _ channel: String, _ more: String, _ token: String) -> [JSONValue] {
        desk.tell(
            Self.one,
            #"{"method":"subscribe","params":{"channel":"\#(channel)",\#(more)"token":"\#(token)"},"req_id":1}"#)
        return desk.frames(Self.one)
    }

    private func ask(_ desk: inout Desk, _ method: String, _ parameters: String, _ token: String) -> [JSONValue] {
        desk.tell(
            Self.one,
            #"{"method":"\#(method)","params":{"asset_class":"derivatives",\#(parameters)"token":"\#(token)"},"req_id":9}"#
        )
        return desk.frames(Self.one)
    }

    @Test func publicFeedsNameTheirAssetClass() {
        var desk = Desk()
        _ = desk.exchange.open(Self.one, path: "/v2/public", at: desk.now)
        desk.tell(Self.one, #"{"method":"subscribe","params":{"channel":"book","symbol":["PF_XBTUSD"]}}"#)
        #expect(desk.frames(Self.one).last?["success"]?.bool == false)
        desk.tell(
            Self.one,
            #"{"method":"subscribe","params":{"channel":"ohlc","asset_class":"derivatives","symbol":["PF_XBTUSD"],"#
                + #""interval":1,"tick_type":"mark"}}"#)
        desk.pass(.seconds(5))
        let frames = desk.frames(Self.one)
        #expect(frames.contains { $0["result"]?["tick_type"]?.string == "mark" })
        #expect(frames.filter { $0["channel"]?.string == "ohlc" }.count == 6, "a snapshot and five looks")
    }

    @Test func channelsRefuseWhatTheyDoNotTake() throws {
        var (desk, token) = try Self.connected()
        func error(_ channel: String, _ more: String) -> String? {
            subscribe(&desk, channel, more, token)[0]["error"]?.string
        }
        #expect(
            error("margin", #""asset_class":"derivatives","snapshot":true,"#)
                == "'params.snapshot' is not valid for the margin channel")
        #expect(
            error("ledgers", #""asset_class":"derivatives","#)
                == "'params.asset_class' is not valid for the ledgers channel")
        #expect(error("positions", #""asset_class":"derivatives","#) == nil)
        #expect(error("positions", #""asset_class":"derivatives","#) == "Already subscribed to positions channel")
        #expect(subscribe(&desk, "balances", "", "wrong")[0]["error"]?.string == "EAPI:Invalid token")
    }

    @Test func tokensExpireUnlessTheConnectionHasUsedThem() throws {
        var (desk, token) = try Self.connected()
        #expect(subscribe(&desk, "balances", "", token)[0]["success"]?.bool == true)
        desk.pass(.minutes(20))
        _ = desk.frames(Self.one)
        #expect(ask(&desk, "cancel_all", "", token)[0][["result", "count"]].integer == 0)
        let two = ConnectionID(2)
        _ = desk.exchange.open(two, path: "/v2/private", at: desk.now)
        desk.tell(two, #"{"method":"cancel_all","params":{"asset_class":"derivatives","token":"\#(token)"}}"#)
        #expect(desk.frames(two).last?["error"]?.string == "EAPI:Invalid token")
    }

    @Test func anOrdersLifeIsTold() throws {
        var (desk, token) = try Self.connected()
        let joined = subscribe(
            &desk, "executions", #""asset_class":"derivatives","snap_orders":true,"snap_trades":true,"#, token)
        #expect(joined[1]["type"]?.string == "snapshot")
        #expect(joined[1]["sequence"]?.integer == 1)
        let id = "6d1b345e-2821-40e2-ad83-4ecb18a06876"
        var frames = ask(
            &desk, "add_order",
            #""symbol":"PF_XBTUSD","side":"buy","order_type":"limit","order_qty":0.01,"limit_price":1000,"cl_ord_id":"\#(id)","#,
            token)
        let answer = try #require(frames.first { $0["method"]?.string == "add_order" })
        let update = try #require(frames.first { $0["channel"]?.string == "executions" }?["data"]?[0])
        #expect(update["exec_type"]?.string == "new")
        #expect(update["order_id"] == answer[["result", "order_id"]])
        frames = ask(&desk, "amend_order", #""cl_ord_id":"\#(id)","order_qty":0.02,"#, token)
        #expect(frames.first { $0["method"] != nil }?[["result", "amend_id"]].string == "")
        #expect(frames.first { $0["channel"] != nil }?["data"]?[0]["order_qty"]?.digits == "0.02")
        frames = ask(&desk, "cancel_order", #""cl_ord_id":["\#(id)","unknown"],"#, token)
        #expect(frames.filter { $0["method"] != nil }.map { $0["success"]?.bool } == [true, false])
        #expect(frames.first { $0["channel"] != nil }?["data"]?[0]["exec_type"]?.string == "canceled")
        frames = ask(
            &desk, "add_order", #""symbol":"PF_XBTUSD","side":"sell","order_type":"market","order_qty":0.01,"#, token)
        let types = frames.compactMap { $0["data"]?[0]["exec_type"]?.string }
        #expect(types == ["new", "trade", "filled"])
        let trade = try #require(frames.first { $0["data"]?[0]["exec_type"]?.string == "trade" }?["data"]?[0])
        #expect(trade["liquidity_ind"]?.string == "t")
        #expect(trade["fees"]?[0]["asset"]?.string == "USD")
    }

    @Test func refusalsNameTheirReason() throws {
        var (desk, token) = try Self.connected()
        func error(_ parameters: String) -> String? { ask(&desk, "add_order", parameters, token)[0]["error"]?.string }
        let base = #""symbol":"PF_XBTUSD","side":"buy","order_qty":0.01,"#
        #expect(error(base + #""order_type":"limit","limit_price":1,"iceberg":1,"#) == "Unsupported field: 'iceberg'")
        #expect(
            error(base + #""order_type":"stop-loss","triggers":{"reference":"mark","price":1000},"#)
                == "EGeneral:Invalid arguments:reference")
        #expect(
            error(#""symbol":"PF_XBTUSD","side":"buy","order_qty":100,"order_type":"market","#)
                == "EOrder:Insufficient funds")
        #expect(
            error(base + #""order_type":"market","deadline":"2022-01-01T00:00:00Z","#) == "EService:Deadline elapsed")
        #expect(ask(&desk, "settle", "", token)[0]["error"]?.string == "Unsupported method: settle")
    }

    /// Both surfaces show the same orders under the same ids, and positions go by change.
    @Test func bothSurfacesAreOneExchange() throws {
        var (desk, token) = try Self.connected()
        _ = subscribe(&desk, "positions", #""asset_class":"derivatives","#, token)
        _ = subscribe(&desk, "ledgers", "", token)
        let added = ask(
            &desk, "add_order",
            #""symbol":"PF_XBTUSD","side":"buy","order_type":"stop-loss-limit","order_qty":0.01,"limit_price":90000,"#
                + #""triggers":{"reference":"index","price":80000},"#, token)
        let uuid = added[0][["result", "order_id"]]
        let listed = desk.call(.get, "openorders")[["openOrders"]][0]
        #expect(listed["order_id"] == uuid)
        #expect(listed["triggerSignal"]?.string == "spot")
        _ = ask(&desk, "cancel_all_orders_after", #""timeout":30,"#, token)
        desk.pass(.seconds(31))
        #expect(desk.call(.get, "openorders")["openOrders"]?.array?.isEmpty == true)
        _ = desk.frames(Self.one)
        desk.send("orderType=mkt&symbol=PF_ETHUSD&side=sell&size=0.5")
        var frames = desk.frames(Self.one)
        #expect(
            frames.first { $0["channel"]?.string == "positions" }?[["data", "futures"]][0]["size"]?.digits == "-0.5")
        #expect(frames.filter { $0["channel"]?.string == "ledgers" }.compactMap { $0["sequence"]?.integer } == [1, 2])
        desk.send("orderType=mkt&symbol=PF_ETHUSD&side=buy&size=0.5")
        frames = desk.frames(Self.one)
        #expect(frames.first { $0["channel"]?.string == "positions" }?[["data", "futures"]][0]["size"]?.digits == "0")
    }

    @Test func marginComesInFull() throws {
        var (desk, token) = try Self.connected()
        var frames = subscribe(&desk, "margin", #""asset_class":"derivatives","#, token)
        #expect(frames[1]["type"]?.string == "multi_collateral")
        desk.send("orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.1")
        frames = desk.frames(Self.one)
        let margin: Money = try #require(frames.last?[["data", "initial_margin"]].amount())
        #expect(margin == desk.exchange.accounts[0].venue.account.initialMargin)
        let count = desk.frames(Self.one).count
        desk.pass(.seconds(3))
        #expect(desk.frames(Self.one).count > count, "margin moves with the mark")
    }
}
