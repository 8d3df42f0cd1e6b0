import Market

/// One market that trades, perpetual or spot: its quotes, its trades, its book and its chart.
struct TradedMarket: Sendable {
    /// How many trades are kept.
    static let memory = 5_000

    let tick: Price
    let lot: Quantity
    let ladder: Ladder
    private(set) var bid = Price.zero
    private(set) var ask = Price.zero
    private(set) var last = Price.zero
    private(set) var lastTime = Timestamp.distantPast
    private(set) var lastQuantity = Quantity.zero
    /// The newest trades, oldest first.
    private(set) var prints: [TradePrint] = []
    private(set) var nextNumber: Int64
    var chart = Chart()
    /// Coin on one tick of the book.
    private var perTick: Quantity
    private var minute = Timestamp.distantPast
    private var before = DayStatistics()

    init(tick: Price, lot: Quantity, levels: Int, seed: UInt64) {
        self.tick = tick
        self.lot = lot
        ladder = Ladder(tick: tick, lot: lot, levels: levels, seed: seed)
        perTick = lot
        nextNumber = 1_000_000 + Int64(seed % 1_000_000)
    }

    /// What one tick of the book holds when taking `volume` moves the price by `impact`.
    mutating func deepen(price: Price, impact: Rate, volume: Quantity) {
        let slope = price.times(impact, .up).raw
        guard slope > 0, volume.isPositive else { return }
        perTick = Quantity(
            raw: Rounding.down.divideIfFits(Int128(tick.raw) * Int128(volume.raw), 2 * Int128(slope)) ?? 0)
    }

    mutating func quote(_ price: Price, half: Price) {
        bid = (price - half).rounded(to: tick, .down)
        ask = (price + half).rounded(to: tick, .up)
    }

    mutating func trade(_ price: Price, _ quantity: Quantity, at time: Timestamp) -> TradePrint {
        let price = price.rounded(to: tick, .nearestEven)
        let rises = price == last ? Mixer.mix(ladder.seed, UInt64(bitPattern: nextNumber)) % 2 == 0 : price > last
        let print = TradePrint(
            number: nextNumber, time: time, price: price, quantity: quantity, side: rises ? .long : .short)
        nextNumber += 1
        last = price
        lastTime = time
        lastQuantity = quantity
        if prints.count >= 2 * Self.memory { prints.removeFirst(Self.memory) }
        prints.append(print)
        chart.add(price, quantity, at: time)
        return print
    }

    /// Takes a candle from before the start.
    mutating func remember(_ candle: Candle) {
        func onTick(_ price: Price) -> Price { price.rounded(to: tick, .nearestEven) }
        let rounded = Candle(
            openTime: candle.openTime, open: onTick(candle.open), high: onTick(candle.high), low: onTick(candle.low),
            close: onTick(candle.close), volume: candle.volume)
        chart.addPast(ChartCandle(rounded))
        last = rounded.close
        lastTime = candle.openTime
    }

    func book(at moment: Timestamp) -> Book {
        guard ask.isPositive else { return Book() }
        let second = UInt64(clamping: moment.seconds)
        return ladder.book(bid: bid, ask: ask, perTick: perTick, moment: second)
    }

    /// The last twenty-four hours, put together anew each minute.
    mutating func day(at now: Timestamp) -> DayStatistics {
        let start = now.floor(to: .minutes(1))
        if start != minute {
            minute = start
            before = DayStatistics(
                chart, from: start - .days(1) + .minutes(1), through: start - Interval(nanoseconds: 1))
        }
        var day = before
        guard let running = chart.minutes.last, running.openTime == start else { return day }
        if day.open.isZero {
            day.open = running.open
            day.low = running.low
        }
        day.high = max(day.high, running.high)
        day.low = min(day.low, running.low)
        day.close = running.close
        day.volume += running.volume
        day.turnover += running.turnover
        day.trades += running.trades
        return day
    }
}
