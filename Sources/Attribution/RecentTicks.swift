import Market
import Venue

/// The last prices of one contract, to know what the market was a moment ago.
struct RecentTicks: Sendable {
    private var ticks: [Tick] = []
    private static let longest = 256

    mutating func add(_ tick: Tick) {
        if ticks.count == Self.longest { ticks.removeFirst(Self.longest / 2) }
        ticks.append(tick)
    }

    /// The latest at or before `instant`; when all that are known are later, the first of them.
    func at(_ instant: Timestamp) -> Tick? { ticks.last { $0.time <= instant } ?? ticks.first }
}

extension Tick {
    /// What a market order of `side` meets: buys the ask, sells the bid.
    func touch(_ side: Side) -> Price { side == .long ? ask : bid }
}
