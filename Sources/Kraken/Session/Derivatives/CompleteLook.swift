import Market
import Venue

/// The lists of one look at the whole account, as they come in.
struct CompleteLook: Hashable, Sendable {
    let number: UInt64
    let began: Timestamp
    var openOrders: [Derivatives.OpenOrder]?
    var positions: [PositionReport]?
    var account: AccountReport?
    var fills: [Derivatives.Fill]?

    init(number: UInt64, began: Timestamp) {
        self.number = number
        self.began = began
    }

    var isComplete: Bool { openOrders != nil && positions != nil && account != nil && fills != nil }
}
