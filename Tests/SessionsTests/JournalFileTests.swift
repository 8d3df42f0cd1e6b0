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

    private static func redact(_ folder: StateFolder, _ name: String, _ kind: RedactedContent.Kind) throws -> [Int] {
        try JournalRedaction.redact(name, in: folder) { _, record in
            switch record {
            case .remark: kind == .remark
            case .event: kind == .event
            case .outcome: kind == .outcome
            case .opened, .redacted: false
            }
        }.map(\.record)
    }

    /// A remark that is taken out changes nothing; an event or an answer of the journal to go on from stays.
    @Test func remarksCanBeTakenOutOfTheJournalToGoOnFrom() throws {
        let place = try Workplace()
        let folder = try StateFolder(place.path + "/d")
        try Self.write(folder.files.journal)
        do {
            let journal = try JournalFile(folder.files.journal) { _ in }
            journal.append(.remark(Self.start, name: "note", detail: "a secret"))
            try journal.sync()
        }
        let before = try JournalFile.contents(folder.files.journal)
        for kind in [RedactedContent.Kind.event, .outcome] {
            #expect(throws: StateError.self) { try Self.redact(folder, "journal", kind) }
            #expect(try JournalFile.contents(folder.files.journal) == before)
        }
        #expect(try Self.redact(folder, "journal", .remark) == [7])
        let after = try JournalFile.contents(folder.files.journal)
        #expect(!String(decoding: after, as: UTF8.self).contains("secret"))
        #expect(try Replay.run(after, Self.maker).redacted == 1)
        let brought = try BroughtJournal(folder.files, for: Self.header(), Self.maker, nil)
        #expect(brought.journal.count == 7)
        #expect(throws: StateError.self) { try Self.redact(folder, "../d/journal", .remark) }
        #expect(throws: StateError.self) { try Self.redact(folder, "safety", .remark) }
    }

    /// Without an event nothing behind it is played, gone on from, or believed; without an answer the rest still is.
    @Test func whatIsMissingIsNeverPlayedOver() throws {
        let place = try Workplace()
        let folder = try StateFolder(place.path + "/d")
        let archive = folder.files.archive(Self.start)
        try Self.write(archive)
        #expect(try Self.redact(folder, "journal-\(Self.start.seconds)", .outcome).count == 1)
        let findings = try Replay.run(try JournalFile.contents(archive), Self.maker)
        #expect(findings.events == 4)
        #expect(findings.outcomes == 0)
        #expect(findings.redacted == 1)
        #expect(try Self.redact(folder, "journal-\(Self.start.seconds)", .event).count == 4)
        #expect(throws: StateError.self) { try Replay.run(try JournalFile.contents(archive), Self.maker) }
        try FileManager.default.moveItem(atPath: archive, toPath: folder.files.journal)
        #expect(throws: StateError.self) { try BroughtJournal(folder.files, for: Self.header(), Self.maker, nil) }
    }

    @Test func archivesAreKeptForTheirTime() throws {
        let place = try Workplace()
        let files = StateFiles(place.path)
        let day = Interval.days(1)
        func names() throws -> [String] {
            try StateFolder.names(in: place.path).filter { $0.hasPrefix("journal-") }
        }
        for age in [500, 450, 401, 400, 10] as [Int64] {
            let begun = Self.start - Interval(nanoseconds: day.nanoseconds * age)
            try Data().write(to: URL(filePath: files.archive(begun)))
        }
        try Data().write(to: URL(filePath: place.path + "/journal-notes"))
        // Those of 500 and 450 days ended 450 and 401 days ago; that of 401 ended 400 days ago, which is not more.
        #expect(ArchiveRetention.prune(files, keep: .days(400), at: Self.start).count == 2)
        #expect(try names().count == 4)
        #expect(ArchiveRetention.prune(files, keep: .days(400), at: Self.start).isEmpty)
        // The newest is never removed, and a journal that is put away prunes.
        try Self.write(files.journal)
        let later = JournalHeader(
            mode: "live", account: "main", venue: "kraken", settings: ["a=2"], pairs: [Self.pair],
            opened: Self.start + .days(5_000))
        let brought = try BroughtJournal(files, for: later, Self.maker, nil, keepArchives: .days(400))
        #expect(brought.removed.count == 3)
        #expect(try names() == ["journal-\(Self.start.seconds)", "journal-notes"])
    }
}
