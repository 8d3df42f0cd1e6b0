import Kraken
import Market
import TestSupport
import Testing
import Venue
import Wire

/// Every recorded and documented REST answer is read, and what is read is written and read again without loss.
@Suite(.enabled(if: RecordedFrames.isPresent, "needs ../shared/fixtures"))
struct AnswerFixtureTests {
    /// Which answer a file holds, by the start of its name.
    static let kinds: [(prefix: String, check: @Sendable (HTTPResponse) throws -> Void)] = [
        ("rest_account_log", roundTrip(Derivatives.AccountLog.self)),
        ("rest_accounts", roundTrip(Derivatives.Accounts.self)),
        ("rest_batchorder", roundTrip(Derivatives.BatchAnswer.self)),
        ("rest_cancelallordersafter", roundTrip(Derivatives.CancelAfterAnswer.self)),
        ("rest_cancelallorders", roundTrip(Derivatives.CancelAllAnswer.self)),
        ("rest_cancelorder", roundTrip(Derivatives.CancelAnswer.self)),
        ("rest_charts", roundTrip(Derivatives.Chart.self)),
        ("rest_editorder", roundTrip(Derivatives.EditAnswer.self)),
        ("rest_error", refused),
        ("rest_feeschedules", roundTrip(Derivatives.Done.self)),
        ("rest_fills", roundTrip(Derivatives.Fills.self)),
        ("rest_historical_funding_rates", roundTrip(Derivatives.FundingRates.self)),
        ("rest_history_market", roundTrip(Derivatives.HistoryPage.self)),
        ("rest_history_orders", roundTrip(Derivatives.HistoryPage.self)),
        ("rest_history_triggers", roundTrip(Derivatives.HistoryPage.self)),
        ("rest_history_PI", roundTrip(Derivatives.PublicTrades.self)),
        ("rest_instruments_status", roundTrip(Derivatives.InstrumentStatuses.self)),
        ("rest_instruments", roundTrip(Derivatives.Instruments.self)),
        ("rest_leveragepreferences", roundTrip(Derivatives.LeveragePreferences.self)),
        ("rest_openorders", roundTrip(Derivatives.OpenOrders.self)),
        ("rest_openpositions", roundTrip(Derivatives.OpenPositions.self)),
        ("rest_orderbook", roundTrip(Derivatives.OrderBook.self)),
        ("rest_sendorder", roundTrip(Derivatives.SendAnswer.self)),
        ("rest_tickers", roundTrip(Derivatives.Tickers.self)),
        ("rest_unwindqueue", roundTrip(Derivatives.Done.self)),
    ]

    @Test(arguments: ["futures", "futures/doc-sample"])
    func everyAnswerIsRead(folder: String) throws {
        let files = try RecordedFrames.files(folder, prefix: "rest_")
        #expect(files.count > 5)
        for file in files {
            let kind = try #require(Self.kinds.first { file.name.hasPrefix($0.prefix) }, "no kind for \(file.name)")
            do {
                try kind.check(HTTPResponse(status: 200, body: file.bytes))
            } catch {
                Issue.record("\(file.name): \(error)")
            }
        }
    }

    private static func roundTrip<Content: WireObject>(_: Content.Type) -> @Sendable (HTTPResponse) throws -> Void {
        { response in
            let reply = try Derivatives.Reply<Content>(response)
            let again = try Derivatives.Reply<Content>(reply.response)
            // Wallets that are not read are named but not written.
            if !(reply.content is Derivatives.Accounts) { #expect(again == reply) }
            #expect(again.serverTime == reply.serverTime)
            #expect(again.response == reply.response)
            if let list = reply.content as? Derivatives.Instruments { #expect(list.unreadable == []) }
            if let list = reply.content as? Derivatives.Tickers { #expect(list.unreadable == []) }
        }
    }

    private static let refused: @Sendable (HTTPResponse) throws -> Void = { response in
        let error = #expect(throws: DerivativesError.self) {
            try Derivatives.Reply<Derivatives.Tickers>(response)
        }
        let known = try #require(error)
        let again = known.response(serverTime: Timestamp(seconds: 0))
        #expect(throws: known) { try Derivatives.Reply<Derivatives.Tickers>(again) }
    }
}
