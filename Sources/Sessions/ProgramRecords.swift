import Driver
import Journal
import Operations
import Trading
import Venue

extension VenueCommand {
    /// The order that it places, if it does.
    var placed: OrderID? {
        switch self {
        case .place(let order): order.id
        case .amend, .cancel: nil
        }
    }
}

extension RuntimeRecord {
    /// What the trader answered, where that is what is recorded.
    var outcome: Outcome? {
        switch self {
        case .outcome(let outcome): outcome
        case .event, .happening: nil
        }
    }

    /// As it stands in the journal.
    var entry: JournalRecord {
        switch self {
        case .event(let event): .event(event)
        case .outcome(let outcome): .outcome(OutcomeBytes.of(outcome))
        case .happening(let happening, let time): .remark(time, name: happening.name, detail: happening.detail)
        }
    }
}

extension Operations.Line {
    /// The same line as the driver counts it.
    var wire: Driver.Line {
        switch self {
        case .candles, .prices: Driver.Line(Int(rawValue), carrying: .market)
        case .preparation, .account: Driver.Line(Int(rawValue), carrying: .account)
        }
    }
}
