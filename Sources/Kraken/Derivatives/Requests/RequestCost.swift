extension Derivatives {
    /// What a request takes from which of the account's two budgets.
    public enum RequestCost: Hashable, Sendable {
        case free
        /// Of 500 tokens per 10 seconds.
        case trading(Int)
        /// Of 100 tokens per 10 minutes.
        case history(Int)
    }
}

extension Derivatives.Request {
    public var cost: Derivatives.RequestCost {
        switch self {
        case .instruments, .instrumentStatuses, .instrumentStatus, .tickers, .ticker, .orderBook, .trades,
            .fundingRates, .charts, .marketExecutions, .keyCheck:
            .free
        case .sendOrder, .editOrder, .cancelOrder, .setLeveragePreference: .trading(10)
        case .cancelAllOrders, .cancelAllOrdersAfter: .trading(25)
        case .batchOrder(let batch): .trading(9 + batch.instructions.count)
        case .accounts, .openPositions, .openOrders, .leveragePreferences, .notifications, .accountInstruments:
            .trading(2)
        case .orderStatuses: .trading(1)
        case .fills(let before): .trading(before == nil ? 2 : 25)
        case .executionHistory, .orderHistory, .triggerHistory: .history(1)
        case .accountLog(let query):
            switch query.count ?? 500 {
            case ...25: .history(1)
            case ...50: .history(2)
            case ...1000: .history(3)
            case ...5000: .history(6)
            default: .history(10)
            }
        }
    }
}
