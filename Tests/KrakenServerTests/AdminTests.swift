import Market
import Testing
import Wire

@testable import KrakenServer

@Suite struct AdminTests {
    private func ask(_ desk: inout Desk, _ path: String, _ body: String? = nil) -> (status: Int, value: JSONValue) {
        let request = HTTPRequest(body == nil ? .get : .post, path, body: Array((body ?? "").utf8))
        let response = desk.exchange.answer(request, at: desk.now)
        return (response.status, desk.json(response))
    }

    @Test func itIsOffByDefault() {
        var desk = Desk()
        #expect(ask(&desk, "/admin/time").status == 404)
    }

    @Test func itMovesTime() {
        var desk = Desk { $0.isAdminEnabled = true }
        #expect(ask(&desk, "/admin/step", #"{"seconds":90}"#).value["time"]?.string == "2023-01-02T00:01:30.000Z")
        #expect(
            ask(&desk, "/admin/time", #"{"time":"2023-01-02T01:00:00Z"}"#).value["time"]?.string
                == "2023-01-02T01:00:00.000Z")
        #expect(ask(&desk, "/admin/time", #"{"time":"tomorrow"}"#).status == 400)
        #expect(ask(&desk, "/admin/step", #"{"seconds":99999999999999999}"#).status == 400)
        #expect(ask(&desk, "/admin/nothing").status == 404)
        #expect(desk.get("/0/public/Time")[["result", "unixtime"]].integer == 1_672_621_200, "time does not go back")
    }

    @Test func itSetsPricesFromTheNextBarOn() throws {
        var desk = Desk { $0.isAdminEnabled = true }
        desk.send("orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.1")
        #expect(ask(&desk, "/admin/price", #"{"symbol":"PF_XBTUSD","price":30000}"#).status == 200)
        desk.pass(.minutes(1))
        let mark: Price = try #require(
            desk.get("/derivatives/api/v3/tickers/PF_XBTUSD")[["ticker", "markPrice"]].amount())
        #expect(mark > Price(29_700) && mark < Price(30_300))
        let profit: Money = try #require(
            desk.call(.get, "openpositions")[["openPositions"]][0]["unrealizedPnl"]?.amount())
        #expect(profit < Money(-1000))
        #expect(ask(&desk, "/admin/price", #"{"symbol":"PF_XBTUSD","price":0}"#).status == 400)
    }

    @Test func itTransfersMoney() throws {
        var desk = Desk { $0.isAdminEnabled = true }
        desk.send("orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.1")
        let before: Money = try #require(desk.call(.get, "accounts")[["accounts", "flex", "balanceValue"]].amount())
        let answer = ask(&desk, "/admin/transfer", #"{"amount":-2500.5}"#)
        #expect(answer.status == 200, "\(answer.value)")
        let after: Money = try #require(desk.call(.get, "accounts")[["accounts", "flex", "balanceValue"]].amount())
        #expect(after == before - Money(2_500) - Money(raw: 50_000_000))
        #expect(ask(&desk, "/admin/transfer", #"{"amount":-100000}"#).status == 400, "more than is free")
        #expect(ask(&desk, "/admin/transfer", #"{"amount":0}"#).status == 400)
        #expect(ask(&desk, "/admin/transfer", #"{"account":"nobody","amount":5}"#).status == 400)
        #expect(ask(&desk, "/admin/transfer", #"{"amount":"1000"}"#).status == 200)
        // The account log says what it was.
        let request = desk.signed(.get, "/api/history/v3/account-log", "")
        let log = desk.json(desk.exchange.answer(request, at: desk.now))[["logs"]].array ?? []
        #expect(log.filter { $0["info"]?.string == "cross-exchange transfer" }.count == 2)
    }

    @Test func itCommandsFaults() {
        var desk = Desk { $0.isAdminEnabled = true }
        #expect(ask(&desk, "/admin/fault", #"{"kind":"server_error","path":"accounts"}"#).status == 200)
        let request = desk.signed(.get, "/derivatives/api/v3/accounts", "")
        #expect(desk.exchange.answer(request, at: desk.now).status == 503)
        #expect(ask(&desk, "/admin/fault").value[["struck", "server_error"]].integer == 1)
        #expect(ask(&desk, "/admin/fault", #"{"kind":"nonsense"}"#).status == 400)
    }
}
