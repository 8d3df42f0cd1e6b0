public import Market

/// Builds bars from trades exactly as the exchange does: a bar holds the trades from its open time up to the next,
/// quiet bars repeat the last price, the average price is cut (not rounded) to the market's decimals.
public struct TradeBars: Sendable {
    public let interval: SpotInterval
    public let priceDecimals: Int
    private var forming: Forming?

    private struct Forming: Sendable {
        var bar: SpotBar
        /// Of prices times quantities, in units of both.
        var turnover: Int128
        var quantity: Int128
    }

    public init(interval: SpotInterval, priceDecimals: Int) {
        precondition((0...Price.decimals).contains(priceDecimals), "decimals of a price")
        self.interval = interval
        self.priceDecimals = priceDecimals
    }

    /// The same, going on from stored bars: the next one opens at `openTime`, the last closed at `price`.
    public func continuing(at openTime: Timestamp, price: Price) -> TradeBars {
        var bars = self
        bars.forming = Forming(bar: .flat(at: openTime, price: price), turnover: 0, quantity: 0)
        return bars
    }

    /// The bar that is forming, as far as trades have shown it.
    public var current: SpotBar? { forming.map(finished) }

    /// Takes the next trade; the bars that it closes, in order. Trades must come in order of time; one that goes back
    /// behind the forming bar is counted into it.
    public mutating func add(_ trade: SpotTrade) -> [SpotBar] {
        let openTime = trade.time.floor(to: interval.interval)
        guard let last = forming, openTime > last.bar.openTime else {
            if forming == nil { forming = start(with: trade, at: openTime) } else { count(trade) }
            return []
        }
        let closed = close(before: openTime)
        forming = start(with: trade, at: openTime)
        return closed
    }

    /// Closes what ends at or before `instant`, of which all trades are known; quiet bars included.
    public mutating func close(until instant: Timestamp) -> [SpotBar] {
        let openTime = instant.floor(to: interval.interval)
        guard let last = forming, openTime > last.bar.openTime else { return [] }
        let closed = close(before: openTime)
        let price = closed.last?.close ?? last.bar.close
        forming = Forming(bar: .flat(at: openTime, price: price), turnover: 0, quantity: 0)
        return closed
    }

    private func close(before openTime: Timestamp) -> [SpotBar] {
        guard let forming else { return [] }
        var closed = [finished(forming)]
        var next = forming.bar.openTime + interval.interval
        while next < openTime {
            closed.append(.flat(at: next, price: forming.bar.close))
            next = next + interval.interval
        }
        return closed
    }

    private func start(with trade: SpotTrade, at openTime: Timestamp) -> Forming {
        var bar = SpotBar.flat(at: openTime, price: trade.price)
        bar.trades = 1
        return Forming(
            bar: bar, turnover: Int128(trade.price.raw) * Int128(trade.quantity.raw),
            quantity: Int128(trade.quantity.raw))
    }

    private mutating func count(_ trade: SpotTrade) {
        guard var grown = forming else { return }
        if grown.bar.trades == 0 {
            forming = start(with: trade, at: grown.bar.openTime)
            return
        }
        grown.bar.high = max(grown.bar.high, trade.price)
        grown.bar.low = min(grown.bar.low, trade.price)
        grown.bar.close = trade.price
        grown.bar.trades += 1
        // Wraps only for amounts that no market has ever seen, and then spoils an average, not the run.
        grown.turnover &+= Int128(trade.price.raw) * Int128(trade.quantity.raw)
        grown.quantity += Int128(trade.quantity.raw)
        forming = grown
    }

    private func finished(_ forming: Forming) -> SpotBar {
        var bar = forming.bar
        guard forming.quantity > 0 else { return bar }
        var unit: Int128 = 1
        for _ in priceDecimals..<Price.decimals { unit *= 10 }
        let average = forming.turnover / forming.quantity
        bar.vwap = Price(raw: Int64(clamping: average / unit * unit))
        bar.volume = Double(forming.quantity) / Double(SpotQuantity.scale)
        return bar
    }
}
