public import Market
public import Trading
public import Venue

/// What a backtest feeds: events in, commands and notes out. `Trader` is the one that counts; tests put others in its
/// place, cheats among them.
public protocol TradingCore: Sendable {
    /// Takes the next event and appends what follows from it.
    mutating func handle(_ event: Event, into outcome: inout Outcome)

    /// The frequent events by themselves: the same as `handle` with an `Event` around them.
    mutating func candleClosed(
        _ candle: Candle, of pair: SpotPair, at received: Timestamp, into outcome: inout Outcome)
    mutating func ticked(_ tick: Tick, at received: Timestamp, into outcome: inout Outcome)
    mutating func told(_ news: VenueEvent, from time: Timestamp, at received: Timestamp, into outcome: inout Outcome)
    mutating func reported(_ account: AccountReport, at received: Timestamp, into outcome: inout Outcome)

    /// What of quiet bars needs not be told one by one, by the law of `Trader.rest`; nil when all must be told.
    func rest(with account: AccountReport) -> Rest?
    /// `candleClosed` in two halves: `look` shows the candle and says whether anything follows from it; if so, `decide`
    /// is called before any other candle is shown. In between, ticks and reports may be told.
    mutating func look(_ candle: Candle, of pair: SpotPair, at received: Timestamp) -> Bool
    mutating func decide(_ candle: Candle, of pair: SpotPair, at received: Timestamp, into outcome: inout Outcome)
    /// `look` at the candles `range` of `series` in a row, each at its close, up to the first from which anything follows:
    /// its place, for which `decide` is called.
    mutating func look(_ series: CandleSeries, _ range: Range<Int>, of pair: SpotPair) -> Int?

    /// Ends the books: writes the trades of positions that the end of the data leaves open, each with a last leg at
    /// the price that it was valued at and the fee that getting out would have cost.
    mutating func endOfData(at time: Timestamp) -> [Trade]

    /// Funding that belongs to no trade any more.
    var unattributedFunding: Money { get }
}

extension TradingCore {
    public func rest(with account: AccountReport) -> Rest? { nil }

    public mutating func look(_ candle: Candle, of pair: SpotPair, at received: Timestamp) -> Bool { true }

    public mutating func look(_ series: CandleSeries, _ range: Range<Int>, of pair: SpotPair) -> Int? {
        range.first { look(series[$0], of: pair, at: series.openTimes[$0] + series.timeframe.interval) }
    }

    public mutating func decide(
        _ candle: Candle, of pair: SpotPair, at received: Timestamp, into outcome: inout Outcome
    ) {
        candleClosed(candle, of: pair, at: received, into: &outcome)
    }

    public mutating func candleClosed(
        _ candle: Candle, of pair: SpotPair, at received: Timestamp, into outcome: inout Outcome
    ) {
        handle(Event(time: received, received: received, fact: .candleClosed(pair, candle)), into: &outcome)
    }

    public mutating func ticked(_ tick: Tick, at received: Timestamp, into outcome: inout Outcome) {
        handle(Event(time: tick.time, received: received, fact: .ticked(tick)), into: &outcome)
    }

    public mutating func told(
        _ news: VenueEvent, from time: Timestamp, at received: Timestamp, into outcome: inout Outcome
    ) {
        handle(Event(time: time, received: received, fact: .venue(news)), into: &outcome)
    }

    public mutating func reported(_ account: AccountReport, at received: Timestamp, into outcome: inout Outcome) {
        handle(Event(time: account.time, received: received, fact: .venue(.account(account))), into: &outcome)
    }
}
