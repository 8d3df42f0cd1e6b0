import Exchange
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

/// Whole paper sessions: the program as it runs, on the public feeds of a local exchange.
@Suite struct PaperSessionTests {
    /// What the account at the venue is, and what is on its way to it.
    private struct Books: Hashable {
        let balance: Money?
        let orders: [Order]
        let positions: [String]
        let underWay: [VenueCommand]

        init(_ gateway: PaperGateway?) {
            balance = gateway?.account?.balance
            orders = gateway?.openOrders ?? []
            positions = (gateway?.positions ?? []).map {
                "\($0.instrument) \($0.side) \($0.quantity) \($0.entryPrice?.description ?? "")"
            }
            underWay = gateway?.commandsUnderWay ?? []
        }
    }

    @Test(arguments: Surface.allCases)
    func aSessionTradesProtectsAndCloses(surface: Surface) throws {
        var stage = try Stage(surface == .unified ? .unified : .derivatives)
        var broken = 0
        stage.run(until: stage.plan.start + .hours(3)) { stage in
            if stage.runtime.trader?.brokenInvariants().isEmpty == false { broken += 1 }
        }
        #expect(broken == 0)
        #expect(stage.runtime.phase == .ready)
        #expect(stage.trades.count > 1)
        #expect(stage.privateActions == 0)
        #expect(stage.alerts.filter { $0.severity > .info && !$0.text.contains("no funding rate is told") } == [])
        check(stage)
    }

    /// What must be so after any session, however often it died.
    private func check(_ stage: Stage) {
        let fills = stage.fills
        #expect(Set(fills.map(\.id)).count == fills.count)
        // Whatever the venue booked was told, and told once.
        let totals = stage.gateway?.totals
        #expect(fills.reduce(Money.zero) { $0 + $1.fee } == totals?.fees)
        #expect(UInt64(fills.count) == totals.map { UInt64($0.fills) })
        #expect(
            stage.events.reduce(Money.zero) { sum, event in
                if case .venue(.funding(let payment)) = event.fact { sum + payment.amount } else { sum }
            } == totals?.funding)
        // The trader believes what the venue holds.
        let held = stage.gateway?.positions ?? []
        #expect(stage.runtime.trader?.openPositions.map(\.quantity) == held.map(\.quantity))
        #expect(stage.runtime.trader?.brokenInvariants() == [])
        for position in held {
            let stops = stage.gateway?.openOrders.filter { $0.instrument == position.instrument && $0.role == .stop }
            #expect(stops?.first.map { $0.quantity >= position.quantity } == true)
        }
        checkPrices(stage)
        guard held.isEmpty else { return }
        let results = stage.trades.reduce(Money.zero) { $0 + $1.net }
        #expect(stage.gateway?.account?.balance == stage.plan.settings[AccountSettings.equity] + results)
    }

    /// No fill is better than the quote that it met; without a book it is worse, by the assumed slippage.
    private func checkPrices(_ stage: Stage) {
        let paysMore = stage.plan.surface == .unified
        var quotes: [InstrumentID: Tick] = [:]
        for event in stage.events {
            switch event.fact {
            case .ticked(let tick): quotes[tick.instrument] = tick
            case .venue(.filled(let fill)):
                guard let quote = quotes[fill.instrument] else {
                    Issue.record("a fill without a quote")
                    continue
                }
                switch (fill.liquidity, fill.side) {
                case (.taker, .long): #expect(paysMore ? fill.price > quote.ask : fill.price >= quote.ask)
                case (.taker, .short): #expect(paysMore ? fill.price < quote.bid : fill.price <= quote.bid)
                case (.maker, .long): #expect(fill.price > quote.bid)
                case (.maker, .short): #expect(fill.price < quote.ask)
                }
            case .candleClosed, .candleRemembered, .candlesForgotten, .venue, .instrumentListed, .clock, .commanded,
                .safetyRestored, .carriedOver, .permitted:
                break
            }
        }
    }

    /// The account that a journal makes is the account that was, after every input.
    @Test func theJournalMakesTheSameAccountAtEveryPoint() throws {
        var stage = try Stage(.derivatives)
        var past = stage.plan.past
        var recovery = stage.plan.recovery
        var taken = 0
        var differences = 0
        stage.run(until: stage.plan.start + .hours(4)) { stage in
            for line in stage.journal[taken...] {
                if case .event(let event) = line.record {
                    do { try recovery.take(event) } catch { Issue.record(error) }
                    past.take(line.record, recovery.lastOutcome)
                } else {
                    past.take(line.record, nil)
                }
            }
            taken = stage.journal.count
            if Books(past.gateway) != Books(stage.gateway) { differences += 1 }
        }
        #expect(differences == 0)
        #expect(stage.fills.count > 3)
    }

    /// Dead between any two effects around an entry, its fill and its stop, and then perhaps again while it starts.
    @Test func aSessionThatDiesGoesOnWithItsAccount() throws {
        let plan = Stage.Plan.derivatives
        var scout = try Stage(plan)
        var ordered: (time: Timestamp, effects: Int)?
        var filled: Int?
        scout.run(until: plan.start + .hours(3)) { stage in
            if ordered == nil, stage.gateway?.commandsUnderWay.isEmpty == false { ordered = (stage.now, stage.effects) }
            if filled == nil, stage.gateway?.positions.isEmpty == false { filled = stage.effects }
        }
        let (time, first) = try #require(ordered)
        let last = try #require(filled)
        var base = try Stage(plan)
        base.run(until: time - .seconds(1))
        for number in 0..<12 {
            var stage = base
            stage.diesAt = first - 8 + (last - first + 30) * number / 12
            stage.run(until: time + .minutes(10))
            #expect(stage.isDead)
            try stage.restart()
            if number % 3 == 0 {
                stage.diesAt = stage.effects + 20 + number
                stage.run(until: stage.now + .minutes(1))
                if stage.isDead { try stage.restart() }
            }
            stage.run(until: stage.now + .minutes(2))
            #expect(stage.runtime.phase == .ready, "died at \(number)")
            check(stage)
        }
    }

    @Test func whileTheFeedIsSilentNothingFills() throws {
        let plan = Stage.Plan.derivatives
        var stage = try Stage(plan)
        stage.run(until: plan.start + .hours(3))
        stage.silentUntil = stage.now + .minutes(10)
        let (before, orders) = (stage.fills.count, stage.journal.count)
        stage.run(until: stage.now + .minutes(10) - .seconds(6))
        #expect(stage.fills.count == before)
        #expect(stage.journal.count > orders)
        guard case .hold = stage.runtime.phase else {
            Issue.record("\(stage.runtime.phase)")
            return
        }
        stage.run(until: stage.now + .minutes(20))
        #expect(stage.runtime.phase == .ready)
        check(stage)
    }

    @Test func theSameFeedsMakeTheSameJournal() throws {
        func head() throws -> String {
            var stage = try Stage(.derivatives)
            stage.run(until: stage.plan.start + .hours(1))
            var writer = JournalWriter()
            var bytes: [UInt8] = []
            for line in stage.journal {
                writer.append(line.record, into: &bytes)
                if let outcome = line.outcome { writer.append(.outcome(OutcomeBytes.of(outcome)), into: &bytes) }
            }
            return writer.head
        }
        #expect(try head() == head())
    }
}
