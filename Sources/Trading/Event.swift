public import Market
public import Venue

/// Everything that a trader ever learns, one fact at a time, with two times: the exchange's and ours.
public struct Event: Sendable {
    /// When it happened, by the exchange's clock.
    public let time: Timestamp
    /// When we got it. The trader's notion of now; it never runs backwards.
    public let received: Timestamp
    public let fact: Fact

    @inlinable public init(time: Timestamp, received: Timestamp, fact: Fact) {
        self.time = time
        self.received = received
        self.fact = fact
    }

    public enum Fact: Sendable {
        /// A base candle of a spot market has closed.
        case candleClosed(SpotPair, Candle)
        /// A candle of the past: for the strategy's memory only, nothing is decided from it. First those of higher
        /// timeframes in order of their closes, highest first, up to an instant from which base candles are known; then
        /// these, from which the higher ones are built as usual.
        case candleRemembered(SpotPair, Timeframe, Candle)
        /// Candles of a market are missing for good: its strategy starts again from nothing, and what it may know of the
        /// past follows as `candleRemembered`.
        case candlesForgotten(SpotPair)
        /// Prices of a perpetual.
        case ticked(Tick)
        /// News of our account and orders.
        case venue(VenueEvent)
        /// Contract terms, at the start and whenever they change.
        case instrumentListed(Instrument)
        /// Time has passed.
        case clock
        case commanded(OperatorCommand)
        /// The safety record of an earlier session, which the journal may have lost: it can halt and never release.
        case safetyRestored(SafetyState)
        /// From a trader whose journal was put away, before anything else is traded.
        case carriedOver(Carryover)
        /// Whether conditions outside allow entries.
        case permitted(EntryPermission)
    }
}

/// What the state of feeds, clock and account allows. Unlike a halt it is not latched: it follows the conditions.
public enum EntryPermission: UInt8, Hashable, Sendable, CaseIterable {
    case open
    /// Nothing new; entries that rest stay.
    case paused
    /// Nothing new, and entries that rest are cancelled.
    case withdrawn
}

/// What an operator may order. Each is recorded with who and why.
public enum OperatorCommand: Sendable, Hashable {
    /// Stop entries and cancel resting ones; positions keep their stops. Latched.
    case halt(reason: String)
    /// As `halt`, and close every position; stops go last. Latched.
    case flatten(reason: String)
    /// Release the latch.
    case release(operatorName: String, reason: String)
}
