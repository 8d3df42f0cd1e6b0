import Exchange
public import Market
import Risk
public import Venue

/// `costs`: what trading is assumed to cost. Nothing here has a default in the program: a file must say it.
public enum CostSettings {
    static let makerFee = Key<Rate>(
        "costs.maker_fee", default: nil, .basisPoints(-10)...Rate.basisPoints(100),
        "Fee of a resting order's fill, as a fraction of notional; negative for a rebate")
    static let takerFee = Key<Rate>(
        "costs.taker_fee", default: nil, .zero...Rate.basisPoints(100), "Fee of a fill that takes from the book")
    static let halfSpread = Key<Rate>(
        "costs.half_spread", default: nil, .zero...Rate.basisPoints(100),
        "Half the distance between bid and ask in simulation, as a fraction of price")
    static let impact = Key<Rate>(
        "costs.impact", default: nil, .zero...Rate(1),
        "Share by which taking the whole volume of a bar would move the price; an order pays its part of it")
    public static let entrySlippage = Key<Rate>(
        "costs.entry_slippage", default: nil, .zero...Rate.basisPoints(500),
        "Slippage that sizing expects of a market entry")
    static let stopSlippage = Key<Rate>(
        "costs.stop_slippage", default: nil, .zero...Rate.basisPoints(500), "Slippage that sizing expects of a stop")
    static let fundingWithoutData = Key<Rate>(
        "costs.funding_without_data", default: nil, .basisPoints(-50)...Rate.basisPoints(50),
        "Hourly funding that longs pay where no funding series is given")
    static let liquidationFee = Key<Rate>(
        "costs.liquidation_fee", default: nil, .zero...Rate.basisPoints(500),
        "Fee of a liquidation on top of the taker fee")

    static let section = Schema.Section(
        name: "costs", meaning: "What trading is assumed to cost. Fractions of notional or price.",
        keys: [
            AnyKey(makerFee), AnyKey(takerFee), AnyKey(halfSpread), AnyKey(impact), AnyKey(entrySlippage),
            AnyKey(stopSlippage), AnyKey(fundingWithoutData), AnyKey(liquidationFee),
        ])

    /// Base tier fees (September 2026); the rest is cautious for an account of some ten thousand dollars in BTC and ETH.
    static let assumptions: [String: String] = [
        "costs.maker_fee": "0.0002", "costs.taker_fee": "0.0005", "costs.half_spread": "0.00005",
        "costs.impact": "0.01", "costs.entry_slippage": "0.0002", "costs.stop_slippage": "0.0005",
        "costs.funding_without_data": "0.0000125", "costs.liquidation_fee": "0.005",
    ]
}

extension Settings {
    public var fees: FeeSchedule { FeeSchedule(maker: self[CostSettings.makerFee], taker: self[CostSettings.takerFee]) }

    /// Relative funding per hour where no series is given.
    public var fundingWithoutData: HourlyFunding { HourlyFunding(self[CostSettings.fundingWithoutData]) }
}
