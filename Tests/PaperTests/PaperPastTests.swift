import Journal
import Kraken
import Market
import Risk
import Testing
import Trading
import Venue

@testable import Paper

/// What of a journal reaches the simulated exchange.
@Suite struct PaperPastTests {
    private var past: PaperPast {
        var past = PaperPast(equity: Money(10_000)) { equity in
            PaperGateway(Desk.configuration(.zero, equity), surface: .derivatives)
        }
        past.take(.opened(header), nil)
        for id in [bitcoin, ether] { past.take(event(.instrumentListed(terms(id))), Outcome()) }
        return past
    }

    private var header: JournalHeader {
        JournalHeader(
            mode: "paper", account: "main", venue: "local", settings: [], pairs: [terms().pair, terms(ether).pair],
            opened: Desk.start)
    }

    private func event(_ fact: Event.Fact, at time: Timestamp = Desk.start) -> JournalRecord {
        .event(Event(time: time, received: time, fact: fact))
    }

    private func ordering(reduceOnly: Bool) -> Outcome {
        var outcome = Outcome()
        outcome.commands.append(
            .place(
                Order(
                    id: OrderID(high: 1, low: reduceOnly ? 2 : 1), instrument: bitcoin, side: .long,
                    quantity: Quantity(1), kind: .market, reduceOnly: reduceOnly, role: .entry)))
        return outcome
    }

    @Test func entriesLeaveAReadySessionOnly() {
        var past = past
        past.take(event(.clock), ordering(reduceOnly: false))
        #expect(past.gateway.commandsUnderWay.isEmpty)
        past.take(event(.clock), ordering(reduceOnly: true))
        #expect(past.gateway.commandsUnderWay.count == 1)
        past.take(.remark(Desk.start, name: "phase", detail: "ready"), nil)
        past.take(event(.clock), ordering(reduceOnly: false))
        #expect(past.gateway.commandsUnderWay.count == 2)
        past.take(.remark(Desk.start, name: "phase", detail: "hold: the account was not compared for too long"), nil)
        past.take(event(.clock), ordering(reduceOnly: false))
        #expect(past.gateway.commandsUnderWay.count == 2)
        past.take(.remark(Desk.start, name: "phase", detail: "ready"), nil)
        past.take(.opened(header), nil)
        past.take(event(.clock), ordering(reduceOnly: false))
        #expect(past.gateway.commandsUnderWay.count == 2)
    }

    /// The crash took the fill from the journal: it is told at the next start, once, and a fill that is there is not.
    @Test func whatTheJournalLostIsToldAtTheNextStart() throws {
        var past = past
        past.take(event(.clock), ordering(reduceOnly: true))
        past.take(.remark(Desk.start, name: "phase", detail: "ready"), nil)
        past.take(event(.clock), ordering(reduceOnly: false))
        let time = Desk.start + .seconds(1)
        past.take(event(.ticked(Desk.tick(Price(50_000), at: time)), at: time), Outcome())
        var desk = Desk()
        desk.now = time
        desk.gateway = past.gateway
        desk.with { $0.start(at: $1, into: &$2) }
        let fill = try #require(desk.fills.first)
        #expect(desk.fills.count == 1)
        #expect(desk.alarms.isEmpty)

        past.take(event(.venue(.filled(fill)), at: time), Outcome())
        var again = Desk()
        again.now = time
        again.gateway = past.gateway
        again.with { $0.start(at: $1, into: &$2) }
        #expect(again.fills.isEmpty)
        #expect(again.truths.last?.positions.map(\.quantity) == [Quantity(1)])
        #expect(again.alarms.isEmpty)

        // The same fill once more: the exchange never said it twice.
        past.take(event(.venue(.filled(fill)), at: time), Outcome())
        again.gateway = past.gateway
        again.with { $0.start(at: $1, into: &$2) }
        #expect(again.alarms.map(\.kind) == [.sourcesDiffer])
    }

    @Test func anAccountThatWasPutAwayGoesOnWithItsEquity() {
        let risk = RiskMemory(
            equity: Money(9_500), peak: nil, dayStart: nil, dayFirst: .zero, dayLowest: .zero, dayEntries: 0,
            dayEnd: Desk.start, losses: 0, streakUntil: Desk.start, pauses: [])
        let over = Carryover(risk: risk, trades: 3, unattributedFunding: .zero, setups: [])
        var gateway = past.gateway(carrying: over)
        gateway.listed([terms()], at: Desk.start)
        #expect(gateway.account?.balance == Money(9_500))
        #expect(past.gateway(carrying: nil).account?.balance == Money(10_000))
        var next = past
        next.take(event(.carriedOver(over)), Outcome())
        #expect(next.gateway.account?.balance == Money(9_500))
    }
}
