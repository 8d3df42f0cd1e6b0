import Exchange
import Market
import Research
import Strategy
import Trading
import Venue

/// Shorthand for hand-made cases; a literal that is wrong stops the test.
func price(_ text: String) -> Price { try! Price(text) }
func money(_ text: String) -> Money { try! Money(text) }
func rate(_ text: String) -> Rate { try! Rate(text) }
func quantity(_ text: String) -> Quantity { try! Quantity(text) }
func hour(_ count: Int64) -> Timestamp { Timestamp(seconds: 1_704_067_200) + .hours(count) }
let bitcoin = SpotPair("BTC/USD")!
let ether = SpotPair("ETH/USD")!

func instrument(_ pair: SpotPair) -> Instrument {
    Instrument(
        id: InstrumentID("PF_\(pair.base)USD")!, pair: pair, tick: price("0.1"), lot: quantity("0.0001"),
        minimum: quantity("0.0001"), maximumPosition: quantity("1000000"),
        margin: MarginSchedule(levels: [.init(notional: .zero, initial: rate("0.02"), maintenance: rate("0.01"))])!,
        fees: FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5)), fundingCap: rate("0.0025"))
}

func exchangeConfiguration(_ path: PathModel = .worst) -> ExchangeConfiguration {
    ExchangeConfiguration(
        halfSpread: .share(rate("0.00005")), impact: .zero, participation: nil, liquidationFee: rate("0.005"),
        path: path)
}

func configuration(equity: String = "10000") -> BacktestConfiguration {
    BacktestConfiguration(
        initialEquity: money(equity), exchange: exchangeConfiguration(),
        assumedFunding: HourlyFunding(rate("0.00001")))
}

/// Candles that follow one another with these closes; each opens at the last close.
func series(_ closes: [String], _ timeframe: Timeframe = .h1, from start: Timestamp = hour(0)) -> CandleSeries {
    var result = CandleSeries(timeframe: timeframe)
    var last = price(closes[0])
    for (place, text) in closes.enumerated() {
        let close = price(text)
        try! result.append(
            Candle(
                openTime: start + timeframe.interval * Int64(place), open: last, high: max(last, close),
                low: min(last, close), close: close, volume: 10))
        last = close
    }
    return result
}

/// A trade with a given result, opened and closed at given hours.
func trade(
    _ id: Int, net: String, from opened: Int64, to closed: Int64, risk: String = "100", pair: SpotPair = bitcoin,
    side: Side = .long, setup: SetupKind = .emaCross, fees: String = "0", funding: String = "0"
) -> Trade {
    Trade(
        id: TradeID(id), setupID: SetupID(UInt64(id)), instrument: instrument(pair).id, pair: pair, side: side,
        setup: setup, decidedAt: hour(opened), openedAt: hour(opened), closedAt: hour(closed),
        quantity: quantity("1"), entryPrice: price("100"), exitPrice: price("100"), initialStop: price("90"),
        exitReason: .stopLoss, gross: money(net) + money(fees) - money(funding), fees: money(fees),
        funding: money(funding), risk: money(risk), maeR: 0, mfeR: 0, naked: .zero, legs: [], stops: [], targets: [],
        drawings: [])
}

func point(_ hours: Int64, _ equity: String, drawdown: String = "0") -> EquityPoint {
    EquityPoint(
        time: hour(hours), balance: money(equity), unrealised: .zero, drawdown: rate(drawdown), marginUsed: .zero,
        effectiveLeverage: .zero)
}
