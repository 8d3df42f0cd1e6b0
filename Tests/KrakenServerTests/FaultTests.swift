import Exchange
import Market
import Testing
import Venue
import Wire

@testable import KrakenServer

/// Every kind of fault is seen to happen, from outside.
@Suite struct FaultTests {
    static let one = ConnectionID(1)
    static let market = "orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.01"
    static let resting = "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.02&limitPrice=30000"

    /// A desk on which the fault begins at once.
    static func desk(_ faults: Fault...) -> Desk { Desk { $0.faults = FaultPlan(faults) } }

    static func fault(
        _ kind: Fault.Kind, count: Int = 1, lasting: Interval? = nil, path: String? = nil, quantity: Quantity = .zero
    ) -> Fault {
        Fault(kind, at: Desk.start, count: count, lasting: lasting, path: path, quantity: quantity)
    }

    private func answer(_ desk: inout Desk, _ endpoint: String, _ parameters: String = "") -> Answer {
        let request = desk.signed(.post, "/derivatives/api/v3/" + endpoint, parameters)
        return desk.exchange.respond(to: request, at: desk.now)
    }

    private func fills(_ desk: inout Desk) -> Int { desk.call(.get, "fills")["fills"]?.array?.count ?? -1 }

    // MARK: Answers

    @Test func serverErrorWithoutEffect() {
        var desk = Self.desk(Self.fault(.serverError))
        #expect(answer(&desk, "sendorder", Self.market) == .respond(.plain("Service Unavailable", status: 503)))
        #expect(fills(&desk) == 0)
    }

    @Test func serverErrorWithEffect() {
        var desk = Self.desk(Self.fault(.serverErrorWithEffect))
        #expect(answer(&desk, "sendorder", Self.market) == .respond(.plain("Internal Server Error", status: 500)))
        #expect(fills(&desk) == 1)
    }

    /// The client can find out: by its id the order is there, and a second attempt is refused as a duplicate.
    @Test func acceptedButTheAnswerLost() {
        var desk = Self.desk(Self.fault(.answerLost))
        #expect(answer(&desk, "sendorder", Self.resting + "&cliOrdId=lost") == .reset)
        let status = desk.call(.post, "orders/status", "cliOrdIds=lost")[["orders"]][0]
        #expect(status["status"]?.string == "ENTERED_BOOK")
        #expect(desk.send(Self.resting + "&cliOrdId=lost")["status"]?.string == "clientOrderIdAlreadyExist")
    }

    @Test func noAnswerAndNoEffect() {
        var desk = Self.desk(Self.fault(.noAnswer, path: "sendorder"))
        #expect(answer(&desk, "sendorder", Self.market) == .silence)
        #expect(fills(&desk) == 0)
    }

    @Test func delayedAnswer() {
        var desk = Self.desk(Self.fault(.delayedAnswer))
        guard case .respondLater(let response, let after) = answer(&desk, "sendorder", Self.market) else {
            Issue.record("the answer was not late")
            return
        }
        #expect(after == .seconds(5))
        #expect(desk.json(response)[["sendStatus", "status"]].string == "placed")
    }

    @Test func truncatedJSONWith200() {
        var desk = Self.desk(Self.fault(.truncatedAnswer))
        guard case .respond(let response) = answer(&desk, "sendorder", Self.market) else { return }
        #expect(response.status == 200)
        #expect(throws: WireError.self) { try JSONValue(response.body) }
        #expect(fills(&desk) == 1)
    }

    @Test func rateLimited() {
        var desk = Self.desk(Self.fault(.rateLimited, count: 3))
        guard case .respond(let response) = answer(&desk, "sendorder", Self.market) else { return }
        #expect(response.status == 429)
        #expect(desk.json(response)["error"]?.string == "apiLimitExceeded")
        #expect(desk.get("/0/public/Time")["error"]?[0].string == "EAPI:Rate limit exceeded")
        let history = desk.exchange.answer(desk.signed(.get, "/api/history/v3/orders", ""), at: desk.now)
        #expect(history.status == 429)
        #expect(history[header: "rate-limit-reset"] == "5")
        #expect(fills(&desk) == 0)
    }

    @Test func authenticationRefused() {
        var desk = Self.desk(Self.fault(.authenticationRefused))
        #expect(desk.call(.get, "accounts")["error"]?.string == "authenticationError")
        #expect(desk.call(.get, "accounts")["result"]?.string == "success")
    }

    @Test func staleSnapshot() {
        var desk = Self.desk(Self.fault(.staleSnapshot, count: 2, lasting: .seconds(30)))
        desk.send(Self.resting)
        #expect(desk.call(.get, "openorders")["openOrders"]?.array?.isEmpty == true)
        desk.send(Self.market)
        #expect(desk.call(.get, "openpositions")["openPositions"]?.array?.isEmpty == true)
        #expect(desk.call(.get, "openorders")["openOrders"]?.array?.count == 1, "two were stale, this is not")
    }

    @Test func numbersAsText() {
        var desk = Self.desk(Self.fault(.numbersAsText, path: "instruments"))
        let answer = desk.get("/derivatives/api/v3/instruments")
        #expect(answer[["instruments"]][0]["tickSize"] == .string("1"))
    }

    // MARK: Frames and connections

    /// A desk that listens to fills and trades, with the fault to begin a second later.
    private func listening(_ kind: Fault.Kind, count: Int = 1, lasting: Interval? = nil) throws -> Desk {
        let fault = Fault(kind, at: Desk.start + .seconds(1), count: count, lasting: lasting, delay: .seconds(3))
        var desk = LegacyStreamTests.connected { $0.faults = FaultPlan([fault]) }
        _ = try LegacyStreamTests.join(&desk, "fills")
        _ = try LegacyStreamTests.join(&desk, "open_positions")
        desk.now = desk.now + .seconds(1)
        desk.exchange.advance(to: desk.now)
        return desk
    }

    private func feeds(_ desk: inout Desk) -> [String] {
        desk.frames(Self.one).compactMap { $0["feed"]?.string }
    }

    @Test func duplicatedFrames() throws {
        var desk = try listening(.duplicateFrames)
        desk.send(Self.market)
        #expect(feeds(&desk) == ["fills", "fills", "open_positions"])
    }

    @Test func reorderedFrames() throws {
        var desk = try listening(.reorderedFrames)
        desk.send(Self.market)
        #expect(feeds(&desk) == ["open_positions", "fills"])
    }

    @Test func lostFrames() throws {
        var desk = try listening(.lostFrames)
        desk.send(Self.market)
        #expect(feeds(&desk) == ["open_positions"])
    }

    @Test func delayedFrames() throws {
        var desk = try listening(.delayedFrames)
        desk.send(Self.market)
        #expect(feeds(&desk) == ["open_positions"])
        desk.pass(.seconds(2))
        #expect(!feeds(&desk).contains("fills"))
        desk.pass(.seconds(1))
        #expect(feeds(&desk).contains("fills"))
    }

    @Test func resets() throws {
        for (kind, midFrame) in [(Fault.Kind.resetConnections, false), (.resetMidFrame, true)] {
            var desk = try listening(kind)
            #expect(desk.exchange.takeOutbox().contains(.reset(Self.one, midFrame: midFrame)))
        }
    }

    @Test func halfOpenSilence() throws {
        var desk = try listening(.silentConnections, lasting: .seconds(20))
        #expect(desk.exchange.takeOutbox().contains(.silence(Self.one, until: Desk.start + .seconds(21))))
    }

    @Test func refusedConnections() throws {
        var desk = try listening(.refusedConnections, lasting: .seconds(20))
        #expect(desk.exchange.takeOutbox().contains(.refuseConnections(until: Desk.start + .seconds(21))))
        let refused = desk.exchange.open(ConnectionID(2), path: "/ws/v1", at: desk.now)
        #expect(!refused)
        desk.pass(.seconds(20))
        let taken = desk.exchange.open(ConnectionID(2), path: "/ws/v1", at: desk.now)
        #expect(taken)
    }

    // MARK: The engine

    @Test func partialFillRacesTheCancel() {
        var desk = Self.desk(Self.fault(.partialFillBeforeCancel))
        let id = desk.send(Self.resting)["order_id"]?.string ?? ""
        let cancel = desk.call(.post, "cancelorder", "order_id=\(id)")["cancelStatus"] ?? .null
        #expect(cancel["status"]?.string == "cancelled")
        let fill = desk.call(.get, "fills")[["fills"]][0]
        #expect(fill["order_id"]?.string == id)
        #expect(fill["size"]?.digits == "0.01")
        #expect(fill["price"]?.digits == "30000")
        #expect(fill["fillType"]?.string == "maker")
        #expect(desk.exchange.accounts[0].cash == desk.exchange.accounts[0].venue.balance)
    }

    @Test func stopRefused() {
        var desk = Self.desk(Self.fault(.stopRefused))
        let stop = "orderType=stp&symbol=PF_XBTUSD&side=sell&size=0.01&stopPrice=30000&triggerSignal=mark"
        #expect(desk.send(Self.market)["status"]?.string == "placed")
        #expect(desk.send(stop)["status"]?.string == "invalidPrice")
        #expect(desk.send(stop)["status"]?.string == "placed")
    }

    @Test func selfTradePrevention() {
        var desk = Self.desk(Self.fault(.selfTradePrevention))
        #expect(desk.send(Self.resting)["status"]?.string == "selfFill")
    }

    @Test func venueCancel() throws {
        let fault = Fault(.venueCancel, at: Desk.start + .seconds(5))
        var desk = LegacyStreamTests.connected { $0.faults = FaultPlan([fault]) }
        _ = try LegacyStreamTests.join(&desk, "open_orders")
        desk.send(Self.resting)
        desk.pass(.seconds(5))
        #expect(
            desk.frames(Self.one).last { $0["feed"]?.string == "open_orders" }?["reason"]?.string
                == "cancelled_by_admin")
    }

    @Test func manualPosition() {
        var desk = Self.desk(Self.fault(.manualPosition, quantity: Quantity(raw: -10_000)))
        let position = desk.call(.get, "openpositions")[["openPositions"]][0]
        #expect(position["side"]?.string == "short")
        #expect(position["size"]?.digits == "0.01")
    }

    @Test func deadManExpiry() throws {
        let fault = Fault(.deadManExpiry, at: Desk.start + .seconds(5))
        var desk = LegacyStreamTests.connected { $0.faults = FaultPlan([fault]) }
        _ = try LegacyStreamTests.join(&desk, "open_orders")
        desk.send(Self.resting)
        desk.pass(.seconds(5))
        #expect(
            desk.frames(Self.one).last { $0["feed"]?.string == "open_orders" }?["reason"]?.string == "dead_man_switch")
    }

    @Test func maintenanceComesAndGoes() throws {
        let fault = Fault(.maintenance, at: Desk.start + .seconds(5), lasting: .seconds(10))
        var desk = Desk { $0.faults = FaultPlan([fault]) }
        _ = desk.exchange.open(Self.one, path: "/v2", at: desk.now)
        let id = desk.send(Self.resting)["order_id"]?.string ?? ""
        desk.pass(.seconds(5))
        #expect(desk.call(.post, "sendorder", Self.market)["error"]?.string == "Unavailable")
        #expect(desk.call(.post, "cancelorder", "order_id=\(id)")["error"]?.string == "Unavailable")
        desk.pass(.seconds(10))
        #expect(desk.send(Self.market)["status"]?.string == "placed")
        let states = desk.frames(Self.one).filter { $0["channel"]?.string == "status" }
            .compactMap { $0["data"]?[0]["system"]?.string }
        #expect(states == ["online", "maintenance", "online"])
    }

    @Test func cancelOnlyAndPostOnlyPeriods() {
        var desk = Self.desk(Self.fault(.cancelOnly, lasting: .seconds(10)))
        #expect(desk.send(Self.market)["status"]?.string == "marketSuspended")
        #expect(desk.call(.post, "cancelallorders")["result"]?.string == "success")
        desk.pass(.seconds(10))
        #expect(desk.send(Self.market)["status"]?.string == "placed")
        desk = Self.desk(Self.fault(.postOnly, lasting: .seconds(10)))
        #expect(desk.send(Self.market)["status"]?.string == "marketIsPostOnly")
        #expect(desk.get("/derivatives/api/v3/tickers/PF_XBTUSD")[["ticker", "postOnly"]].bool == true)
    }

    @Test func instrumentChange() {
        var desk = Desk()
        func margin() -> String? {
            desk.get("/derivatives/api/v3/instruments")[["instruments"]][0][["marginLevels"]][0]["initialMargin"]?
                .digits
        }
        #expect(margin() == "0.02")
        desk = Self.desk(Self.fault(.instrumentChange))
        #expect(margin() == "0.04")
        desk.send(Self.market)
        let state = desk.exchange.accounts[0].venue
        let cost = state.openCost(0).cost
        #expect(state.account.initialMargin == cost.times(.basisPoints(400), .up))
    }

    @Test func delisting() {
        let fault = Fault(.delisting, at: Desk.start + .seconds(5), symbol: "PF_ETHUSD")
        var desk = Desk { $0.faults = FaultPlan([fault]) }
        desk.send("orderType=mkt&symbol=PF_ETHUSD&side=buy&size=0.1")
        desk.send("orderType=lmt&symbol=PF_ETHUSD&side=buy&size=0.1&limitPrice=100")
        desk.pass(.seconds(5))
        #expect(desk.call(.get, "openpositions")["openPositions"]?.array?.isEmpty == true)
        #expect(desk.call(.get, "openorders")["openOrders"]?.array?.isEmpty == true)
        #expect(
            desk.call(.post, "sendorder", "orderType=mkt&symbol=PF_ETHUSD&side=buy&size=0.1")["error"]?.string
                == "contractNotFound")
        #expect(desk.get("/derivatives/api/v3/instruments")["instruments"]?.array?.count == 1)
    }

    // MARK: On the Unified WebSocket

    @Test func unifiedAnswersAreLostToo() throws {
        let fault = Fault(.answerLost, at: Desk.start)
        var desk = Desk { $0.faults = FaultPlan([fault]) }
        _ = desk.exchange.open(Self.one, path: "/v2/private", at: desk.now)
        let token = SpotTests.token(&desk, nonce: "1")[["result", "token"]].string ?? ""
        _ = desk.frames(Self.one)
        desk.tell(
            Self.one,
            #"{"method":"add_order","params":{"asset_class":"derivatives","symbol":"PF_XBTUSD","side":"buy","#
                + #""order_type":"market","order_qty":0.01,"token":"\#(token)"},"req_id":1}"#)
        #expect(desk.frames(Self.one).isEmpty)
        #expect(fills(&desk) == 1)
    }

    // MARK: Plans

    @Test func plansAreReadOrDrawn() throws {
        let text =
            #"{"faults":[{"kind":"answer_lost","after_ms":2000,"count":2},{"kind":"maintenance","lasting_ms":500}]}"#
        let plan = try FaultPlan(Array(text.utf8), start: Desk.start)
        #expect(plan.faults.map(\.kind) == [.maintenance, .answerLost])
        #expect(plan.faults[1].at == Desk.start + .seconds(2))
        #expect(
            throws: FaultError(
                "fault 1: 'knd' is no field of a fault; it has kind, at, after_ms, count, lasting_ms, delay_ms, account, symbol, path, quantity"
            )
        ) {
            try FaultPlan(Array(#"[{"kind":"maintenance","knd":1}]"#.utf8), start: Desk.start)
        }
        let drawn = FaultPlan(
            seed: 3, kinds: Fault.Kind.allCases, every: .seconds(10), from: Desk.start, for: .minutes(30))
        #expect(drawn.faults.count > 120)
        #expect(
            drawn
                == FaultPlan(
                    seed: 3, kinds: Fault.Kind.allCases, every: .seconds(10), from: Desk.start, for: .minutes(30)))
    }

    /// Every kind at once, for a while: nothing traps, and the books still agree.
    @Test func aStormLeavesTheBooksRight() throws {
        let kinds = Fault.Kind.allCases.filter { $0 != .delisting && $0 != .instrumentChange }
        var desk = LegacyStreamTests.connected {
            $0.faults = FaultPlan(seed: 5, kinds: kinds, every: .seconds(5), from: Desk.start, for: .minutes(20))
            $0.step = .seconds(5)
        }
        for round in 0..<150 {
            desk.pass(.seconds(7))
            let side = round % 3 == 0 ? "sell" : "buy"
            desk.send("orderType=mkt&symbol=PF_XBTUSD&side=\(side)&size=0.01")
            desk.send("orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=\(30_000 + round)")
            if round % 10 == 0 { _ = desk.call(.post, "cancelallorders") }
            _ = desk.exchange.takeOutbox()
            let account = desk.exchange.accounts[0]
            #expect(account.cash == account.venue.balance)
            #expect(Set(account.open.map(\.id)) == Set(account.venue.openOrders.map(\.id)))
        }
        #expect(desk.exchange.faults.strikes.count > 15)
    }
}
