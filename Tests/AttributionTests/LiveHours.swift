import Exchange
import Market
import Risk
import Strategy
import TestSupport
import Trading
import Venue

@testable import Attribution

let bitcoin = SpotPair("BTC/USD")!
/// A day's first instant.
let midnight = Timestamp(seconds: 1_704_067_200)

func rate(_ text: String) -> Rate { try! Rate(text) }

let contract = Instrument(
    id: InstrumentID("PF_XBTUSD")!, pair: bitcoin, tick: try! Price("0.1"), lot: try! Quantity("0.0001"),
    minimum: try! Quantity("0.0001"), maximumPosition: try! Quantity("1000000"),
    margin: MarginSchedule(levels: [.init(notional: .zero, initial: rate("0.02"), maintenance: rate("0.01"))])!,
    fees: FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5)), fundingCap: rate("0.0025"))

func exchangeConfiguration(latency: Interval = .zero) -> ExchangeConfiguration {
    ExchangeConfiguration(
        halfSpread: .share(rate("0.0001")), impact: .zero, participation: nil, liquidationFee: rate("0.005"),
        orderLatency: Latency(latency))
}

/// A session of a day and a half on a random walk, written on a tape: the simulated exchange stands for the real one, and
/// can be made to differ from the one of the re-run.
struct LiveHours {
    var exchange = exchangeConfiguration()
    /// What the session's contract costs and the re-run's does.
    var fees = contract.fees
    /// Changes a command on its way; nil loses it.
    var command: (VenueCommand) -> VenueCommand? = { $0 }
    /// Said to the trader at the close of a candle.
    var order: (Timestamp) -> OperatorCommand? = { _ in nil }

    static let base = Timeframe.m5
    static let minutes = 36 * 60

    static func trader() -> Trader {
        var risk = RiskParameters.bare(leverageCap: Rate(10), slippage: SlippageAssumption(entry: .zero, exit: .zero))
        risk.riskFraction = .basisPoints(50)
        risk.includesCostsInSizing = false
        var cross = EMACrossParameters()
        cross.timeframe = base
        cross.fastPeriod = 4
        cross.slowPeriod = 12
        let market = TradedMarket(
            instrument: contract, base: base, strategy: EMACross(pair: bitcoin, parameters: cross))
        return try! Trader(parameters: TradingParameters(), risk: risk, markets: [market])
    }

    /// A random walk without jumps: each minute begins where the one before ended, as prices that are heard do.
    private static func prices(seed: UInt64) -> CandleSeries {
        var series = CandleSeries(timeframe: .m1)
        var last: Price?
        for candle in randomCandles(minutes, seed: seed, timeframe: .m1, start: midnight) {
            let open = last ?? candle.open
            last = candle.close
            try! series.append(
                Candle(
                    openTime: candle.openTime, open: open, high: max(open, candle.high), low: min(open, candle.low),
                    close: candle.close, volume: 100))
        }
        return series
    }

    func tape(seed: UInt64 = 3, for wanted: Timestamp? = nil) -> SessionTape {
        let prices = Self.prices(seed: seed)
        let candles = prices.resampled(to: Self.base)
        var told = contract
        told = Instrument(
            id: told.id, pair: told.pair, tick: told.tick, lot: told.lot, minimum: told.minimum,
            maximumPosition: told.maximumPosition, margin: told.margin, fees: fees, fundingCap: told.fundingCap)
        var venue = SimulatedExchange(
            configuration: exchange, instruments: [told], balance: try! Money("10000"), start: midnight)
        var tape = SessionTape([bitcoin], base: Self.base, for: wanted)
        var trader = Self.trader()
        func tell(_ fact: Event.Fact, _ time: Timestamp, _ received: Timestamp) {
            var outcome = Outcome()
            let event = Event(time: time, received: received, fact: fact)
            trader.handle(event, into: &outcome)
            tape.take(event, outcome, trader)
            for asked in outcome.commands { if let sent = command(asked) { venue.submit(sent, at: received) } }
        }
        tell(.instrumentListed(contract), midnight, midnight)
        tell(.venue(.position(venue.position(0))), midnight, midnight)
        tell(.venue(.account(venue.account)), midnight, midnight)
        for candle in prices {
            let bar = PriceBar(candle)
            venue.open(
                MarketBar(
                    openTime: candle.openTime, duration: .minutes(1), last: bar, mark: bar, index: bar,
                    halfSpread: .zero, volume: candle.volume, funding: HourlyFunding(rate("0.00001"))), for: 0)
            let close = candle.openTime + .minutes(1)
            while let delivery = venue.next(until: close) {
                switch delivery.message {
                case .tick(let tick): tell(.ticked(tick), delivery.time, delivery.received)
                case .venue(let news): tell(.venue(news), delivery.time, delivery.received)
                }
            }
            guard close == Self.base.start(of: close) else { continue }
            let place = candles.openTimes.firstIndex(of: close - Self.base.interval)!
            tell(.venue(.account(venue.account)), close, close)
            tell(.candleClosed(bitcoin, candles[place]), close, close)
            if let order = order(close) { tell(.commanded(order), close, close) }
        }
        return tape
    }
}
