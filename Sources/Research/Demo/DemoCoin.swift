import Market

/// One coin of the demo market: its spot price, its perpetual's trades and mark, its funding, minute by minute.
struct DemoCoin {
    /// Character of a coin.
    struct Nature {
        /// Price at the start, in dollars.
        let price: Double
        /// How much of the market's return it takes.
        let beta: Double
        /// Its own volatility as a share of the market's.
        let own: Double
        /// Mean coin volume of a minute.
        let volume: Double
        /// Price step in units of `Price`.
        let grid: Int64
    }

    /// Open, high, low and close in dollars.
    struct Minute {
        var open: Double
        var high: Double
        var low: Double
        var close: Double
    }

    let nature: Nature
    private var random: SplitMix
    private var price: Double
    private var ownVariance = DemoClimate.meanVariance
    /// Perpetual over spot, and mark over spot, less one.
    private var basis = 0.0002
    private var markBasis = 0.0002
    private(set) var spot: Minute
    private(set) var last: Minute
    private(set) var mark: Minute
    private(set) var volume = 0.0
    /// Sum of the minutes' basis since the last settlement.
    private var premium = 0.0
    private var premiumMinutes = 0.0

    static let widestBasis = 0.012

    init(nature: Nature, seed: UInt64) {
        self.nature = nature
        random = SplitMix(seed: seed)
        price = nature.price
        spot = Minute(open: price, high: price, low: price, close: price)
        last = spot
        mark = spot
    }

    /// Plays the minute that `climate` has moved to.
    mutating func advance(_ climate: DemoClimate) {
        let own = random.normal() * ownVariance.squareRoot()
        ownVariance = DemoClimate.meanVariance * 0.008 + 0.05 * own * own + 0.942 * ownVariance
        let ownFactor = nature.own * climate.hourFactor
        let wildness = climate.deviation * nature.beta + ownVariance.squareRoot() * ownFactor
        let move = nature.beta * (climate.shock + climate.jump) + own * ownFactor
        spot = bar(from: price, move: min(max(move, -0.2), 0.2), wildness)
        let busy = 0.2 + 0.4 * abs(move) / (wildness + 1e-9) + 0.6 * climate.hourFactor
        volume = nature.volume * busy * (0.3 + 1.4 * random.unit())
        moveBasis(move, climate)
        price = spot.close
    }

    /// The funding rate of the eight hours that end now: the mean premium, drawn toward a hundredth of a per cent and
    /// bounded, as exchanges do.
    mutating func settleFunding() -> Double {
        let mean = premiumMinutes > 0 ? premium / premiumMinutes : 0
        premium = 0
        premiumMinutes = 0
        let rate = mean + min(max(0.0001 - mean, -0.0005), 0.0005)
        return min(max(rate, -0.003), 0.003)
    }

    private mutating func bar(from open: Double, move: Double, _ wildness: Double) -> Minute {
        let close = open * (1 + move)
        var up = wildness * wick()
        var down = wildness * wick()
        // Now and then stops are run: a spike that is taken back within the minute.
        if random.unit() < 0.000_35 {
            let spike = wildness * (3 + 6 * random.unit())
            if random.unit() < 0.5 { up += spike } else { down += spike }
        }
        return Minute(
            open: open, high: max(open, close) * (1 + min(up, 0.2)), low: min(open, close) * (1 - min(down, 0.2)),
            close: close)
    }

    private mutating func wick() -> Double {
        let draw = random.unit()
        return 0.9 * draw * draw
    }

    private mutating func moveBasis(_ move: Double, _ climate: DemoClimate) {
        let before = basis
        let markBefore = markBasis
        // Traders with leverage overdo moves; arbitrage takes about two hours to half the gap.
        basis += 0.006 * (climate.regime.basis - basis) + 0.05 * move + 0.000_018 * random.normal()
        basis = min(max(basis, -Self.widestBasis), Self.widestBasis)
        markBasis += (basis - markBasis) / 3
        last = perpetual(before, basis, wick: 0.000_04 * random.unit())
        mark = perpetual(markBefore, markBasis, wick: 0)
        premium += basis
        premiumMinutes += 1
    }

    private func perpetual(_ before: Double, _ after: Double, wick: Double) -> Minute {
        let open = spot.open * (1 + before)
        let close = spot.close * (1 + after)
        let middle = (before + after) / 2
        return Minute(
            open: open, high: max(open, close, spot.high * (1 + middle)) * (1 + wick),
            low: min(open, close, spot.low * (1 + middle)) * (1 - wick), close: close)
    }
}
