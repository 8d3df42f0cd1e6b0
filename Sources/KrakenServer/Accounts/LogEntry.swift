import Market
import Venue

/// One line of the account log: one change of one balance.
struct LogEntry: Hashable, Sendable {
    enum Asset: Hashable, Sendable {
        case dollars
        /// The size of a position, signed.
        case contract
    }

    var number: Int64
    var uuid: String
    var time: Timestamp
    var asset: Asset
    /// The contract concerned.
    var market: Int?
    var info: String
    /// Dollars or coin, by `asset`.
    var old: String
    var new: String
    var amount: String
    var execution: String?
    var tradePrice: Price?
    var markPrice: Price?
    var oldEntry: Price?
    var newEntry: Price?
    var realised: Money?
    var fee: Money?
    var funding: Money?
    var fundingRate: Price?
    var liquidationFee: Money?
}
