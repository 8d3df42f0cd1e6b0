import Kraken
import Market
import TestSupport
import Testing
import Venue
import Wire

struct UnifiedTests {
    static let btc = InstrumentID("PF_XBTUSD")!

    static func frame(_ text: String) throws -> Unified.Frame { try .init(Array(text.utf8)) }
    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func stopOrderTravels() throws {
        let order = Unified.AddOrder(
            .stopLoss, Self.btc, .short, quantity: Quantity(raw: 10_000),
            trigger: .init(.index, Price(58_000)), reduceOnly: true, clientID: "6d1b345e-2821-40e2-ad83-4ecb18a06876",
            deadline: Timestamp(milliseconds: 1_797_328_805_000))
        let request = Unified.Request(.addOrder(order), token: Redacted("secret-token"), id: 21)
        #expect(
            Self.text(request.bytes)
                == #"{"method":"add_order","params":{"asset_class":"derivatives","symbol":"PF_XBTUSD","side":"sell","#
                + #""order_type":"stop-loss","order_qty":0.01,"triggers":{"reference":"index","price":58000,"#
                + #""price_type":"static"},"reduce_only":true,"cl_ord_id":"6d1b345e-2821-40e2-ad83-4ecb18a06876","#
                + #""deadline":"2026-12-15T10:00:05.000Z","token":"secret-token"},"req_id":21}"#)
        #expect(try Unified.Request(request.bytes) == request)
        #expect(!"\(request)".contains("secret-token"))
    }

    @Test func assetClassWhereItBelongs() {
        func text(_ subscription: Unified.Subscription) -> String {
            Self.text(Unified.Request(.subscribe(subscription), id: 7).bytes)
        }
        #expect(
            text(.book([Self.btc]))
                == #"{"method":"subscribe","params":{"channel":"book","asset_class":"derivatives","#
                + #""symbol":["PF_XBTUSD"],"depth":10,"snapshot":true},"req_id":7}"#)
        #expect(!text(.init(.ledgers)).contains("asset_class"))
        #expect(!text(.init(.balances)).contains("asset_class"))
        #expect(!text(.positionsWithMargin).contains("snapshot"))
        #expect(text(.executions).contains(#""snap_orders":true,"snap_trades":true"#))
    }

    @Test(arguments: [
        (
            #"{"method":"subscribe","params":{"channel":"ledgers","asset_class":"derivatives"},"req_id":1}"#,
            "'params.asset_class' is not valid for the ledgers channel"
        ),
        (
            #"{"method":"subscribe","params":{"channel":"margin","snapshot":true},"req_id":1}"#,
            "'params.snapshot' is not valid for the margin channel"
        ),
        (
            #"{"method":"add_order","params":{"symbol":"PF_XBTUSD","side":"buy"},"req_id":1}"#,
            "field 'order_type' is missing"
        ),
    ]) func badRequestsAreRefused(text: String, expected: String) {
        let problem = #expect(throws: Unified.RequestProblem.self) { try Unified.Request(Array(text.utf8)) }
        #expect(problem?.text == expected)
        #expect(problem?.id == 1)
    }

    @Test func onlyAPlainYesIsSuccess() throws {
        func outcome(_ text: String) throws -> Unified.Reply.Outcome? {
            guard case .reply(let reply) = try Self.frame(text) else { return nil }
            return reply.outcome
        }
        #expect(
            try outcome(#"{"method":"add_order","req_id":21,"error":"EOrder:Insufficient funds","success":false}"#)
                == .refused("EOrder:Insufficient funds"))
        #expect(try outcome(#"{"method":"add_order","req_id":21,"success":"true"}"#) == .refused(""))
        #expect(try outcome(#"{"method":"add_order","req_id":21}"#) == .refused(""))
        guard
            case .accepted(let results) = try outcome(
                #"{"method":"amend_order","result":{"amend_id":"","cl_ord_id":"2c6b"},"success":true}"#)
        else {
            Issue.record("not accepted")
            return
        }
        #expect(results.orders == [.init(clientID: "2c6b", amendID: "")])
    }

    @Test func unknownMembersAreKept() throws {
        guard
            case .ticker(_, let tickers) = try Self.frame(
                #"{"channel":"ticker","type":"snapshot","data":[{"symbol":"PF_XBTUSD","bid":84001.0,"mark_price":84004.5,"#
                    + #""relative_funding_rate":1.5e-5,"surprise":{"a":[1]}}]}"#)
        else {
            Issue.record("no ticker")
            return
        }
        let ticker = try #require(tickers.first)
        #expect(ticker.bid == Price(84_001))
        #expect(ticker.mark?.description == "84004.5")
        #expect(ticker.relativeFunding == Rate(raw: 15_000_000))
        #expect(ticker.extra.map(\.name) == ["mark_price", "relative_funding_rate", "surprise"])
    }

    @Test func tooLargeIsNotFlat() throws {
        for text in [
            #"{"channel":"positions","type":"snapshot","data":{"futures":[],"options":[],"error":"snapshot_too_large"}}"#,
            #"{"channel":"positions","type":"snapshot","error":"snapshot_too_large"}"#,
        ] {
            guard case .positions(_, let positions) = try Self.frame(text) else {
                Issue.record("no positions")
                return
            }
            #expect(positions.error == "snapshot_too_large")
        }
        #expect(throws: WireError.missing("data.futures")) {
            try Self.frame(#"{"channel":"positions","type":"snapshot","data":{}}"#)
        }
    }

    @Test func positionUnderWhateverNames() throws {
        guard
            case .positions(.update, let positions) = try Self.frame(
                #"{"channel":"positions","type":"update","data":{"futures":[{"instrument":"PF_XBTUSD","size":-0.5,"#
                    + #""entry_price":61000.5,"liquidation_threshold":9572.8,"pnl":"-1.25"}],"options":[]}}"#)
        else {
            Issue.record("no positions")
            return
        }
        let position = try #require(positions.futures.first)
        #expect(position.instrument == Self.btc)
        #expect(position.size == Quantity(raw: -500_000))
        #expect(position.liquidationPrice?.description == "9572.8")
        #expect(position.profit == Money(raw: -125_000_000))
    }

    @Test func statusWarnsOfMaintenance() throws {
        guard
            case .status(let status) = try Self.frame(
                #"{"channel":"status","type":"update","data":[{"system":"cancel_only","api_version":"v2","#
                    + #""connection_id":13834774380200032777,"upcoming_maintenance":[{"phase":"imminent_5m","#
                    + #""services":["futures_trading"]}],"emergency":[]}]}"#)
        else {
            Issue.record("no status")
            return
        }
        #expect(status.system == .known(.cancelOnly))
        #expect(status.connectionID == "13834774380200032777")
        #expect(status.mentions("imminent_5m"))
        #expect(status.mentions("futures_trading"))
        #expect(!status.mentions("futures_ws"))
    }

    @Test func framesRoundTrip() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let frame = RandomUnified.frame(&generator)
            #expect(try Unified.Frame(frame.bytes) == frame)
        }
    }

    @Test func requestsRoundTrip() throws {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<500 {
            let request = RandomUnified.request(&generator)
            #expect(try Unified.Request(request.bytes) == request)
        }
    }
}
