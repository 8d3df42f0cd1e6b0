import Exchange
import Market
import Venue

/// The market of one contract as a tick tells it.
struct PaperQuote: Hashable, Sendable {
    private let middle: Price
    private let mark: Price
    private let index: Price
    private let halfSpread: Price
    private let funding: HourlyFunding

    /// Nil when the tick has no market to trade on.
    init?(_ tick: Tick) {
        guard tick.bid.isPositive, tick.ask >= tick.bid, tick.mark.isPositive, tick.index.isPositive else {
            return nil
        }
        middle = Price(raw: tick.bid.raw + (tick.ask.raw - tick.bid.raw) / 2)
        // From the middle to the farther side, so that neither side is better than quoted.
        halfSpread = Price(raw: max(tick.ask.raw - middle.raw, middle.raw - tick.bid.raw))
        mark = tick.mark
        index = tick.index
        funding = tick.funding
    }

    /// The market that stands at this quote for `duration`.
    func bar(from start: Timestamp, _ duration: Interval, slippage: Rate) -> MarketBar {
        MarketBar(
            openTime: start, duration: duration, last: Self.flat(middle), mark: Self.flat(mark),
            index: Self.flat(index), halfSpread: halfSpread + middle.times(slippage, .up), volume: 0, funding: funding)
    }

    private static func flat(_ price: Price) -> PriceBar {
        PriceBar(open: price, high: price, low: price, close: price)
    }

    /// Whether an order of this kind could trade, or be refused, at these prices. What is no trigger always could.
    func reaches(_ kind: OrderKind, _ side: Side) -> Bool {
        switch kind {
        case .limit, .postOnly, .market: true
        case .stopMarket(let trigger, let source):
            side == .short ? price(source) <= trigger : price(source) >= trigger
        case .takeProfitMarket(let trigger, let source):
            side == .long ? price(source) <= trigger : price(source) >= trigger
        }
    }

    /// Whether a trigger order's price is this close to what it watches.
    func isNear(_ kind: OrderKind, within share: Rate) -> Bool {
        switch kind {
        case .limit, .postOnly, .market: false
        case .stopMarket(let trigger, let source), .takeProfitMarket(let trigger, let source):
            (price(source) - trigger).magnitude <= trigger.times(share, .down)
        }
    }

    private func price(_ source: TriggerSource) -> Price {
        switch source {
        case .mark: mark
        case .last: middle
        case .index: index
        }
    }
}
