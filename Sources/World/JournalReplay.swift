import Journal
import Market
import Operations
import Trading
import Venue

/// A journal played again, as every start does it: the events give back the trader, and every answer of the trader must
/// be the one that was recorded, byte for byte.
struct JournalReplay {
    private var recovery: Recovery
    /// What the trader answered to the last event, while the journal has not said the same.
    private var owed: [UInt8]?
    /// Where journal and trader disagree first.
    private(set) var difference: String?
    private var count = 0
    /// Every order that the trader placed.
    private(set) var placed: Set<String> = []
    /// What fills and their fees made of the account while nothing is held, and how many there were.
    private(set) var cash = Money.zero
    private(set) var fills = 0
    /// Funding that was told as such.
    private(set) var funding = Money.zero

    init(_ program: World.Program) {
        recovery = Recovery(pairs: program.pairs, base: program.base, makeTrader: program.makeTrader)
    }

    mutating func take(_ record: JournalRecord) throws {
        count += 1
        switch record {
        case .opened:
            // A session that died between an event and its answer.
            owed = nil
            recovery.opened()
        case .event(let event):
            expectNothing()
            book(event)
            try recovery.take(event)
            guard let outcome = recovery.lastOutcome else { return }
            for case .place(let order) in outcome.commands { placed.insert(order.id.description) }
            if !outcome.isEmpty { owed = OutcomeBytes.of(outcome) }
        case .outcome(let bytes):
            if owed != bytes { differ("the trader answers otherwise than is recorded") }
            owed = nil
        case .remark, .redacted: expectNothing()
        }
    }

    private mutating func book(_ event: Event) {
        switch event.fact {
        case .venue(.filled(let fill)):
            let sign = fill.side == .long ? -fill.notional : fill.notional
            cash = cash + sign - fill.fee
            fills += 1
        case .venue(.funding(let payment)): funding = funding + payment.amount
        case .venue, .candleClosed, .candleRemembered, .candlesForgotten, .ticked, .instrumentListed, .clock,
            .commanded, .safetyRestored, .permitted, .carriedOver:
            break
        }
    }

    private mutating func expectNothing() {
        if owed != nil { differ("the trader's answer is not recorded") }
        owed = nil
    }

    private mutating func differ(_ what: String) {
        if difference == nil { difference = "record \(count): \(what)" }
    }

    /// What the trader answered to the event that was taken last.
    var lastOutcome: Outcome? { recovery.lastOutcome }
    var recovered: Runtime.Recovered? { recovery.recovered }
    var trader: Trader? { recovery.trader }
}
