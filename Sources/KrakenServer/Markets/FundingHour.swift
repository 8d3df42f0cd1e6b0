import Market
import Venue

/// The funding of one hour, fixed at its start.
struct FundingHour: Hashable, Sendable {
    let time: Timestamp
    let rate: HourlyFunding
    /// Dollars per coin for the whole hour: the rate on the index at fixing.
    let perCoin: Price

    init(time: Timestamp, rate: HourlyFunding, index: Price) {
        self.time = time
        self.rate = rate
        perCoin = index.times(rate.rate, .nearestEven)
    }
}
