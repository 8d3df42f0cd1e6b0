public import Exchange
public import Market
import Strategy
import Trading
import Venue

/// Drives one trading core and one simulated exchange through the history of many markets on one clock.
///
/// A step is one base bar of all markets that have one. The exchange plays the bar and hands out its messages in the
/// order of their receipt; what the core answers goes back at that instant. At the close the core gets the spot
/// candles: what it orders then reaches the venue in the next bar, at its open at the earliest.
public struct BacktestRunner<Core: TradingCore>: Sendable {
    public let configuration: BacktestConfiguration
    public internal(set) var core: Core
    public internal(set) var exchange: SimulatedExchange
    let base: Timeframe
    /// The first and last instant that is traded in.
    let start: Timestamp
    let end: Timestamp
    private let firstBar: Timestamp
    var models: [PerpetualModel]
    let pairs: [SpotPair]
    /// When each market's next bar opens.
    var nextTimes: [Timestamp]
    /// Nanoseconds: at closes that are whole multiples of this the core is told the account even if nothing is held.
    let reportEvery: Int64
    private(set) var terms: TermsCalendar
    var outcome = Outcome()
    private(set) var log: RunLog
    /// Instants, in order, at which the state of the journal is to be noted.
    private var checkpoints: [Timestamp]
    private(set) var nextCheckpoint: Timestamp
    var bars = 0
    /// Whether quiet bars are played as one; what comes of it must be the same.
    var joinsQuietBars = true
    /// Whether steps in which nothing happens to what is held are played without a search; the same holds for them.
    var knowsCalmSteps = true
    /// The markets that have a bar in each step of the quiet stretch at hand.
    var quietMarkets: [QuietMarket] = []

    /// Markets must have one base timeframe. The core must trade the same instruments. While nothing is held, the
    /// account is reported at closes that are whole multiples of `reportEvery`: where decisions are made.
    public init(
        _ configuration: BacktestConfiguration, markets: [MarketHistory], core: Core, reportEvery: Interval = .hours(1),
        checkpoints: [Timestamp] = []
    ) throws(BacktestError) {
        guard case .share = configuration.exchange.halfSpread else { throw .spreadNotNamed }
        guard let first = markets.first else { throw .noMarkets }
        for (place, market) in markets.enumerated() where markets[..<place].contains(where: { $0.pair == market.pair })
        {
            throw .duplicateMarket(market.pair)
        }
        let base = first.spot.candles.timeframe
        precondition(markets.allSatisfy { $0.spot.candles.timeframe == base }, "one clock has one base timeframe")
        self.base = base
        let dataStart = markets.compactMap { $0.spot.candles.openTimes.first }.min() ?? .distantFuture
        let dataEnd = markets.compactMap { $0.spot.candles.openTimes.last }.max() ?? .distantPast
        let start = max(configuration.start ?? dataStart, dataStart)
        let end = min(configuration.end ?? .distantFuture, dataEnd + base.interval)
        guard dataStart < .distantFuture, start + base.interval <= end else {
            throw .nothingInSpan(start: configuration.start ?? dataStart, end: configuration.end ?? dataEnd)
        }
        self.configuration = configuration
        self.core = core
        self.start = start
        self.end = end
        firstBar = configuration.start == nil ? start : start - configuration.warmUp
        let assumed = configuration.assumedFunding
        models = markets.map { PerpetualModel($0, assumedFunding: assumed) }
        pairs = markets.map(\.pair)
        self.checkpoints = checkpoints.reversed()
        nextCheckpoint = checkpoints.first ?? .distantFuture
        nextTimes = models.map(\.nextTime)
        self.reportEvery = reportEvery.nanoseconds
        terms = TermsCalendar(markets.map(\.instrument), at: start)
        exchange = SimulatedExchange(
            configuration: configuration.exchange, instruments: terms.current, balance: configuration.initialEquity,
            start: start)
        log = RunLog(
            equity: EquityRecorder(
                initial: configuration.initialEquity, start: start, end: end, markets: markets.count))
    }

    /// Plays it all. `progress` is called about a hundred times.
    public mutating func run(
        progress: (BacktestProgress) -> Void = { _ in }
    ) throws(BacktestError) -> BacktestRun {
        try warmUp(progress)
        connect()
        let total = countBars(from: start, until: end)
        let stride = max(1, total / 100)
        var report = stride
        while true {
            let time = nextTime()
            let close = time + base.interval
            guard time < .distantFuture, close <= end else { break }
            if !playQuietBars(from: time) { step(time, close) }
            if bars >= report {
                progress(BacktestProgress(stage: .trading, bars: bars, total: total, time: close))
                report = bars + stride
            }
        }
        return try finish()
    }

    // MARK: Before the start

    /// Shows the core the candles before the start. It knows no account and no prices then, so it cannot trade.
    private mutating func warmUp(_ progress: (BacktestProgress) -> Void) throws(BacktestError) {
        for market in models.indices {
            models[market].seek(to: firstBar)
            nextTimes[market] = models[market].nextTime
        }
        let total = countBars(from: firstBar, until: start)
        var seen = 0
        while true {
            let time = nextTime()
            guard time < start else { break }
            let close = time + base.interval
            for market in models.indices where nextTimes[market] == time {
                let candle = models[market].skip()
                nextTimes[market] = models[market].nextTime
                core.candleClosed(candle, of: pairs[market], at: close, into: &outcome)
                seen += 1
            }
            guard outcome.commands.isEmpty else { throw .tradedInWarmUp(at: close) }
            outcome.notes.removeAll(keepingCapacity: true)
        }
        if seen > 0 { progress(BacktestProgress(stage: .warmUp, bars: seen, total: total, time: start)) }
    }

    /// What a gateway tells when it connects: contracts, positions, account.
    private mutating func connect() {
        for instrument in terms.current { tell(.instrumentListed(instrument), at: start) }
        for market in models.indices { tell(.venue(.position(exchange.position(market))), at: start) }
        tell(.venue(.account(exchange.account)), at: start)
    }

    private func countBars(from start: Timestamp, until end: Timestamp) -> Int {
        models.reduce(0) { count, model in
            count + model.spot.firstIndex(atOrAfter: end) - model.spot.firstIndex(atOrAfter: start)
        }
    }

    // MARK: One step

    @inline(__always)
    private func nextTime() -> Timestamp {
        var time = Timestamp.distantFuture
        for next in nextTimes where next < time { time = next }
        return time
    }

    @inline(__always)
    private mutating func step(_ time: Timestamp, _ close: Timestamp) {
        log.equity.begin(at: time)
        while time >= nextCheckpoint { checkpoint() }
        if time >= terms.nextChange { changeTerms(at: time) }
        for market in models.indices where nextTimes[market] == time {
            nextTimes[market] = Self.open(market, of: &exchange, by: &models[market])
        }
        hear(until: close)
        for market in models.indices where models[market].hasCandle && models[market].candle.openTime == time {
            bars += 1
            core.candleClosed(models[market].candle, of: pairs[market], at: close, into: &outcome)
            absorbIfAny(at: close)
        }
        log.equity.close(at: close, exchange)
    }

    /// Plays a step in which nothing can happen to what is held. True when that was all; else the step goes on.
    @inline(__always)
    private mutating func playCalmStep(until close: Timestamp) -> Bool {
        var last = close
        let isOver = Self.passCalmStep(from: &exchange, to: &core, &log.hash, until: close, &outcome, &last)
        if !isOver { absorbIfAny(at: last) }
        return isOver
    }

    @inline(__always)
    private static func passCalmStep(
        from exchange: inout SimulatedExchange, to core: inout Core, _ hash: inout JournalHash, until close: Timestamp,
        _ outcome: inout Outcome, _ last: inout Timestamp
    ) -> Bool {
        exchange.playCalmStep(until: close) { tick, received in
            core.ticked(tick, at: received, into: &outcome)
            last = received
            return outcome.isEmpty
        } account: { report, received in
            hash.add(report, at: received)
            core.reported(report, at: received, into: &outcome)
            last = received
            return outcome.isEmpty
        }
    }

    /// Tells the core what the venue has to say until the step's close.
    @inline(__always)
    mutating func hear(until close: Timestamp) {
        if knowsCalmSteps, exchange.hasPositions, playCalmStep(until: close) { return }
        while let received = Self.passQuietTick(from: &exchange, to: &core, until: close, &outcome) {
            absorbIfAny(at: received)
        }
        while let delivery = exchange.next(until: close) { pass(delivery) }
        // With positions the venue reports the account by itself.
        if close.nanoseconds % reportEvery == 0, !exchange.hasPositions {
            core.reported(quietAccount(at: close), at: close, into: &outcome)
            absorbIfAny(at: close)
        }
    }

    // In these two a value is made where it is used: it would otherwise be copied twice on every bar.

    /// Plays a market's next step; returns when the one after it opens.
    @inline(__always)
    private static func open(
        _ market: Int, of exchange: inout SimulatedExchange, by model: inout PerpetualModel
    ) -> Timestamp {
        exchange.open(market) { model.step(into: &$0) }
        return model.nextTime
    }

    /// Returns when it was received; nil when there was none.
    @inline(__always)
    private static func passQuietTick(
        from exchange: inout SimulatedExchange, to core: inout Core, until close: Timestamp, _ outcome: inout Outcome
    ) -> Timestamp? {
        var last: Timestamp?
        _ = exchange.nextQuietTick(until: close) { tick, received in
            core.ticked(tick, at: received, into: &outcome)
            last = received
        }
        return last
    }

    @inline(__always)
    func quietAccount(at time: Timestamp) -> AccountReport {
        AccountReport(
            balance: exchange.balance, unrealised: .zero, initialMargin: .zero, maintenanceMargin: .zero, time: time)
    }

    private mutating func tell(_ fact: Event.Fact, at time: Timestamp) {
        core.handle(Event(time: time, received: time, fact: fact), into: &outcome)
        absorbIfAny(at: time)
    }

    @inline(__always)
    private mutating func pass(_ delivery: Delivery) {
        tellOnly(delivery)
        absorbIfAny(at: delivery.received)
    }

    @inline(__always)
    mutating func absorbIfAny(at time: Timestamp) {
        if !outcome.isEmpty { absorb(at: time) }
    }

    /// Hands a message on without looking at the answer.
    @inline(__always)
    private mutating func tellOnly(_ delivery: Delivery) {
        switch delivery.message {
        case .tick(let tick):
            core.ticked(tick, at: delivery.received, into: &outcome)
        case .venue(let news):
            log.hash.add(news, at: delivery.received)
            if case .position(let report) = news { log.equity.look(exchange, atFill: report) }
            core.told(news, from: delivery.time, at: delivery.received, into: &outcome)
        }
    }

    /// Sends what the core asks for and writes down what it decided.
    private mutating func absorb(at time: Timestamp) {
        for command in outcome.commands {
            log.hash.add(command, at: time)
            exchange.submit(command, at: time)
        }
        log.take(outcome.notes)
        outcome.removeAll()
    }

    private mutating func checkpoint() {
        guard let instant = checkpoints.popLast() else { return }
        log.checkpoints.append(JournalCheckpoint(time: instant, hash: log.hash.text))
        nextCheckpoint = checkpoints.last ?? .distantFuture
    }

    private mutating func changeTerms(at time: Timestamp) {
        for instrument in terms.advance(to: time) {
            exchange.list(instrument)
            tell(.instrumentListed(instrument), at: time)
        }
    }

    // MARK: After the end

    /// Lets what is under way arrive, at the last prices: a payment that the venue has made and the core has not heard
    /// of would be missing from the books. What the core now asks for is no longer sent.
    private mutating func settle() -> Timestamp {
        let exchangeRules = configuration.exchange
        let quiet = end + exchangeRules.orderLatency.longest + exchangeRules.feedLatency.longest
        while let delivery = exchange.next(until: quiet) {
            tellOnly(delivery)
            log.take(outcome.notes)
            outcome.removeAll()
        }
        return quiet
    }

    private mutating func finish() throws(BacktestError) -> BacktestRun {
        while end >= nextCheckpoint { checkpoint() }
        let settled = settle()
        let costs = models.indices.map { exchange.openCost($0) }
        let closing = core.endOfData(at: settled)
        for trade in closing { log.take(trade) }
        let books = ClosingBooks(
            initial: configuration.initialEquity, exchange: exchange, openCosts: costs, trades: log.trades,
            closing: closing, unattributedFunding: core.unattributedFunding)
        let final = try books.finalEquity()
        log.equity.finish(at: end, equity: final)
        return BacktestRun(
            start: start, end: end, bars: bars, initialEquity: configuration.initialEquity, finalEquity: final,
            totals: exchange.totals, trades: log.trades, decisions: log.decisions, abandoned: log.abandoned,
            safety: log.safety, equity: log.equity.points,
            minLiquidationDistance: log.equity.minLiquidationDistance,
            maxEffectiveLeverage: log.equity.maxLeverage, data: models.flatMap { $0.sources() },
            journalHash: log.hash.text, checkpoints: log.checkpoints)
    }
}
