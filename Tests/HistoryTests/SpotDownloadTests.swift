import CandleFiles
import History
import Kraken
import Market
import Synchronization
import TestSupport
import Testing
import Wire

@Suite struct SpotDownloadTests {
    static let start = Timestamp(seconds: 1_700_000_040)

    func pair() throws -> SpotPair { try #require(SpotPair("BTC/USD")) }

    func download(
        _ exchange: FakeKraken, _ folder: ScratchFolder, from: Timestamp? = start
    ) async throws -> DownloadReport {
        var runner = HistoryRunner(exchange)
        return try await runner.downloadSpot(try pair(), .m1, from: from, into: folder.path) { _, _ in }
    }

    func stored(_ folder: ScratchFolder) throws -> [Candle] {
        Array(try CandleFile.read(path: folder.path + "/btcusd_kraken_spot_1m.csv.gz"))
    }

    func truth(_ exchange: FakeKraken) -> [Candle] {
        exchange.state.withLock { state in
            FakeKraken.bars(state.trades.filter { $0.time <= state.now }, .m1, until: state.now).map(\.candle)
        }
    }

    func isWhole(_ folder: ScratchFolder, _ exchange: FakeKraken) throws -> Bool {
        try stored(folder) == truth(exchange)
    }

    @Test func tradesAndCandlesJoinWithoutAGap() async throws {
        let trades = FakeKraken.randomTrades(9_000, from: Self.start, seed: 1)
        let exchange = FakeKraken(now: try #require(trades.last).time, trades: trades)
        let folder = try ScratchFolder()
        let report = try await download(exchange, folder)
        let candles = try stored(folder)
        #expect(try isWhole(folder, exchange))
        #expect(report.added == candles.count && report.rows == candles.count)
        #expect(report.holes.isEmpty && report.differing.isEmpty)
        #expect(report.compared > 0)
        #expect(report.requests > 3)
        let times = exchange.state.withLock { $0.requestTimes }
        for (earlier, later) in zip(times, times.dropFirst()) { #expect(later - earlier >= .seconds(1)) }
    }

    @Test func aSecondRunFetchesOnlyWhatIsNew() async throws {
        let trades = FakeKraken.randomTrades(9_000, from: Self.start, seed: 2)
        let exchange = FakeKraken(now: trades[8_000].time, trades: trades)
        let folder = try ScratchFolder()
        let first = try await download(exchange, folder)
        let again = try await download(exchange, folder)
        #expect(again.added <= 1)
        #expect(again.requests == 1)
        exchange.state.withLock { $0.now = trades[8_999].time }
        let later = try await download(exchange, folder)
        #expect(later.requests < first.requests / 2)
        #expect(try isWhole(folder, exchange))
    }

    /// Broken off after any number of requests, as often as one likes: the result is the same.
    @Test(arguments: 0..<12) func interruptionsLeaveNoTrace(seed: Int) async throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let trades = FakeKraken.randomTrades(6_000, from: Self.start, seed: 100 + UInt64(seed))
        let exchange = FakeKraken(now: trades[4_000].time, trades: trades)
        let folder = try ScratchFolder()
        var failures = 0
        for _ in 0..<4 {
            exchange.state.withLock {
                $0.failsFrom = $0.requests.count + Int.random(in: 1...4, using: &generator)
                $0.now = $0.now + .minutes(Int64.random(in: 0...300, using: &generator))
            }
            do {
                _ = try await download(exchange, folder)
            } catch let error as HistoryError {
                guard case .noAnswer = error else { throw error }
                failures += 1
            }
        }
        exchange.state.withLock {
            $0.failsFrom = .max
            $0.now = max($0.now, trades[5_999].time)
        }
        let report = try await download(exchange, folder)
        #expect(failures > 0)
        #expect(report.differing.isEmpty && report.holes.isEmpty)
        #expect(try isWhole(folder, exchange))
    }

    @Test func passingFailuresAreWaitedOut() async throws {
        let trades = FakeKraken.randomTrades(3_000, from: Self.start, seed: 3)
        let exchange = FakeKraken(now: try #require(trades.last).time, trades: trades)
        let tooMany = HTTPResponse(status: 200, body: Array(#"{"error":["EGeneral:Too many requests"]}"#.utf8))
        exchange.state.withLock {
            $0.faults = [
                1: tooMany, 2: HTTPResponse(status: 502, body: Array("<html>".utf8)),
                3: HTTPResponse(status: 200, body: Array(#"{"error":[],"result":{"X":[["#.utf8)),
            ]
            $0.lostRequest = 5
        }
        let folder = try ScratchFolder()
        _ = try await download(exchange, folder)
        #expect(try isWhole(folder, exchange))
        let times = exchange.state.withLock { $0.requestTimes }
        #expect(exchange.state.withLock { $0.troubles.count } == 4)
        #expect(times[1] - times[0] >= .seconds(2))
        #expect(times[2] - times[1] >= .seconds(4))
        #expect(times[3] - times[2] >= .seconds(8))
    }

    @Test func aRefusalForGoodEndsAtOnce() async throws {
        let exchange = FakeKraken(now: Self.start + .days(1))
        exchange.state.withLock {
            $0.faults = [1: HTTPResponse(status: 200, body: Array(#"{"error":["EQuery:Unknown asset pair"]}"#.utf8))]
        }
        let folder = try ScratchFolder()
        await #expect(throws: HistoryError.refused("EQuery:Unknown asset pair")) {
            try await download(exchange, folder)
        }
        #expect(exchange.requestCount == 1)
    }

    @Test func missingTradesAreAskedForTwiceAndNamed() async throws {
        let trades = FakeKraken.randomTrades(3_000, from: Self.start, seed: 4)
        let exchange = FakeKraken(now: try #require(trades.last).time, trades: trades)
        exchange.state.withLock { $0.withheld = [7_100, 7_101, 8_000] }
        let folder = try ScratchFolder()
        let report = try await download(exchange, folder)
        #expect(report.holes.map(\.after) == [7_099, 7_999])
        #expect(report.holes.map(\.before) == [7_102, 8_001])
    }

    @Test func candlesThatDisagreeAreNamed() async throws {
        let trades = FakeKraken.randomTrades(6_000, from: Self.start, seed: 5)
        let exchange = FakeKraken(now: try #require(trades.last).time, trades: trades)
        exchange.state.withLock { $0.isHonest = false }
        let folder = try ScratchFolder()
        let report = try await download(exchange, folder)
        #expect(report.differing.count == 1)
        #expect(report.compared > 10)
    }

    @Test func withoutAStartTheLatestCandlesAreTaken() async throws {
        let trades = FakeKraken.randomTrades(5_000, from: Self.start, seed: 6)
        let exchange = FakeKraken(now: try #require(trades.last).time, trades: trades)
        let folder = try ScratchFolder()
        let report = try await download(exchange, folder, from: nil)
        #expect(report.requests == 1)
        #expect(report.added == 720)
        let isLatest = try stored(folder) == truth(exchange).suffix(720)
        #expect(isLatest)
    }

    @Test func aMarketWithoutTradesEnds() async throws {
        let exchange = FakeKraken(now: Self.start + .days(30))
        let folder = try ScratchFolder()
        let report = try await download(exchange, folder)
        #expect(report.added == 0)
        #expect(report.requests <= 3)
    }

    @Test func aTradeToComeIsNotBelieved() async throws {
        let exchange = FakeKraken(now: Self.start + .days(1))
        let trade = SpotTrade(
            id: 1, time: Self.start + .days(400), price: Price(1), quantity: SpotQuantity(1), taker: .buyer,
            kind: .limit)
        let page = SpotTradesRequest.Answer(pair: "X", trades: [trade], last: trade.time)
        exchange.state.withLock {
            $0.faults = [1: HTTPResponse(status: 200, body: SpotEnvelope(result: page).bytes)]
        }
        let folder = try ScratchFolder()
        await #expect(throws: HistoryError.self) { try await download(exchange, folder) }
    }
}
