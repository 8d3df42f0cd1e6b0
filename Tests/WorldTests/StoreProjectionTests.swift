import Journal
import Market
import Storage
import Testing
import Trading
import Venue

@testable import World

/// The rows of a whole night of trading are what the journal says, to the last unit.
@Suite struct StoreProjectionTests {
    @Test func rowsAddUpToTheBooks() throws {
        var world = try Scenario.demo(days: 1).world(seed: 1)
        world.run(until: world.now + .hours(8))
        var replay = JournalReplay(world.program)
        var (played, running) = (Projector(base: .m1), Projector(base: .m1))
        var (rows, live): ([StoredRow], [StoredRow]) = ([], [])
        var reader = try JournalReader(world.disk.file)
        var number = 0
        var trades: [Trade] = []
        var last: Outcome?
        while let record = try reader.next() {
            number += 1
            try replay.take(record)
            var outcome: Outcome?
            if case .event = record { outcome = replay.lastOutcome }
            played.take(record, outcome, number: number, into: &rows)
            // A running session tells the answer with the record of the answer.
            if case .outcome = record {
                running.take(record, last, number: number, into: &live)
            } else {
                running.take(record, nil, number: number, into: &live)
            }
            last = outcome
            for case .closed(let trade) in outcome?.notes ?? [] { trades.append(trade) }
        }
        #expect(rows == live, "played again or running: the same rows")
        func of(_ table: StoreTable) -> [[String: SQLValue]] {
            rows.filter { $0.table == table }.map { row in
                Dictionary(uniqueKeysWithValues: zip(table.columns.dropFirst().map(\.name), row.values))
            }
        }
        func sum(_ table: StoreTable, _ column: String) -> Int64 {
            of(table).reduce(0) { $0 + ($1[column]?.integer ?? 0) }
        }
        #expect(trades.count > 1 && of(.trades).count == trades.count)
        #expect(sum(.trades, "net") == trades.reduce(Money.zero) { $0 + $1.net }.raw)
        #expect(sum(.funding, "amount") == replay.funding.raw)
        #expect(of(.fills).count == replay.fills)
        let cash = of(.fills).reduce(Money.zero) { cash, fill in
            let price = Price(raw: fill["price"]?.integer ?? 0)
            let notional = price.notional(of: Quantity(raw: fill["quantity"]?.integer ?? 0), .nearestEven)
            let fee = Money(raw: fill["fee"]?.integer ?? 0)
            return cash + (fill["side"] == .text("long") ? -notional : notional) - fee
        }
        #expect(cash == replay.cash)
        #expect(Set(of(.orders).compactMap { $0["order_id"]?.text }) == replay.placed)
        #expect(of(.candles).count >= 900)
        // Each place in the journal once.
        let keys = rows.filter { $0.table.isOfJournal }.map { [.text($0.table.name)] + $0.values.prefix(3) }
        #expect(Set(keys).count == keys.count)
    }
}
