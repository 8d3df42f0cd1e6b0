import Foundation
import History
import Kraken
import Market
import Synchronization
import TestSupport
import Venue
import Wire

/// An exchange in memory with a clock that moves when somebody waits: Spot trades and candles, charts and funding.
final class FakeKraken: HistoryWorld {
    struct Lost: Error {}

    struct State {
        var now: Timestamp
        var trades: [SpotTrade]
        var requests: [HTTPRequest] = []
        var requestTimes: [Timestamp] = []
        /// Answers to give instead, by number of the request.
        var faults: [Int: HTTPResponse] = [:]
        var lostRequest: Int?
        /// Everything fails from this request on.
        var failsFrom = Int.max
        var pageSize = 1000
        /// Trades left out of pages.
        var withheld: Set<Int64> = []
        var chart: [Candle] = []
        var chartPage = 2000
        var funding: [Derivatives.FundingRow] = []
        var isHonest = true
        var troubles: [String] = []
    }

    let state: Mutex<State>

    init(now: Timestamp, trades: [SpotTrade] = []) { state = Mutex(State(now: now, trades: trades)) }

    var now: Timestamp { state.withLock { $0.now } }
    var requestCount: Int { state.withLock { $0.requests.count } }

    func noticed(_ trouble: String) { state.withLock { $0.troubles.append(trouble) } }

    func sleep(_ interval: Interval) async throws { state.withLock { $0.now = $0.now + interval } }

    func send(_ request: HTTPRequest, to host: HistoryHost) async throws -> HTTPResponse {
        try state.withLock { state in
            state.requests.append(request)
            state.requestTimes.append(state.now)
            state.now = state.now + .milliseconds(50)
            let number = state.requests.count
            if number >= state.failsFrom { throw Lost() }
            if number == state.lostRequest { throw Lost() }
            if let fault = state.faults[number] { return fault }
            return Self.answer(request, state)
        }
    }

    private static func answer(_ request: HTTPRequest, _ state: State) -> HTTPResponse {
        let query = FormText(encoded: request.query.utf8) ?? FormText()
        switch request.path {
        case SpotTradesRequest.path:
            guard let trades = SpotTradesRequest(query: query) else { return HTTPResponse(status: 400) }
            let since = trades.since ?? .distantPast
            let page = state.trades.filter {
                $0.time > since && $0.time <= state.now && !state.withheld.contains($0.id)
            }.prefix(1000)
            let answer = SpotTradesRequest.Answer(pair: "X", trades: Array(page), last: page.last?.time ?? since)
            return HTTPResponse(status: 200, body: SpotEnvelope(result: answer).bytes)
        case SpotOHLCRequest.path:
            guard let candles = SpotOHLCRequest(query: query) else { return HTTPResponse(status: 400) }
            var bars = Self.bars(state.trades.filter { $0.time <= state.now }, candles.interval, until: state.now)
            bars = bars.suffix(720)
            if !state.isHonest, !bars.isEmpty { bars[0].volume += 1 }
            let last = bars.last?.openTime ?? Timestamp(seconds: 0)
            let forming = bars.last.map { SpotBar.flat(at: $0.openTime + candles.interval.interval, price: $0.close) }
            let answer = SpotOHLCRequest.Answer(pair: "X", bars: bars + (forming.map { [$0] } ?? []), last: last)
            return HTTPResponse(status: 200, body: SpotEnvelope(result: answer).bytes)
        case let path where path.hasPrefix("/api/charts/v1/"):
            let from = Timestamp(seconds: Int64(query["from"] ?? "0") ?? 0)
            let rows = state.chart.filter { $0.openTime >= from && $0.openTime <= state.now }
            let page = rows.prefix(state.chartPage).map {
                Derivatives.ChartCandle(
                    time: $0.openTime, open: $0.open, high: $0.high, low: $0.low, close: $0.close, volume: $0.volume)
            }
            return Derivatives.Reply(
                Derivatives.Chart(page, hasMore: rows.count > page.count), serverTime: nil
            ).response
        case "/derivatives/api/v3/historical-funding-rates":
            return Derivatives.Reply(Derivatives.FundingRates(state.funding), serverTime: state.now).response
        default: return HTTPResponse(status: 404)
        }
    }

    /// All finished bars, as the exchange makes them.
    static func bars(_ trades: [SpotTrade], _ interval: SpotInterval, until now: Timestamp) -> [SpotBar] {
        var builder = TradeBars(interval: interval, priceDecimals: 1)
        return trades.flatMap { builder.add($0) } + builder.close(until: now)
    }

    /// Trades of about two a minute with silences and shared times, ids without a hole.
    static func randomTrades(_ count: Int, from start: Timestamp, seed: UInt64) -> [SpotTrade] {
        var generator = SeededGenerator(seed: seed)
        var time = start
        var price = 50_000
        return (0..<count).map { index in
            if Int.random(in: 0..<4, using: &generator) > 0 {
                let seconds = Int.random(in: 0..<50, using: &generator) == 0 ? 900 : 60
                time = time + .milliseconds(Int64.random(in: 1...Int64(seconds) * 1000, using: &generator))
            }
            price += Int.random(in: -20...20, using: &generator)
            return SpotTrade(
                id: 7_000 + Int64(index), time: time, price: Price(price),
                quantity: SpotQuantity(raw: Int64.random(in: 1...900_000_000, using: &generator)), taker: .buyer,
                kind: .market)
        }
    }
}

/// A folder that is gone after the test.
final class ScratchFolder {
    let path = NSTemporaryDirectory() + "trident-history-\(UInt64.random(in: 0...UInt64.max))"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}
