import Market
import SmartMoney

/// Every rule is written once, for a long, in oriented prices: numbers that grow in the direction of the trade. For a
/// short they are the prices with their signs turned, so that long and short cannot disagree.
extension Side {
    /// The way that structure points when it favours this side.
    var direction: Direction { self == .long ? .bullish : .bearish }

    init(_ direction: Direction) { self = direction == .bullish ? .long : .short }

    @inline(__always) func oriented(_ price: Price) -> Int64 { price.raw * sign }
    @inline(__always) func price(_ oriented: Int64) -> Price { Price(raw: oriented * sign) }

    /// The extreme of a bar against this side (the low of a long) and with it, oriented.
    @inline(__always) func reach(_ candle: Candle) -> (against: Int64, with: Int64) {
        switch self {
        case .long: (candle.low.raw, candle.high.raw)
        case .short: (-candle.high.raw, -candle.low.raw)
        }
    }
}
