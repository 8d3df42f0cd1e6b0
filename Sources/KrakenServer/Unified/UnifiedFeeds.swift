import Market

/// Who listens to which account on the private Unified WebSocket.
struct UnifiedFeeds: Sendable {
    enum Channel: String, Hashable, Sendable, CaseIterable {
        case executions
        case positions
        case margin
        case balances
        case ledgers
    }

    struct Subscription: Sendable {
        let connection: ConnectionID
        let account: Int
        let channel: Channel
        /// Of executions: whether changes beside new, filled and cancelled are told.
        var tellsStatus = true
        /// Of positions: with margin and risk figures.
        var withMargin = false
        var sequence: Int64 = 0
    }

    var subscriptions: [Subscription] = []

    func place(_ connection: ConnectionID, _ channel: Channel) -> Int? {
        subscriptions.firstIndex { $0.connection == connection && $0.channel == channel }
    }

    func hears(_ account: Int) -> Bool { subscriptions.contains { $0.account == account } }

    mutating func forget(_ connection: ConnectionID) { subscriptions.removeAll { $0.connection == connection } }
}
