import Kraken
import Market
import TestSupport
import Testing
import Venue
import Wire

struct RequestTests {
    static let btc = InstrumentID("PF_XBTUSD")!

    @Test func orderTravelsAsItIsSigned() {
        var order = Derivatives.SendOrder(
            .limit, Self.btc, .long, size: Quantity(raw: 1000), limitPrice: Price(50_000), clientID: "demo-1")
        order.processBefore = Timestamp(milliseconds: 1_700_000_000_000)
        let request = Derivatives.Request.sendOrder(order)
        #expect(request.http.method == .post)
        #expect(request.http.path == "/derivatives/api/v3/sendorder")
        #expect(
            String(decoding: request.http.body, as: UTF8.self)
                == "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=0.001&limitPrice=50000&cliOrdId=demo-1"
                + "&reduceOnly=false&processBefore=2023-11-14T22%3A13%3A20.000Z")
    }

    @Test func readingParametersGoIntoTheQuery() {
        let fills = Derivatives.Request.fills(before: Timestamp(rfc3339: "2024-01-01T00:00:00Z"))
        #expect(fills.http.query == "lastFillTime=2024-01-01T00%3A00%3A00.000Z")
        #expect(fills.http.body.isEmpty)
        let history = Derivatives.Request.executionHistory(
            .init(since: Timestamp(milliseconds: 1_700_000_000_000), count: 100))
        #expect(history.http.path == "/api/history/v3/executions")
        #expect(history.http.query == "since=1700000000000&count=100")
        let chart = Derivatives.Request.charts(
            .init(.mark, Self.btc, .h1, from: Timestamp(seconds: 1_790_265_600)))
        #expect(chart.http.path == "/api/charts/v1/mark/PF_XBTUSD/1h")
        #expect(chart.http.query == "from=1790265600")
    }

    @Test func batchTravelsAsJSONInAForm() {
        let batch = Derivatives.BatchOrder([.cancel(.order("11111111-2222-3333-4444-555555555555"))])
        #expect(
            Derivatives.Request.batchOrder(batch).form.encoded
                == "json=%7B%22batchOrder%22%3A%5B%7B%22order%22%3A%22cancel%22%2C%22order_id%22%3A%22"
                + "11111111-2222-3333-4444-555555555555%22%7D%5D%7D")
    }

    @Test func theExchangeReadsWhatTheClientWrites() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let request = RandomMessages.request(&generator)
            #expect(try Derivatives.Request(request.http) == request)
        }
    }

    @Test func problemsHaveKrakensAnswers() {
        func problem(_ method: HTTPRequest.Method, _ path: String, _ text: String) -> DerivativesError? {
            do throws(Derivatives.RequestProblem) {
                _ = try Derivatives.Request(HTTPRequest(method, "/derivatives/api/v3/" + path, query: text))
                return nil
            } catch {
                return error.error
            }
        }
        #expect(
            problem(.get, "nothing", "") == .failed(status: "NOT_FOUND", [.init(code: 0, message: "404 NOT_FOUND")]))
        #expect(
            problem(.post, "sendorder", "orderType=lmt&symbol=PF_XBTUSD&side=buy")
                == .refused(.known(.requiredArgumentMissing), detail: "size"))
        #expect(
            problem(.post, "sendorder", "orderType=lmt&symbol=PF_XBTUSD&side=up&size=1")
                == .refused(.known(.invalidArgument), detail: "side"))
        #expect(
            problem(.post, "sendorder", "orderType=lmt&symbol=PF_XBTUSD&side=buy&size=1e")
                == .refused(.known(.invalidArgument), detail: "size"))
        #expect(problem(.post, "batchorder", "json=%7B") == .refused(.known(.jsonParseError), detail: nil))
    }

    @Test func costsFollowThePublishedTable() {
        #expect(Derivatives.Request.fills(before: nil).cost == .trading(2))
        #expect(Derivatives.Request.fills(before: Timestamp(seconds: 0)).cost == .trading(25))
        #expect(Derivatives.Request.cancelAllOrders(nil).cost == .trading(25))
        #expect(Derivatives.Request.accountLog(.init()).cost == .history(3))
        #expect(Derivatives.Request.accountLog(.init(count: 100_000)).cost == .history(10))
        #expect(Derivatives.Request.tickers.cost == .free)
    }
}
