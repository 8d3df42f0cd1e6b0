import Exchange
import KrakenServer
import Market
import Research
import Venue

/// A local exchange for measuring: two days of the demo market by the minute, one account.
enum ExchangeMarket {
    static let start = Timestamp(seconds: 1_672_531_200 + 86_400)

    static func exchange() -> LocalExchange {
        var parameters = DemoMarketParameters()
        parameters.days = 2
        parameters.timeframe = .m1
        var configuration = LocalExchangeConfiguration(
            halfSpread: .share(Rate(raw: Rate.scale / 20_000)), impact: .basisPoints(100),
            liquidationFee: .basisPoints(50), seed: 7)
        configuration.limitsRates = false
        return LocalExchange(
            configuration: configuration, markets: DemoMarket(parameters).histories { contract($0) },
            accounts: [AccountSetup(name: "demo", equity: Money(10_000), seed: 7)], start: start)
    }

    private static func contract(_ pair: SpotPair) -> Instrument? {
        let isBitcoin = pair.base == "BTC"
        guard let id = InstrumentID(isBitcoin ? "PF_XBTUSD" : "PF_ETHUSD"),
            let margin = MarginSchedule(levels: [
                .init(notional: .zero, initial: .basisPoints(200), maintenance: .basisPoints(100))
            ])
        else { return nil }
        return Instrument(
            id: id, pair: pair, tick: isBitcoin ? Price(1) : Price(raw: Price.scale / 10),
            lot: Quantity(raw: isBitcoin ? 100 : 1000), minimum: Quantity(raw: isBitcoin ? 100 : 1000),
            maximumPosition: Quantity(1200), margin: margin,
            fees: FeeSchedule(maker: .basisPoints(2), taker: .basisPoints(5)), fundingCap: .basisPoints(50))
    }
}
