import Market
import Risk
import Strategy

/// How the traded markets' returns go together, measured on spot bars of one timeframe for every pair of markets.
///
/// A pair takes the returns of bars that both markets have. Bars of one period are taken in together, once a bar of a
/// later period has closed: whichever market's candle comes first at a close, every market is judged by the same
/// numbers, of bars that closed before. Nothing is allocated after the start.
struct MarketCorrelations: Sendable {
    /// A bar in the making, and the one that waits to be paired.
    private struct Bar: Sendable {
        let base: Interval
        var end = Timestamp.distantPast
        /// The last base close in the period; zero when the bar was handed over.
        var forming = Price.zero
        /// The close at `pairedEnd`; zero when there was none.
        var closed = Price.zero
    }

    private let timeframe: Timeframe
    private var bars: [Bar]
    /// Of markets a < b at b (b - 1) / 2 + a.
    private var pairs: [ReturnCorrelation]
    /// When the bars that wait have closed.
    private var pairedEnd = Timestamp.distantPast

    /// The bars are those of the longest decision timeframe of the strategies, and at least an hour long: returns over
    /// less say more about the order in which markets trade than about how they move together.
    init(of markets: [TradedMarket]) {
        let longest = markets.reduce(Timeframe.h1) { max($0, $1.strategy.decisionTimeframe, $1.base) }
        self.init(bases: markets.map(\.base), timeframe: longest)
    }

    /// `bases`: the timeframe of each market's candles, of which `timeframe` must be a multiple.
    init(bases: [Timeframe], timeframe: Timeframe) {
        self.timeframe = timeframe
        bars = bases.map { Bar(base: $0.interval) }
        pairs = Array(repeating: ReturnCorrelation(), count: bars.count * (bars.count - 1) / 2)
    }

    /// Takes a base candle that has just closed.
    @inline(__always)
    mutating func observe(_ candle: Candle, of market: Int) {
        if candle.openTime >= bars[market].end { begin(at: candle.openTime, market) }
        bars[market].forming = candle.close
        if candle.openTime + bars[market].base >= bars[market].end { handOver(market) }
    }

    /// -1...1; nil when not known.
    func value(_ first: Int, _ second: Int) -> Double? {
        let (low, high) = first < second ? (first, second) : (second, first)
        return low == high ? 1 : pairs[high * (high - 1) / 2 + low].value
    }

    private mutating func begin(at openTime: Timestamp, _ market: Int) {
        // Its last base candle was missing: the bar is known to be over only now.
        if bars[market].forming.isPositive { handOver(market) }
        bars[market].end = timeframe.start(of: openTime) + timeframe.interval
    }

    private mutating func handOver(_ market: Int) {
        let end = bars[market].end
        if end > pairedEnd {
            pair()
            pairedEnd = end
        }
        // A bar that others have already been paired without is left out.
        if end == pairedEnd { bars[market].closed = bars[market].forming }
        bars[market].forming = .zero
    }

    /// Takes in the bars that have waited.
    private mutating func pair() {
        var place = 0
        for high in bars.indices {
            for low in 0..<high {
                if bars[low].closed.isPositive, bars[high].closed.isPositive {
                    pairs[place].observe(bars[low].closed, bars[high].closed)
                }
                place += 1
            }
        }
        for index in bars.indices { bars[index].closed = .zero }
    }
}
