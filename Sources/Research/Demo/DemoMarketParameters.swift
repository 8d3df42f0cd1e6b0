public import Market

/// What the demo market looks like. It is generated, never recorded: every series made from it says so.
public struct DemoMarketParameters: Hashable, Sendable {
    /// The first midnight.
    public var start = Timestamp(seconds: 1_672_531_200)
    /// Days of history, 1...3650.
    public var days = 730
    /// The base timeframe of all its candle series, at most an hour. The market behind it is the same for all.
    public var timeframe = Timeframe.m5
    public var seed: UInt64 = 20_240_102
    /// The markets, in order. The first two are like Bitcoin and Ether.
    public var pairs: [SpotPair] = DemoMarketParameters.pairs(2)

    public init() {}

    /// The first `count` demo markets: BTC/USD, ETH/USD and then invented coins `DEMO01/USD`, `DEMO02/USD`...
    public static func pairs(_ count: Int) -> [SpotPair] {
        (0..<count).compactMap { place in
            switch place {
            case 0: SpotPair("BTC/USD")
            case 1: SpotPair("ETH/USD")
            default: SpotPair("DEMO\(place < 11 ? "0" : "")\(place - 1)/USD")
            }
        }
    }
}
