import Market

/// What happened to an account, for the feeds and the history.
enum AccountNews: Sendable {
    case order(OrderRecord, OrderChange)
    case fill(FillRecord)
    case log(LogEntry)
    case positions
    case balances
}

/// How an order changed. The record that goes with it is the order afterwards.
enum OrderChange: Sendable {
    case placed
    case edited(from: OrderTicket)
    case triggered
    case partlyFilled
    case filled
    case cancelled(CancelCause)
    case refused(Refusal)
}

/// A piece of news with its own name and time, as the history keeps it.
struct HistoryEntry: Sendable {
    let number: Int64
    let uuid: String
    let time: Timestamp
    let news: AccountNews
}
