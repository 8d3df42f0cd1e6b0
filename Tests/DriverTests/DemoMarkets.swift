import Market
import Research
import Venue

/// Two days of a demo market by the minute.
enum DemoMarkets {
    static let start = Timestamp(seconds: 1_672_531_200 + 86_400)
    static let histories: [MarketHistory] = {
        var parameters = DemoMarketParameters()
        parameters.days = 2
        parameters.timeframe = .m1
        return DemoMarket(parameters).histories { contract($0) }
    }()

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
