import Exchange
public import Market
public import Venue

/// What the exchange itself knows of an account, past every surface: for judges of simulations, never for clients.
public struct PrivateTruth: Hashable, Sendable {
    public struct OpenOrder: Hashable, Sendable {
        /// As the client named it.
        public let clientID: String?
        public let instrument: InstrumentID
        public let side: Side
        public let remaining: Quantity
        public let reduceOnly: Bool
        /// Of a stop that has not been triggered.
        public let stopTrigger: Price?
        /// A stop that was triggered and is trading.
        public let isTriggeredStop: Bool
        public let placed: Timestamp
    }

    /// Open positions, in the order of the markets.
    public let positions: [PositionReport]
    public let orders: [OpenOrder]
    public let account: AccountReport
    /// Funding that was settled since the start: positive when received.
    public let funding: Money
    /// What came in since the start, less what was taken out.
    public let deposits: Money
    /// Orders ever taken, refused ones included.
    public let ordersSeen: Int
    public let fillsSeen: Int
    /// When the dead man's switch fires; nil when it is off.
    public let deadMan: Timestamp?
}

extension LocalExchange {
    public func truth(ofAccount number: Int = 0) -> PrivateTruth {
        let account = accounts[number]
        return PrivateTruth(
            positions: account.instruments.indices.map { account.venue.position($0) }.filter(\.quantity.isPositive),
            orders: account.open.map { record in
                let isStop = record.ticket.type == .stop
                return PrivateTruth.OpenOrder(
                    clientID: record.ticket.clientID, instrument: account.instruments[record.ticket.market],
                    side: record.ticket.side, remaining: record.remaining, reduceOnly: record.ticket.reduceOnly,
                    stopTrigger: isStop && !record.isTriggered ? record.ticket.stopPrice : nil,
                    isTriggeredStop: isStop && record.isTriggered, placed: record.placed)
            },
            account: account.venue.account, funding: account.venue.totals.funding,
            deposits: account.venue.totals.deposits, ordersSeen: account.orders.end, fillsSeen: account.fills.end,
            deadMan: account.deadMan)
    }

    /// Whether anything is open or held, at less cost than the whole truth.
    public func isBusy(account number: Int = 0) -> Bool { !accounts[number].venue.isIdle }

    /// Executions of the account from the one with this number on, oldest first; those long past are forgotten.
    public func fills(ofAccount number: Int = 0, from first: Int) -> [(clientID: String?, fill: Fill)] {
        let fills = accounts[number].fills
        return (max(first, fills.first)..<max(first, fills.end)).compactMap { place in
            fills[place].map { ($0.order.ticket.clientID, $0.fill) }
        }
    }
}
