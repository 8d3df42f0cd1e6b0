public import Kraken
public import Market
public import Trading
public import Venue

/// What the running program asks of the world, to be done in order. Between two effects the process may die: every
/// prefix of the list must leave something that a restart can continue.
public enum Effect: Sendable {
    /// Append to the journal. Not yet durable.
    case record(RuntimeRecord)
    /// Write the safety record and do not go on before it is durable.
    case latch(SafetyChange)
    case perform(Line, SessionAction)
    /// Tell people. Never waits.
    case alert(Alert)
    /// The session has ended in good order.
    case ended(reason: String)
}

/// One entry of the journal.
public enum RuntimeRecord: Sendable {
    /// What the trader was handed.
    case event(Event)
    /// What it answered; only when it said anything.
    case outcome(Outcome)
    /// What happened around it.
    case happening(Happening, at: Timestamp)
}

/// What happens in a session beside the trader's own decisions.
public enum Happening: Sendable {
    case phase(Phase)
    case commanded(OperatorIntent)
    case health(Line, FeedWatch.Health)
    case alarm(Line, DataAlarm)
    case overflowed(Line, dropped: Int)
    /// The answer to an order's request is missing.
    case outcomeUnknown(OrderID)
    /// A complete look at the account.
    case reconciled(AccountTruth)
    case foreignFill(OrderFact.Execution)
    case deadManSwitch(Timestamp?)
    case clockSkew(Interval, uncertainty: Interval)
    case untradeable(SpotPair, [String])
    case gap(SpotPair, from: Timestamp, until: Timestamp)
    /// What the simulated exchange was told of a book.
    case depth(Depth)
    /// What the simulated exchange was told of how old news are.
    case newsAge(Interval)
    case marketState(InstrumentID, MarketNews.MarketState)
    /// The journal could not be written: entries are dropped from here on.
    case journalFailed(String)
    case leaseLost(String)
    case stopping(reason: String)
}
