import Market
import ReferenceLoops

/// The rules of `ema-cross` as one writes them down without a trading system: the same loop as in C.
func naiveCross(_ series: CandleSeries, _ r: ReferenceRules) -> (trades: Int, equity: Double) {
    var fast = 0.0
    var slow = 0.0
    var range = 0.0
    var previous = 0.0
    var wasAbove: Bool?
    var book = NaiveBook(equity: r.equity, fee: r.fee)
    var count = 0
    for candle in series {
        let open = candle.open.double
        let high = candle.high.double
        let low = candle.low.double
        let close = candle.close.double
        book.play(open, high, low)
        count += 1
        fast += count <= r.fast ? close / Double(r.fast) : (close - fast) * (2 / Double(r.fast + 1))
        slow += count <= r.slow ? close / Double(r.slow) : (close - slow) * (2 / Double(r.slow + 1))
        if count > 1 {
            let width = max(high - low, max(abs(high - previous), abs(low - previous)))
            let period = Double(r.range)
            range = count <= r.range + 1 ? range + width / period : (range * (period - 1) + width) / period
        }
        previous = close
        guard count >= r.slow, fast != slow else { continue }
        let isAbove = fast > slow
        defer { wasAbove = isAbove }
        guard let wasAbove, wasAbove != isAbove, book.side == 0 else { continue }
        let way = isAbove ? 1.0 : -1.0
        let stop = ((close - way * r.stop * range) / r.tick).rounded(isAbove ? .up : .down) * r.tick
        let target = ((close + way * r.target * range) / r.tick).rounded(isAbove ? .down : .up) * r.tick
        let most = min(book.equity * r.risk / abs(close - stop), book.equity * r.leverage / close)
        book.order(way, (most / r.lot).rounded(.down) * r.lot, stop, target)
    }
    book.close(at: previous)
    return (book.trades, book.equity)
}

/// One position and one order to open it at the next open.
struct NaiveBook {
    private(set) var equity: Double
    private(set) var trades = 0
    /// Of the position held: 1 long, -1 short, 0 none.
    private(set) var side = 0.0
    private var pending = 0.0
    private var size = 0.0
    private var entry = 0.0
    private var stop = 0.0
    private var target = 0.0
    private let fee: Double

    init(equity: Double, fee: Double) {
        self.equity = equity
        self.fee = fee
    }

    mutating func order(_ way: Double, _ size: Double, _ stop: Double, _ target: Double) {
        guard size > 0 else { return }
        pending = way
        self.size = size
        self.stop = stop
        self.target = target
    }

    mutating func play(_ open: Double, _ high: Double, _ low: Double) {
        if pending != 0 {
            side = pending
            pending = 0
            entry = open
            equity -= size * entry * fee
        }
        if side > 0 {
            if low <= stop { close(at: min(open, stop)) } else if high >= target { close(at: max(open, target)) }
        } else if side < 0 {
            if high >= stop { close(at: max(open, stop)) } else if low <= target { close(at: min(open, target)) }
        }
    }

    mutating func close(at price: Double) {
        guard side != 0 else { return }
        equity += side * size * (price - entry) - size * price * fee
        side = 0
        trades += 1
    }
}
