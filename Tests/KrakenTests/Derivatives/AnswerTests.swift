import Kraken
import Market
import Testing
import Venue
import Wire

struct AnswerTests {
    static func answer<Content: WireObject>(
        _ text: String, as _: Content.Type = Content.self, status: Int = 200, headers: [HTTPHeader] = []
    ) throws -> Content {
        try Derivatives.Reply<Content>(HTTPResponse(status: status, headers: headers, body: Array(text.utf8))).content
    }

    @Test func marketOrderIsPlacedAndExecuted() throws {
        let answer: Derivatives.SendAnswer = try Self.answer(
            """
            {"result":"success","sendStatus":{"order_id":"67d3a732","status":"placed",
            "receivedTime":"2023-04-08T11:59:23.887Z","orderEvents":[{"executionId":"495aae73",
            "price":1869.175,"amount":5,"orderPriorEdit":null,"orderPriorExecution":{"orderId":"67d3a732",
            "cliOrdId":null,"type":"ioc","symbol":"pi_ethusd","side":"buy","quantity":5,"filled":0,"limitPrice":1887.85,
            "reduceOnly":false,"timestamp":"2023-04-08T11:59:23.887Z","lastUpdateTimestamp":"2023-04-08T11:59:23.887Z"},
            "takerReducedQuantity":null,"type":"EXECUTION"}]},"serverTime":"2023-04-08T11:59:23.888Z"}
            """)
        #expect(answer.outcome.status == .known(.placed))
        #expect(answer.outcome.status.group == .ok)
        guard case .executed(let id, let price, let quantity, let order, nil) = answer.outcome.events.first else {
            Issue.record("\(answer.outcome.events)")
            return
        }
        #expect(id == "495aae73")
        #expect(price.description == "1869.175")
        #expect(quantity == Quantity(5))
        #expect(order.instrument.description == "PI_ETHUSD")
        #expect(order.clientID == nil)
        #expect(order.type == .known(.immediateOrCancel))
    }

    @Test func refusalInsideSuccess() throws {
        let answer: Derivatives.SendAnswer = try Self.answer(
            #"{"result":"success","sendStatus":{"status":"postWouldExecute","orderEvents":[]}}"#)
        #expect(answer.outcome.status.group == .reprice)
        #expect(answer.outcome.status.word?.rejection == .postOnlyWouldTrade)
    }

    @Test func newStatusLeavesTheOutcomeUnknown() throws {
        let answer: Derivatives.SendAnswer = try Self.answer(
            #"{"result":"success","sendStatus":{"status":"somethingNew"}}"#)
        #expect(answer.outcome.status == .unrecognised("somethingNew"))
        #expect(answer.outcome.status.group == .unknownOutcome)
    }

    @Test func missingFieldIsNamed() throws {
        let error = #expect(throws: DerivativesError.self) {
            try Self.answer(#"{"result":"success","fills":[{"fill_id":"a"}]}"#, as: Derivatives.Fills.self)
        }
        guard case .unreadable(let problem, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.field == "fills.order_id")
        #expect(problem.problem == .missing)
    }

    @Test(arguments: [
        (
            #"{"result":"error","error":"authenticationError","serverTime":"2026-09-25T17:54:01.754Z"}"#,
            DerivativesError.refused(.known(.authenticationError), detail: nil)
        ),
        (
            #"{"result":"error","error":"invalidArgument: symbol"}"#,
            .refused(.known(.invalidArgument), detail: "symbol")
        ),
        (#"{"result":"error","error":"newTrouble"}"#, .refused(.unrecognised("newTrouble"), detail: nil)),
        (
            #"{"status":"BAD_REQUEST","result":"error","errors":[{"code":11,"message":"Argument invalid: symbol"}]}"#,
            .failed(status: "BAD_REQUEST", [.init(code: 11, message: "Argument invalid: symbol")])
        ),
    ]) func errorShapes(text: String, expected: DerivativesError) {
        #expect(throws: expected) { try Self.answer(text, as: Derivatives.Tickers.self) }
    }

    @Test func plainTextKeepsItsWordsAndItsWait() throws {
        #expect(throws: DerivativesError.plainText(status: 400, "Invalid resolution", retryAfter: nil)) {
            try Self.answer("Invalid resolution", as: Derivatives.Chart.self, status: 400)
        }
        let limit = HTTPHeader("rate-limit-reset", "42")
        #expect(throws: DerivativesError.plainText(status: 429, "", retryAfter: .seconds(42))) {
            try Self.answer("", as: Derivatives.HistoryPage.self, status: 429, headers: [limit])
        }
    }

    @Test func onlyAnswersThatLeaveDoubtMayHaveTakenEffect() {
        #expect(DerivativesError.plainText(status: 503, "", retryAfter: nil).mayHaveTakenEffect)
        #expect(!DerivativesError.plainText(status: 429, "", retryAfter: nil).mayHaveTakenEffect)
        #expect(DerivativesError.refused(.known(.unavailable), detail: nil).mayHaveTakenEffect)
        #expect(DerivativesError.refused(.unrecognised("x"), detail: nil).mayHaveTakenEffect)
        #expect(!DerivativesError.refused(.known(.apiLimitExceeded), detail: nil).mayHaveTakenEffect)
        #expect(!DerivativesError.failed(status: "BAD_REQUEST", []).mayHaveTakenEffect)
        #expect(DerivativesError.failed(status: "INTERNAL_SERVER_ERROR", []).mayHaveTakenEffect)
    }

    @Test func excerptShowsNoSecret() throws {
        let key = String(repeating: "AbCd0123+/", count: 6)
        let error = #expect(throws: DerivativesError.self) {
            try Self.answer(#"{"api_key":"\#(key)","tickers":7 oops}"#, as: Derivatives.Tickers.self)
        }
        let text = try #require(error).description
        #expect(!text.contains("AbCd"))
        #expect(text.contains("tickers"))
    }

    @Test func disarmedSwitchHasNoTrigger() throws {
        let answer: Derivatives.CancelAfterAnswer = try Self.answer(
            #"{"result":"success","status":{"currentTime":"2023-04-04T17:14:34.076Z","triggerTime":"0"}}"#)
        #expect(answer.trigger == nil)
        #expect(answer.now == Timestamp(milliseconds: 1_680_628_474_076))
    }

    @Test func oneUnreadableRowHidesNoOther() throws {
        let answer: Derivatives.Tickers = try Self.answer(
            """
            {"tickers":[{"symbol":"OF_XBTUSD_261225_1000000_C","last":1},{"symbol":"PF_XBTUSD","last":"84001.5",
            "lastTime":"2026-09-25T17:43:59Z","fundingRate":-3.995839963e-09},{"symbol":"PF_ETHUSD","last":1e30}]}
            """)
        #expect(answer.tickers.map(\.instrument.description) == ["PF_XBTUSD"])
        #expect(answer.tickers[0].absoluteFunding == Rate(raw: -3996))
        #expect(answer.unreadable.map(\.entry) == ["OF_XBTUSD_261225_1000000_C", "PF_ETHUSD"])
        #expect(answer.unreadable.map(\.problem.field) == ["symbol", "last"])
    }

    @Test func everyFormOfTimeIsRead() throws {
        for (text, milliseconds) in [
            (#""2024-05-03T13:15:34.1Z""#, 1_714_742_134_100), (#""2025-09-24T08:00:00Z""#, 1_758_700_800_000),
            ("1790359997224", 1_790_359_997_224), (#""1790359997224""#, 1_790_359_997_224),
            (#""2019-07-11T13: 00: 27.632Z""#, 1_562_850_027_632),
            (#""2022-06-13T08:09:10.7890123""#, 1_655_107_750_789),
            (#""2022-06-13T08:09:10+00:00""#, 1_655_107_750_000),
        ] {
            let row = try Derivatives.FundingRow(
                bytes: Array(#"{"timestamp":\#(text),"fundingRate":1,"relativeFundingRate":"1e-5"}"#.utf8))
            #expect(row.time.milliseconds == milliseconds, "\(text)")
            #expect(row.relative == Rate(raw: 10_000_000))
        }
    }

    @Test func withdrawalRightIsSeen() throws {
        let full: Derivatives.KeyCheck = try Self.answer(
            #"{"result":"success","permissions":{"general":"FULL_ACCESS","withdrawal":"FULL_ACCESS"}}"#)
        #expect(full.canWithdraw)
        let trade: Derivatives.KeyCheck = try Self.answer(
            #"{"result":"success","permissions":{"general":"FULL_ACCESS","withdrawal":"NO_ACCESS"}}"#)
        #expect(!trade.canWithdraw)
        #expect(throws: DerivativesError.self) {
            try Self.answer(#"{"result":"success"}"#, as: Derivatives.KeyCheck.self)
        }
    }
}
