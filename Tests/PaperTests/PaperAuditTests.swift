import Journal
import Kraken
import Market
import Operations
import TestSupport
import Testing
import Trading
import TridentConfiguration
import Venue

@testable import Paper

/// A record that was changed, cut, reordered or made with other settings is found, and where.
@Suite struct PaperAuditTests {
    /// A session in which a trade was opened and closed, as a journal.
    private static let stage: Stage = {
        var stage = try! Stage(.derivatives)
        stage.run(until: Stage.Plan.derivatives.start + .hours(2))
        return stage
    }()

    private static func journal(_ lines: some Sequence<Stage.Line>) -> (bytes: [UInt8], head: String) {
        var writer = JournalWriter()
        var bytes = JournalWriter.start
        for line in lines {
            writer.append(line.record, into: &bytes)
            if let outcome = line.outcome { writer.append(.outcome(OutcomeBytes.of(outcome)), into: &bytes) }
        }
        return (bytes, writer.head)
    }

    private static let whole = journal(stage.journal)

    private func audit(
        settings: [String]? = nil, pairs: [SpotPair]? = nil, venue: String = "local"
    ) -> PaperAudit {
        let plan = Self.stage.plan
        let subject = PaperAudit.Subject(
            settings: settings ?? plan.header.settings, pairs: pairs ?? plan.pairs, venue: venue)
        return PaperAudit(for: subject) { _ in (plan.recovery, plan.past) }
    }

    @Test func aJournalThatHoldsIsAddedUp() throws {
        var audit = audit()
        #expect(try audit.take(Self.whole.bytes) == nil)
        #expect(audit.record.trades == Self.stage.trades.count)
        #expect(audit.record.trades > 0)
        #expect(audit.record.net == Self.stage.trades.reduce(Money.zero) { $0 + $1.net })
        #expect(audit.record.running > .minutes(110))
        #expect(audit.record.breaches == [])
    }

    @Test func whatWasMadeOtherwiseDoesNotCount() throws {
        let settings = Self.stage.plan.header.settings
        let changed = settings.dropLast() + ["costs.impact=0.5"]
        for (audit, why) in [
            (audit(settings: Array(changed)), "settings"), (audit(pairs: [Self.stage.plan.pairs[0]]), "symbols"),
            (audit(venue: "kraken"), "prices came from local"),
        ] {
            var audit = audit
            #expect(try audit.take(Self.whole.bytes)?.contains(why) == true)
            #expect(audit.record.trades == 0)
            #expect(audit.record.running == .zero)
        }
        var audit = audit(settings: settings.reversed())
        #expect(try audit.take(Self.whole.bytes) == nil)
    }

    /// The chain finds it wherever it stands.
    @Test func everyChangedByteIsFound() throws {
        let short = Self.journal(Self.stage.journal.prefix(60)).bytes
        var intact = audit()
        #expect(try intact.take(short) == nil)
        var random = SeededGenerator(seed: 5)
        for place in short.indices {
            // Each read takes its time: all of the first and the last bytes, and a sample between them.
            guard place < 600 || Int.random(in: 0..<40, using: &random) == 0 || place > short.count - 200 else {
                continue
            }
            var damaged = short
            damaged[place] ^= UInt8.random(in: 1...255, using: &random)
            var audit = audit()
            #expect(throws: (any Error).self, "byte \(place)") { try audit.take(damaged) }
        }
    }

    @Test func whatIsCutInsideARecordIsFound() throws {
        let short = Self.journal(Self.stage.journal.prefix(10)).bytes
        let last = Self.journal(Self.stage.journal.prefix(9)).bytes.count
        // A length's first bytes are zeros, like the room behind a journal's end: up to there it is cut between records.
        for end in last + 4..<short.count {
            var audit = audit()
            #expect(throws: PaperAudit.Doubt.self) { try audit.take(Array(short[..<end])) }
        }
    }

    @Test func recordsInAnotherOrderAreFound() throws {
        let ends = (1...12).map { Self.journal(Self.stage.journal.prefix($0)).bytes.count }
        let bytes = Self.whole.bytes
        for (first, second) in zip(ends, ends.dropFirst()).map({ ($0, $1) }).dropLast() {
            let third = ends[(ends.firstIndex(of: second) ?? 0) + 1]
            var audit = audit()
            let swapped = bytes[..<first] + bytes[second..<third] + bytes[first..<second] + bytes[third...]
            #expect(throws: JournalError.self) { try audit.take(Array(swapped)) }
            let missing = bytes[..<first] + bytes[second...]
            #expect(throws: JournalError.self) { try audit.take(Array(missing)) }
            let twice = bytes[..<second] + bytes[first...]
            #expect(throws: JournalError.self) { try audit.take(Array(twice)) }
        }
    }

    /// With a chain that holds: somebody has written the journal anew.
    @Test func whatWasWrittenAnewIsFoundByBeingPlayed() throws {
        let lines = Self.stage.journal
        let fill = try #require(
            lines.firstIndex { line in
                if case .event(let event) = line.record, case .venue(.filled) = event.fact { true } else { false }
            })
        func refusal(_ change: (inout [Stage.Line]) -> Void) -> String {
            var changed = lines
            change(&changed)
            var audit = audit()
            do {
                _ = try audit.take(Self.journal(changed).bytes)
                return "none"
            } catch {
                return "\(error)"
            }
        }
        #expect(refusal { _ in } == "none")
        // A better price: the simulated exchange never said so.
        let better = refusal { lines in
            guard case .event(let event) = lines[fill].record, case .venue(.filled(let old)) = event.fact else {
                return
            }
            let price = Price(raw: old.side == .long ? old.price.raw - 1 : old.price.raw + 1)
            let new = Fill(
                id: old.id, order: old.order, instrument: old.instrument, side: old.side, quantity: old.quantity,
                price: price, fee: old.fee, liquidity: old.liquidity, cause: old.cause, time: old.time)
            lines[fill] = Stage.Line(
                record: .event(Event(time: event.time, received: event.received, fact: .venue(.filled(new)))),
                outcome: lines[fill].outcome)
        }
        #expect(better.contains("the simulated exchange never said") || better.contains("answers otherwise"))
        #expect(refusal { $0.remove(at: fill) } != "none")
        let silent = refusal { $0[fill] = Stage.Line(record: $0[fill].record, outcome: nil) }
        #expect(silent.contains("answer to the event before is missing"))
        #expect(refusal { $0.removeFirst() }.contains("does not begin with its header"))
        let left = try #require(RedactedContent(of: lines[fill].record))
        #expect(refusal { $0[fill] = Stage.Line(record: .redacted(left), outcome: nil) }.contains("taken out"))
    }

    @Test func aJournalThatWasPutAwayMustBeThereUnchanged() throws {
        let header = Stage.Line(record: .opened(Self.stage.plan.header), outcome: nil)
        func next(after head: String) -> [UInt8] {
            let remark = JournalRecord.remark(
                Self.stage.now, name: "continues", detail: "state/journal-1 with its chain at \(head)")
            return Self.journal([header, Stage.Line(record: remark, outcome: nil)]).bytes
        }
        var intact = audit()
        #expect(try intact.take(Self.whole.bytes) == nil)
        #expect(try intact.take(next(after: Self.whole.head)) == nil)
        #expect(intact.record.trades == Self.stage.trades.count)
        var missing = audit()
        #expect(throws: PaperAudit.Doubt.self) { try missing.take(next(after: Self.whole.head)) }
        var cut = audit()
        #expect(try cut.take(Self.journal(Self.stage.journal.dropLast()).bytes) == nil)
        #expect(throws: PaperAudit.Doubt.self) { try cut.take(next(after: Self.whole.head)) }
    }
}
