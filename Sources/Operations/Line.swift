public import Kraken

/// One conversation with the exchange. Each has sockets and requests of its own; all are carried by the same driver.
public enum Line: UInt8, Hashable, Sendable, CaseIterable {
    /// Contract terms and candles of the past, at the start.
    case preparation
    /// Spot candles.
    case candles
    /// Prices of the perpetuals.
    case prices
    /// Orders and account.
    case account

    public var name: String {
        switch self {
        case .preparation: "preparation"
        case .candles: "candles"
        case .prices: "prices"
        case .account: "account"
        }
    }
}

/// What the world tells the running program.
public enum RuntimeInput: Sendable {
    case line(Line, SessionInput)
    case commanded(OperatorIntent)
    /// Inputs were dropped because a queue was full.
    case overflowed(Line, dropped: Int)
    /// Another instance holds the account now.
    case leaseLost(String)
    /// Whether it could not be confirmed for too long that no other instance does.
    case leaseDoubted(Bool)
    /// End the session in good order.
    case stop(reason: String)
    case woke
}

/// What an operator may ask of a running session.
public enum OperatorIntent: Hashable, Sendable {
    case halt(reason: String)
    case flatten(reason: String)
    case release(operatorName: String, reason: String)
    /// Look at the exchange's truth now.
    case reconcile
}
