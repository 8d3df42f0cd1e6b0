import CandleFiles
import History
import Kraken
import Market
import Synchronization
import TestSupport
import Testing
import Venue
import Wire

@Suite struct DerivativesDownloadTests {
    @Test func chartsArePagedAndTheFormingCandleIsLeft() async throws {
        let pair = try #require(SpotPair("ETH/USD"))
        let id = try #require(InstrumentID("PF_ETHUSD"))
        let chart = Array(randomCandles(5_000, seed: 4, timeframe: .m1))
        let exchange = FakeKraken(now: chart[4_000].openTime + .seconds(30))
        exchange.state.withLock { $0.chart = chart }
        let folder = try ScratchFolder()
        var runner = HistoryRunner(exchange)
        let first = try await runner.downloadChart(
            pair, id, .mark, .m1, from: chart[0].openTime, into: folder.path
        ) { _, _ in }
        #expect(first.added == 4_000)
        #expect(first.requests == 3)
        exchange.state.withLock { $0.now = chart[4_999].openTime + .minutes(2) }
        let second = try await runner.downloadChart(
            pair, id, .mark, .m1, from: chart[0].openTime, into: folder.path
        ) { _, _ in }
        #expect(second.added == 1_000)
        #expect(second.requests == 1)
        #expect(Array(try CandleFile.read(path: second.file)) == chart)
        #expect(second.file.hasSuffix("/ethusd_kraken_perp_mark_1m.csv.gz"))
    }

    @Test func fundingIsStoredAtTheEndOfItsHour() async throws {
        let pair = try #require(SpotPair("BTC/USD"))
        let id = try #require(InstrumentID("PF_XBTUSD"))
        let start = Timestamp(seconds: 1_700_002_800)
        func row(_ hour: Int64) -> Derivatives.FundingRow {
            Derivatives.FundingRow(
                time: start + .hours(hour), absolute: Rate(raw: 1_000_000 * hour),
                relative: Rate(raw: 10_000_000 - hour))
        }
        let exchange = FakeKraken(now: start + .hours(3) + .minutes(5))
        exchange.state.withLock { $0.funding = (0..<4).map { row($0) } }
        let folder = try ScratchFolder()
        var runner = HistoryRunner(exchange)
        let first = try await runner.downloadFunding(pair, id, into: folder.path)
        // The fourth hour is not over.
        #expect(first.added == 3)
        exchange.state.withLock {
            $0.now = start + .hours(6)
            $0.funding = (1..<6).map { row($0) }
        }
        let second = try await runner.downloadFunding(pair, id, into: folder.path)
        #expect(second.added == 3)
        let settlements = try CandleFile.readFunding(path: second.file)
        #expect(settlements.map(\.time) == (1...6).map { start + .hours($0) })
        #expect(settlements.map(\.rate) == (0..<6).map { Rate(raw: 10_000_000 - $0) })
    }

    @Test func progressIsEstimatedFromWhatIsDone() throws {
        let start = Timestamp(seconds: 1_000_000)
        let now = start + .hours(10)
        var progress = ProgressEstimate(from: start, startedAt: now)
        #expect(progress.remaining(at: now) == nil)
        progress.advance(to: start + .hours(1))
        progress.advance(to: start + .hours(2))
        let later = now + .seconds(10)
        #expect(progress.rate(at: later) == 0.2)
        #expect(abs(progress.share(at: later) - 0.2) < 0.001)
        let left = try #require(progress.remaining(at: later))
        #expect(left > .seconds(39) && left < .seconds(41))
    }
}
