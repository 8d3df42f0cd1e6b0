import Kraken
import Market
import Testing
import Wire

@testable import KrakenServer

@Suite struct LegacyStreamTests {
    static let one = ConnectionID(1)
    static let two = ConnectionID(2)

    static func connected(_ change: (inout LocalExchangeConfiguration) -> Void = { _ in }) -> Desk {
        var desk = Desk(change)
        _ = desk.exchange.open(one, path: "/ws/v1", at: desk.now)
        return desk
    }

    /// Subscribes to a private feed with a fresh challenge and returns the frames that came.
    static func join(_ desk: inout Desk, _ feed: String, _ connection: ConnectionID = one) throws -> [JSONValue] {
        let keys = desk.exchange.setups[0].keys
        desk.tell(connection, #"{"event":"challenge","api_key":"\#(keys.futuresKey)"}"#)
        let challenge = try #require(desk.frames(connection).last?["message"]?.string)
        let signed = keys.futuresSigner?.challenge(challenge) ?? ""
        desk.tell(
            connection,
            #"{"event":"subscribe","feed":"\#(feed)","api_key":"\#(keys.futuresKey)","#
                + #""original_challenge":"\#(challenge)","signed_challenge":"\#(signed)"}"#)
        return desk.frames(connection)
    }

    @Test func greetsAndAcknowledgesEachProduct() {
        var desk = Self.connected()
        #expect(desk.frames(Self.one).map(\.bytes) == [Array(#"{"event":"info","version":1}"#.utf8)])
        desk.tell(Self.one, #"{"event":"subscribe","feed":"ticker","product_ids":["PF_XBTUSD","PF_ETHUSD","PF_NO"]}"#)
        let frames = desk.frames(Self.one)
        #expect(frames.filter { $0["event"]?.string == "subscribed" }.count == 2)
        #expect(frames.contains { $0["message"]?.string == "Couldn't subscribe to invalid product `PF_NO`" })
        desk.pass(.seconds(10))
        let tickers = desk.frames(Self.one).filter { $0["feed"]?.string == "ticker" }
        #expect(tickers.count == 20, "one a second for each product")
        #expect(desk.exchange.open(ConnectionID(9), path: "/nothing", at: desk.now) == false)
        for bad in [#"{"event":"ping"}"#, "{", "\u{ff}"] {
            desk.tell(Self.one, bad)
            #expect(desk.frames(Self.one).last?["message"]?.string == "Bad websocket message")
        }
        desk.tell(Self.one, #"{"event":"subscribe","feed":"nonsense"}"#)
        #expect(desk.frames(Self.one).last?["message"]?.string == "Couldn't subscribe to invalid feed")
    }

    /// The book of a listener that applies every delta is the book that the exchange shows, and no number is skipped.
    @Test func bookDeltasRebuildTheBook() throws {
        var desk = Self.connected()
        desk.tell(Self.one, #"{"event":"subscribe","feed":"book","product_ids":["PF_XBTUSD"]}"#)
        let first = try #require(desk.frames(Self.one).first { $0["feed"]?.string == "book_snapshot" })
        var sequence = try #require(first["seq"]?.integer)
        var sides: [String: [String: String]] = ["buy": [:], "sell": [:]]
        for (side, name) in [("buy", "bids"), ("sell", "asks")] {
            for level in first[name]?.array ?? [] {
                sides[side]?[level["price"]?.digits ?? ""] = level["qty"]?.digits
            }
        }
        desk.pass(.minutes(3))
        let deltas = desk.frames(Self.one)
        #expect(deltas.count > 300)
        for delta in deltas {
            sequence += 1
            #expect(delta["seq"]?.integer == sequence)
            let quantity = delta["qty"]?.digits ?? ""
            sides[delta["side"]?.string ?? ""]?[delta["price"]?.digits ?? ""] = quantity == "0" ? nil : quantity
        }
        let book = desk.get("/derivatives/api/v3/orderbook", "symbol=PF_XBTUSD")["orderBook"] ?? .null
        for (side, name) in [("buy", "bids"), ("sell", "asks")] {
            var shown: [String: String] = [:]
            for level in book[name]?.array ?? [] { shown[level[0].digits ?? ""] = level[1].digits }
            #expect(shown == sides[side])
        }
    }

    @Test func tradesAreContiguousAndShared() throws {
        var desk = Self.connected()
        _ = desk.exchange.open(Self.two, path: "/ws/v1", at: desk.now)
        for connection in [Self.one, Self.two] {
            desk.tell(connection, #"{"event":"subscribe","feed":"trade","product_ids":["PF_ETHUSD"]}"#)
        }
        _ = desk.exchange.takeOutbox()
        desk.pass(.seconds(30))
        let items = desk.exchange.takeOutbox()
        let texts = items.compactMap { item -> (ConnectionID, [UInt8])? in
            if case .text(let connection, let bytes) = item { (connection, bytes) } else { nil }
        }
        #expect(texts.filter { $0.0 == Self.one }.map(\.1) == texts.filter { $0.0 == Self.two }.map(\.1))
        let numbers = try texts.filter { $0.0 == Self.one }.map { try #require(try JSONValue($0.1)["seq"]?.integer) }
        #expect(numbers.count >= 25)
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 + 1 == $1 })
    }

    @Test func privateFeedsTellAnOrdersLife() throws {
        var desk = Self.connected()
        for feed in ["open_orders", "fills", "open_positions", "balances", "account_log"] {
            let frames = try Self.join(&desk, feed)
            #expect(frames.first?["event"]?.string == "subscribed")
            #expect(frames.count == 2, "acknowledgement and snapshot of \(feed)")
        }
        let placed = desk.send("orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.01&limitPrice=1000&cliOrdId=mine")
        var frames = desk.frames(Self.one)
        #expect(frames.map { $0["reason"]?.string } == ["new_placed_order_by_user"])
        #expect(frames[0][["order", "order_id"]] == placed["order_id"])
        #expect(frames[0][["order", "qty"]].digits == "0.01")
        _ = desk.call(.post, "cancelorder", "cliOrdId=mine")
        frames = desk.frames(Self.one)
        #expect(frames[0]["is_cancel"]?.bool == true)
        #expect(frames[0]["reason"]?.string == "cancelled_by_user")
        desk.send("orderType=mkt&symbol=PF_XBTUSD&side=sell&size=0.02")
        frames = desk.frames(Self.one)
        let fill = try #require(frames.first { $0["feed"]?.string == "fills" }?[["fills"]][0])
        let price: Price = try #require(fill["price"]?.amount())
        let fee: Money = try #require(fill["fee_paid"]?.amount())
        #expect(fee == price.notional(of: Quantity(raw: 20_000), .nearestEven).times(.basisPoints(5), .up))
        let position = try #require(frames.last { $0["feed"]?.string == "open_positions" }?[["positions"]][0])
        #expect(position["balance"]?.digits == "-0.02")
        #expect(
            frames.filter { $0["feed"]?.string == "account_log" }.count == 2, "a leg of dollars, a leg of contracts")
        desk.send("orderType=mkt&symbol=PF_XBTUSD&side=buy&size=0.02&reduceOnly=true")
        frames = desk.frames(Self.one)
        #expect(frames.last { $0["feed"]?.string == "open_positions" }?["positions"]?.array?.isEmpty == true)
    }

    @Test func challengesBelongToTheirConnection() throws {
        var desk = Self.connected()
        _ = desk.exchange.open(Self.two, path: "/ws/v1", at: desk.now)
        let keys = desk.exchange.setups[0].keys
        desk.tell(Self.one, #"{"event":"challenge","api_key":"\#(keys.futuresKey)"}"#)
        let challenge = try #require(desk.frames(Self.one).last?["message"]?.string)
        let signed = keys.futuresSigner?.challenge(challenge) ?? ""
        let request =
            #"{"event":"subscribe","feed":"fills","api_key":"\#(keys.futuresKey)","#
            + #""original_challenge":"\#(challenge)","signed_challenge":"\#(signed)"}"#
        desk.tell(Self.two, request)
        #expect(desk.frames(Self.two).last?["message"]?.string == "Failed to subscribe to authenticated feed")
        desk.tell(Self.one, request)
        #expect(desk.frames(Self.one).first?["event"]?.string == "subscribed")
    }

    @Test func heartbeatsComeByThemselves() {
        var desk = Self.connected()
        desk.tell(Self.one, #"{"event":"subscribe","feed":"heartbeat"}"#)
        desk.pass(.seconds(5))
        #expect(desk.frames(Self.one).filter { $0["feed"]?.string == "heartbeat" }.count >= 5)
        desk.exchange.close(Self.one)
        desk.pass(.seconds(5))
        #expect(desk.exchange.takeOutbox().isEmpty)
    }
}
