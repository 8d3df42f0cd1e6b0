public import Journal
public import Market
public import Trading
public import Venue

/// How the trader of a journal is made: the same settings make the same trader.
public struct TraderMaker: Sendable {
    /// The candles that are fed.
    public let base: Timeframe
    /// From contract terms in the order of the header's pairs.
    public let trader: @Sendable ([Instrument]) throws -> Trader

    public init(base: Timeframe, trader: @escaping @Sendable ([Instrument]) throws -> Trader) {
        self.base = base
        self.trader = trader
    }

    /// From what a journal's header says.
    public typealias ForHeader = @Sendable (JournalHeader) throws -> TraderMaker
}
