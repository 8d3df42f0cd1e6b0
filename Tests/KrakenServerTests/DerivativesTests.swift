import Exchange
import Kraken
import Market
import Testing
import Wire

@testable import KrakenServer

@Suite struct DerivativesTests {
    @Test func publicData() throws {
        var desk = Desk()
        desk.pass(.minutes(5))
        let ticker = desk.get("/derivatives/api/v3/tickers/PF_XBTUSD")["ticker"] ?? .null
        let bid: Price = try #require(ticker["bid"]?.amount())
        let ask: Price = try #require(ticker["ask"]?.amount())
        #expect(bid < ask)
        let book = desk.get("/derivatives/api/v3/orderbook", "symbol=PF_XBTUSD")["orderBook"] ?? .null
        #expect(book["bids"]?[0][0].amount() == bid)
        #expect(book["asks"]?[0][0].amount() == ask)
        let instruments = desk.get("/derivatives/api/v3/instruments")["instruments"] ?? .null
        #expect(instruments[0]["contractValueTradePrecision"]?.integer == 4)
        #expect(desk.get("/derivatives/api/v3/history", "symbol=pf_xbtusd")["history"]?.array?.count == 100)
        let rates = desk.get("/derivatives/api/v3/historical-funding-rates", "symbol=PF_XBTUSD")["rates"] ?? .null
        #expect(rates.array?.count == 25)
        let candles = desk.get("/api/charts/v1/trade/PF_XBTUSD/5m", "from=1672617300&to=1672617900")
        #expect(candles["candles"]?.array?.count == 3, "the last is forming")
        #expect(desk.get("/derivatives/api/v3/nonsense")[["errors"]][0]["message"]?.string == "404 NOT_FOUND")
        let wrong = desk.get("/derivatives/api/v3/orderbook", "symbol=PF_NONEUSD")
        #expect(wrong[["errors"]][0]["code"]?.integer == 11)
    }

    /// An exchange that begins inside a bar has prices from its first moment.
    @Test func itMayBeginInsideABar() {
        let start = Desk.start + .seconds(37)
        var exchange = LocalExchange(
            configuration: LocalExchangeConfiguration(
                halfSpread: .share(.basisPoints(1)), impact: .basisPoints(100), liquidationFee: .zero, seed: 1),
            markets: Desk.histories, accounts: [], start: start)
        #expect(exchange.tape.markets[0].mark.isPositive)
        #expect(exchange.tape.markets[0].perpetual.lastTime == start)
        exchange.advance(to: start + .minutes(2))
        #expect(exchange.tape.clock == start + .minutes(2))
    }

    @Test func marketOrderIsPlacedAndFilled() throws {
        var desk = Desk()
        let answer = desk.send("orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.01&cliOrdId=first")
        #expect(answer["status"]?.string == "placed")
        let event = answer[["orderEvents"]][0]
        #expect(event["type"]?.string == "EXECUTION")
        #expect(event["amount"]?.digits == "0.01")
        let position = desk.call(.get, "openpositions")[["openPositions"]][0]
        #expect(position["side"]?.string == "long")
        #expect(position["price"]?.digits == event["price"]?.digits)
        let fill = desk.call(.get, "fills")[["fills"]][0]
        #expect(fill["fill_id"]?.string == event["executionId"]?.string)
        #expect(fill["fee_paid"] == nil, "REST does not tell fees")
        #expect(desk.call(.get, "openorders")["openOrders"]?.array?.isEmpty == true)
        #expect(
            desk.send("orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.01&cliOrdId=first")["status"]?.string
                == "clientOrderIdAlreadyExist")
    }

    @Test func restingOrderLivesAndEnds() throws {
        var desk = Desk()
        let bid: Price = try #require(desk.get("/derivatives/api/v3/tickers/PF_XBTUSD")[["ticker", "bid"]].amount())
        let price = (bid - Price(500)).description
        let sent = desk.send("orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.02&limitPrice=\(price)&cliOrdId=rest")
        let id = try #require(sent["order_id"]?.string)
        #expect(sent[["orderEvents"]][0]["type"]?.string == "PLACE")
        var listed = desk.call(.get, "openorders")[["openOrders"]][0]
        #expect(listed["order_id"]?.string == id)
        #expect(listed["status"]?.string == "untouched")
        let edit = desk.call(.post, "editorder", "orderId=\(id)&size=0.03&limitPrice=\((bid - Price(600)).description)")
        #expect(edit[["editStatus", "status"]].string == "edited")
        listed = desk.call(.get, "openorders")[["openOrders"]][0]
        #expect(listed["unfilledSize"]?.digits == "0.03")
        let cancel = desk.call(.post, "cancelorder", "cliOrdId=rest")["cancelStatus"] ?? .null
        #expect(cancel["status"]?.string == "cancelled")
        #expect(cancel[["orderEvents"]][0]["type"]?.string == "CANCEL")
        let recent = desk.call(.post, "orders/status", "orderIds=\(id)")[["orders"]][0]
        #expect(recent["status"]?.string == "CANCELLED")
        desk.pass(.seconds(6))
        #expect(desk.call(.post, "orders/status", "orderIds=\(id)")["orders"]?.array?.isEmpty == true)
        #expect(desk.call(.post, "cancelorder", "order_id=\(id)")[["cancelStatus", "status"]].string == "notFound")
    }

    @Test func refusalsHideInSuccess() throws {
        var desk = Desk()
        let ask: Price = try #require(desk.get("/derivatives/api/v3/tickers/PF_XBTUSD")[["ticker", "ask"]].amount())
        func status(_ order: String) -> String? { desk.send(order)["status"]?.string }
        #expect(status("orderType=post&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=\(ask)") == "postWouldExecute")
        #expect(status("orderType=ioc&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=100") == "iocWouldNotExecute")
        #expect(status("orderType=mkt&symbol=PF_XBTUSD&side=buy&size=100") == "insufficientAvailableFunds")
        #expect(status("orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.00001") == "invalidSize")
        #expect(status("orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=100.5") == "invalidPrice")
        #expect(status("orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=900000000") == "invalidPrice")
        #expect(
            status("orderType=mkt&symbol=PF_XBTUSD&side=sell&size=0.01&reduceOnly=true") == "wouldNotReducePosition")
        #expect(
            status("orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.01&processBefore=2022-01-01T00:00:00Z")
                == "wouldProcessAfterSpecifiedTime")
        #expect(desk.call(.post, "sendorder", "orderType=mkt")["error"]?.string == "requiredArgumentMissing: symbol")
        #expect(
            desk.call(.post, "sendorder", "orderType=mkt&symbol=PF_NO&side=buy&size=1")["error"]?.string
                == "contractNotFound")
    }

    @Test func stopTriggersAndIsFilled() throws {
        var desk = Desk { $0.step = .seconds(20) }
        desk.send("orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.01")
        let bid: Price = try #require(desk.get("/derivatives/api/v3/tickers/PF_XBTUSD")[["ticker", "bid"]].amount())
        let stop = desk.send(
            "orderType=stp&symbol=PF_XBTUSD&side=sell&size=0.01&stopPrice=\(bid - Price(20))&triggerSignal=index&reduceOnly=true"
        )
        #expect(stop[["orderEvents"]][0][["orderTrigger", "triggerSignal"]].string == "spot_price")
        #expect(desk.call(.get, "openorders")[["openOrders"]][0]["orderType"]?.string == "stp")
        var hours = 0
        while desk.call(.get, "openpositions")["openPositions"]?.array?.isEmpty == false, hours < 20 {
            desk.pass(.hours(1))
            hours += 1
        }
        #expect(desk.call(.get, "openorders")["openOrders"]?.array?.isEmpty == true)
        #expect(desk.call(.get, "fills")["fills"]?.array?.count == 2)
        let triggers = desk.json(
            desk.exchange.answer(desk.signed(.get, "/api/history/v3/triggers", "sort=asc"), at: desk.now))
        #expect(triggers[["elements"]][0][["event", "OrderTriggerPlaced", "orderTrigger"]] != .null)
        #expect(triggers[["elements"]][1][["event", "OrderTriggerActivated"]] != .null)
    }

    @Test func signaturesAndNonces() {
        var desk = Desk()
        var request = desk.signed(.get, "/derivatives/api/v3/accounts", "")
        #expect(desk.json(desk.exchange.answer(request, at: desk.now))["result"]?.string == "success")
        #expect(desk.json(desk.exchange.answer(request, at: desk.now))["error"]?.string == "nonceDuplicate")
        request = desk.signed(.get, "/derivatives/api/v3/openorders", "")
        request.query = "a=1"
        #expect(desk.json(desk.exchange.answer(request, at: desk.now))["error"]?.string == "authenticationError")
        // As ccxt sends it: parameters in the query of a POST, no nonce, lower case header names.
        let keys = desk.exchange.setups[0].keys
        let query = "orderType=mkt&symbol=PF_ETHUSD&side=sell&size=0.1"
        let signature = keys.futuresSigner?.authent(Array((query + "/api/v3/sendorder").utf8)) ?? ""
        request = HTTPRequest(
            .post, "/derivatives/api/v3/sendorder", query: query,
            headers: [HTTPHeader("apikey", keys.futuresKey), HTTPHeader("authent", signature)])
        #expect(
            desk.json(desk.exchange.answer(request, at: desk.now))[["sendStatus", "status"]].string == "placed")
    }

    @Test func decodedTextMayBeSigned() {
        var desk = Desk()
        let json =
            #"{"batchOrder":[{"order":"cancel","order_id":"none"},{"order":"send","order_tag":"a","orderType":"lmt","#
            + #""symbol":"PF_XBTUSD","side":"buy","size":0.01,"limitPrice":1000,"reduceOnly":false}]}"#
        let plain = Array(("json=" + json + "5/api/v3/batchorder").utf8)
        let keys = desk.exchange.setups[0].keys
        let request = HTTPRequest(
            .post, "/derivatives/api/v3/batchorder",
            headers: [
                HTTPHeader("APIKey", keys.futuresKey), HTTPHeader("Nonce", "5"),
                HTTPHeader("Authent", keys.futuresSigner?.authent(plain) ?? ""),
            ], body: Array(FormText([.init("json", json)]).encoded.utf8))
        let answer = desk.json(desk.exchange.answer(request, at: desk.now))
        #expect(answer[["batchStatus"]][0]["status"]?.string == "notFound")
        #expect(answer[["batchStatus"]][1]["status"]?.string == "placed")
        #expect(answer[["batchStatus"]][1]["order_tag"]?.string == "a")
        let all = desk.call(.post, "cancelallorders")["cancelStatus"] ?? .null
        #expect(all["status"]?.string == "cancelled")
        #expect(all["cancelledOrders"]?.array?.count == 1)
        #expect(desk.call(.post, "cancelallorders")[["cancelStatus", "status"]].string == "noOrdersToCancel")
    }

    @Test func budgetRunsOut() {
        var desk = Desk()
        for _ in 0..<20 { #expect(desk.call(.post, "cancelallorders")["result"]?.string == "success") }
        #expect(desk.call(.post, "cancelallorders")["error"]?.string == "apiLimitExceeded")
        desk.pass(.seconds(1))
        #expect(desk.call(.post, "cancelallorders")["result"]?.string == "success")
    }

    @Test func deadManCancelsEverything() {
        var desk = Desk()
        desk.send("orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=1000")
        desk.send("orderType=stp&symbol=PF_XBTUSD&side=sell&size=0.01&stopPrice=2000&triggerSignal=mark")
        let armed = desk.call(.post, "cancelallordersafter", "timeout=60")["status"] ?? .null
        #expect(armed["triggerTime"]?.string == "2023-01-02T00:01:00.000Z")
        desk.pass(.seconds(59))
        #expect(desk.call(.get, "openorders")["openOrders"]?.array?.count == 2)
        desk.pass(.seconds(1))
        #expect(desk.call(.get, "openorders")["openOrders"]?.array?.isEmpty == true)
        #expect(desk.call(.post, "cancelallordersafter", "timeout=0")[["status", "triggerTime"]].string == "0")
    }

    @Test func ownOrdersDoNotMeet() throws {
        var desk = Desk { $0.seed = 8 }
        let book = desk.get("/derivatives/api/v3/orderbook", "symbol=PF_XBTUSD")["orderBook"] ?? .null
        let ask: Price = try #require(book["asks"]?[0][0].amount())
        let inside = (ask - Price(1)).description
        #expect(
            desk.send("orderType=post&symbol=PF_XBTUSD&side=sell&size=0.01&limitPrice=\(inside)")["status"]?.string
                == "placed")
        #expect(
            desk.send("orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=\(inside)")["status"]?.string
                == "selfFill")
    }

    /// Clients in Python write `True`; what is neither true nor false is refused, never taken for false.
    @Test func reduceOnlyIsReadInAnyCaseAndNeverGuessed() {
        var desk = Desk()
        let order = "orderType=mkt&symbol=PF_XBTUSD&side=sell&size=0.01&reduceOnly="
        #expect(desk.send(order + "True")["status"]?.string == "wouldNotReducePosition")
        #expect(desk.send(order + "true")["status"]?.string == "wouldNotReducePosition")
        let answer = desk.call(.post, "sendorder", order + "yes")
        #expect(answer["result"]?.string == "error")
        #expect(desk.send(order + "False")["status"]?.string == "placed")
    }
}
