import Market
import Venue

/// Funding, which is told by the account log alone: settled by the hour, and realised when a position changes.
extension DerivativesAccountStream {
    /// - Parameter entries: in order of their ids.
    mutating func tellFunding(
        _ entries: [Derivatives.AccountLogEntry], into outbox: inout SessionOutbox<GatewayNews>
    ) {
        for entry in entries where entry.id > lastBooking {
            lastBooking = entry.id
            guard let since = fundingSince, entry.time > since, let payment = entry.funding else { continue }
            outbox.news.append(.event(.funding(payment)))
        }
    }
}

extension Derivatives.AccountLogEntry {
    /// Nil when none was realised with it. Of a trade's two bookings only that in dollars counts.
    fileprivate var funding: FundingPayment? {
        guard asset == "usd", let instrument, let amount = realisedFunding, !amount.isZero else { return nil }
        let relative = fundingRate.flatMap { rate in
            mark.flatMap { Price(raw: rate.raw).ratio(to: $0, .nearestEven) }
        }
        return FundingPayment(
            instrument: instrument, amount: amount, rate: HourlyFunding(relative ?? .zero), time: time)
    }
}
