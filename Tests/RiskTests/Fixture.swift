import Market
import Risk
import Venue

/// Exact decimals in tests, written as text.
func price(_ text: String) -> Price { try! Price(text) }
func coins(_ text: String) -> Quantity { try! Quantity(text) }
func dollars(_ text: String) -> Money { try! Money(text) }
func rate(_ text: String) -> Rate { try! Rate(text) }

let noon = CalendarDay(year: 2024, month: 3, day: 5)!.start + .hours(12)
let bitcoin = instrument("PF_XBTUSD", "BTC/USD")
let ether = instrument("PF_ETHUSD", "ETH/USD")

/// The brackets of Kraken's class A, up to 10 million.
let classA = MarginSchedule(levels: [
    .init(notional: .zero, initial: rate("0.02"), maintenance: rate("0.01")),
    .init(notional: Money(1_000_000), initial: rate("0.04"), maintenance: rate("0.02")),
    .init(notional: Money(2_000_000), initial: rate("0.05"), maintenance: rate("0.025")),
    .init(notional: Money(5_000_000), initial: rate("0.1"), maintenance: rate("0.05")),
])!

func instrument(
    _ id: String, _ pair: String, minimum: String = "0.0001", most: String = "1000", maker: String = "0.0002",
    taker: String = "0.0005"
) -> Instrument {
    Instrument(
        id: InstrumentID(id)!, pair: SpotPair(pair)!, tick: price("0.5"), lot: coins("0.0001"),
        minimum: coins(minimum), maximumPosition: coins(most), margin: classA,
        fees: FeeSchedule(maker: rate(maker), taker: rate(taker)), fundingCap: rate("0.0025"))
}

func tick(
    _ mark: String = "50000", bid: String? = nil, ask: String? = nil, funding: String = "0",
    of instrument: Instrument = bitcoin, at time: Timestamp = noon
) -> Tick {
    Tick(
        instrument: instrument.id, mark: price(mark), index: price(mark), last: price(mark), bid: price(bid ?? mark),
        ask: price(ask ?? mark), funding: HourlyFunding(rate(funding)), time: time)
}

func account(_ balance: String = "100000", unrealised: String = "0", initial: String = "0") -> AccountReport {
    AccountReport(
        balance: dollars(balance), unrealised: dollars(unrealised), initialMargin: dollars(initial),
        maintenanceMargin: .zero, time: noon)
}

/// A calm market and an empty account of $100,000.
func view(
    _ tick: Tick = tick(), spot: String = "50000", account report: AccountReport = account(),
    exposures: [Exposure]? = [], instrument: Instrument? = bitcoin
) -> RiskView {
    RiskView(
        now: noon, instrument: instrument, tick: .known(tick, at: noon), spot: .known(price(spot), at: noon),
        account: .known(report, at: noon), exposures: exposures, fundingAverage: rate("0.00001"),
        volatilityPercentile: 0.5, basisState: .normal)
}

func proposal(
    _ side: Side = .long, entry: ProposedEntry = .market, stop: String? = nil,
    targets: [(String, String)]? = nil, hold: Interval = .hours(8), of instrument: Instrument = bitcoin
) -> EntryProposal {
    let ladder =
        targets ?? (side == .long ? [("51000", "0.4"), ("52500", "0.4")] : [("49000", "0.4"), ("47500", "0.4")])
    return EntryProposal(
        setup: 7, instrument: instrument.id, side: side, entry: entry,
        stop: price(stop ?? (side == .long ? "49000" : "51000")),
        targets: ladder.map { ProposedTarget(price: price($0.0), share: rate($0.1)) }, expectedHold: hold,
        decidedAt: noon)
}

func exposure(
    _ side: Side = .long, _ quantity: String = "0.5", at entry: String = "50000", mark: String? = nil,
    stop: String? = "49000", of instrument: Instrument = ether, inFlight: Bool = false, correlation: Double? = 0
) -> Exposure {
    Exposure(
        instrument: instrument, side: side, quantity: coins(quantity), entryPrice: price(entry),
        mark: price(mark ?? entry), stop: stop.map(price), isInFlight: inFlight, correlation: correlation)
}

let slippage = SlippageAssumption(entry: rate("0.0002"), exit: rate("0.0005"))

func standard(_ change: (inout RiskParameters) -> Void = { _ in }) -> RiskParameters {
    var parameters = RiskParameters(leverageCap: Rate(3), slippage: slippage)
    change(&parameters)
    return parameters
}

/// No gate but the leverage cap, then what `change` turns on: shows each gate alone.
func bare(_ change: (inout RiskParameters) -> Void = { _ in }) -> RiskParameters {
    var parameters = RiskParameters.bare(leverageCap: Rate(10), slippage: slippage)
    change(&parameters)
    return parameters
}

func decide(
    _ parameters: RiskParameters, _ proposal: EntryProposal = proposal(), _ view: RiskView = view(),
    _ ledger: RiskLedger = RiskLedger()
) -> RiskVerdict {
    try! RiskPlanner(parameters).plan(proposal, view, ledger)
}

extension RiskVerdict {
    var reason: RiskRule? {
        switch self {
        case .approved: nil
        case .refused(let rule, _): rule
        }
    }

    func check(_ rule: RiskRule) -> Check<RiskRule>? { checks.first { $0.name == rule } }
}
