import CandleFiles
import Market
import Research
import TridentConfiguration
import Venue

/// What the local exchange trades: recorded candles or the demo market, and where in them it begins.
struct ExchangeMarkets {
    var histories: [MarketHistory] = []
    var notices: [String] = []

    /// - Parameter data: a folder, or nil for the demo market.
    init(data: String?, settings: Settings) throws(CommandFailure) {
        do {
            if let data {
                let loaded = try MarketLoading(
                    folder: try DataDirectory(scanning: data), wanted: [], settings: settings
                ).load()
                histories = loaded.markets
                notices = loaded.notices
            } else {
                histories = DemoMarket(try settings.demoMarketParameters()).histories { pair in
                    KnownContracts.history(of: pair, fees: settings.fees)?.terms(at: .distantPast)
                }
                notices = ["no --data given: this is the embedded demo market, synthetic from end to end"]
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw .input(error)
        }
    }

    /// The span that every market covers.
    func span() throws(CommandFailure) -> ClosedRange<Timestamp> {
        let first = histories.compactMap(\.spot.candles.openTimes.first).max()
        let last = histories.compactMap(\.spot.candles.openTimes.last).min()
        guard let first, let last, last - first >= .days(15) else {
            throw CommandFailure("the markets have less than 15 days in common; give more data", code: .badInput)
        }
        return first...last
    }

    /// Whole weeks that move the data so that its middle lies near `now`: as much past as future, and candles of every
    /// length stay whole.
    func shift(to now: Timestamp) throws(CommandFailure) -> Interval {
        let span = try span()
        let half = (span.upperBound - span.lowerBound).nanoseconds / 2
        let middle = span.lowerBound + Interval(nanoseconds: half)
        let weeks = (now - middle).nanoseconds / Interval.days(7).nanoseconds
        return .days(7 * weeks)
    }
}
