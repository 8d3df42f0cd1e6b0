import Foundation
import Journal
import Market
import Operations
import Risk
import Strategy
import TestSupport
import Testing
import Trading
import Venue

@testable import Sessions

/// A journal on disk, gone on with, played again, put away.
@Suite struct JournalFileTests {
    private static let pair = SpotPair("BTC/USD")!
    private static let id = InstrumentID("PF_XBTUSD")!
    private static let start = Timestamp(seconds: 1_700_000_000)

    private static func instrument() throws -> Instrument {
        let level = MarginSchedule.Level(notional: .zero, initial: .basisPoints(200), maintenance: .basisPoints(100))
        return Instrument(
            id: id, pair: pair, tick: Price(1), lot: try Quantity("0.0001"), minimum: try Quantity("0.0001"),
            maximumPosition: Quantity(1_000), margin: try #require(MarginSchedule(levels: [level])),
            fees: FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5)), fundingCap: .basisPoints(25))
    }

    private static func header(_ settings: [String] = ["a=1"]) -> JournalHeader {
        JournalHeader(
            mode: "live", account: "main", venue: "kraken", settings: settings, pairs: [pair], opened: start)
    }

    static let maker: TraderMaker.ForHeader = { _ in
        TraderMaker(base: .m1) { terms in
            try Trader(
                parameters: TradingParameters(),
                risk: RiskParameters(
                    leverageCap: Rate(3), slippage: SlippageAssumption(entry: .basisPoints(2), exit: .basisPoints(5))),
                markets: terms.map { TradedMarket(instrument: $0, base: .m1, strategy: EMACross(pair: $0.pair)) })
        }
    }

    /// A session that saw one candle and one account, and was halted.
    private static func write(_ path: String, _ settings: [String] = ["a=1"]) throws {
        var past = Past(maker)
        let journal = try JournalFile(path) { _ = try past.take($0) }
        let candle = Candle(
            openTime: start, open: Price(100), high: Price(101), low: Price(99), close: Price(100), volume: 1)
        let facts: [Event.Fact] = [
            .instrumentListed(try instrument()), .candleRemembered(pair, .m1, candle), .permitted(.open),
            .commanded(.halt(reason: "a test")),
        ]
        for record in [JournalRecord.opened(header(settings))] { try append(record, journal, &past) }
        for fact in facts {
            try append(.event(Event(time: start, received: start + .minutes(1), fact: fact)), journal, &past)
        }
        try journal.sync()
    }

    private static func append(_ record: JournalRecord, _ journal: JournalFile, _ past: inout Past) throws {
        journal.append(record)
        if let outcome = try past.take(record), !outcome.isEmpty { journal.append(.outcome(OutcomeBytes.of(outcome))) }
    }

    @Test func isPlayedToTheSameAnswers() throws {
        let place = try Workplace()
        let path = place.path + "/journal"
        try Self.write(path)
        let findings = try Replay.run(try JournalFile.contents(path), Self.maker)
        #expect(findings.events == 4)
        #expect(findings.outcomes == 1)
        #expect(findings.tail == .clean)
    }

    /// Another core would have answered otherwise: the first difference is named.
    @Test func aDifferentAnswerIsFound() throws {
        let place = try Workplace()
        let path = place.path + "/journal"
        let journal = try JournalFile(path) { _ in }
        var past = Past(Self.maker)
        try Self.append(.opened(Self.header()), journal, &past)
        try Self.append(
            .event(Event(time: Self.start, received: Self.start, fact: .instrumentListed(try Self.instrument()))),
            journal,
            &past)
        journal.append(.event(Event(time: Self.start, received: Self.start, fact: .commanded(.halt(reason: "x")))))
        journal.append(.outcome([1, 2, 3]))
        try journal.sync()
        let difference = #expect(throws: Replay.Difference.self) {
            try Replay.run(try JournalFile.contents(path), Self.maker)
        }
        #expect(difference?.record == 4)
    }

    @Test func aTornTailIsCutAndGoneOnFrom() throws {
        let place = try Workplace()
        let path = place.path + "/journal"
        try Self.write(path)
        let whole = try JournalFile.contents(path)
        for cut in [1, 5, 20] {
            try Data(whole.dropLast(cut)).write(to: URL(filePath: path))
            var records = 0
            let journal = try JournalFile(path) { _ in records += 1 }
            #expect(records == 5)
            journal.append(.remark(Self.start, name: "on", detail: ""))
            try journal.sync()
            var again = 0
            _ = try JournalFile(path) { _ in again += 1 }
            #expect(again == 6)
        }
    }

    @Test func otherSettingsPutItAwayWhenNothingIsHeld() throws {
        let place = try Workplace()
        let files = StateFiles(place.path)
        try Self.write(files.journal)
        let brought = try BroughtJournal(files, for: Self.header(["a=2"]), Self.maker, nil)
        #expect(brought.recovered == nil)
        #expect(brought.carried != nil)
        #expect(brought.note?.contains("journal-") == true)
        #expect(FileManager.default.fileExists(atPath: files.archive(Self.start)))
        let same = try BroughtJournal(files, for: Self.header(["a=2"]), Self.maker, nil)
        #expect(same.carried == nil)
    }

    @Test func aReleaseWithoutASessionIsInTheJournalToo() throws {
        let place = try Workplace()
        let folder = try StateFolder(place.path + "/d")
        try Self.write(folder.files.journal)
        try SafetyFile(folder.files.safety).write(.halted(.operatorCommand), detail: "a test")
        try OfflineRelease.perform(
            folder, operatorName: "Ann", reason: "looked", at: Self.start + .hours(1), maker: Self.maker)
        #expect(SafetyFile.peek(folder.files.safety) == .ready)
        var past = Past(Self.maker)
        _ = try JournalFile(folder.files.journal) { _ = try past.take($0) }
        #expect(past.trader?.safety == .ready)
        let findings = try Replay.run(try JournalFile.contents(folder.files.journal), Self.maker)
        #expect(findings.outcomes == 2)
    }
}
