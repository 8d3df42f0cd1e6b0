public import Market
public import Venue
public import Wire

extension Derivatives {
    /// One request of REST v3, history or charts: everything but the signature, which the session adds.
    public enum Request: Hashable, Sendable {
        case instruments
        /// With the margin levels of the account.
        case accountInstruments
        case instrumentStatuses
        case instrumentStatus(InstrumentID)
        case tickers
        case ticker(InstrumentID)
        case orderBook(InstrumentID)
        /// Up to 100 public trades before the instant.
        case trades(InstrumentID, before: Timestamp?)
        case fundingRates(InstrumentID)
        case charts(ChartQuery)
        case sendOrder(SendOrder)
        case editOrder(EditOrder)
        case cancelOrder(CancelOrder)
        case cancelAllOrders(InstrumentID?)
        /// Zero disarms.
        case cancelAllOrdersAfter(seconds: Int64)
        case batchOrder(BatchOrder)
        case openOrders
        /// Orders that are open or ended within the last 5 seconds.
        case orderStatuses([OrderReference])
        case openPositions
        case accounts
        /// The last 100 fills, or 100 before the instant.
        case fills(before: Timestamp?)
        case leveragePreferences
        /// Nil goes back to cross margin.
        case setLeveragePreference(InstrumentID, maximum: Rate?)
        case notifications
        case keyCheck
        case executionHistory(HistoryQuery)
        case orderHistory(HistoryQuery)
        case triggerHistory(HistoryQuery)
        case accountLog(AccountLogQuery)
        /// Executions of the whole market, without a key.
        case marketExecutions(InstrumentID, HistoryQuery)
    }
}

extension Derivatives.Request {
    static let trading = "/derivatives/api/v3/"
    static let history = "/api/history/v3/"
    static let charts = "/api/charts/v1/"
    static let check = "/api/auth/v1/api-keys/v3/check"

    public var method: HTTPRequest.Method {
        switch self {
        case .sendOrder, .editOrder, .cancelOrder, .cancelAllOrders, .cancelAllOrdersAfter, .batchOrder,
            .orderStatuses:
            .post
        case .setLeveragePreference: .put
        case .instruments, .accountInstruments, .instrumentStatuses, .instrumentStatus, .tickers, .ticker, .orderBook,
            .trades, .fundingRates, .charts, .openOrders, .openPositions, .accounts, .fills, .leveragePreferences,
            .notifications, .keyCheck, .executionHistory, .orderHistory, .triggerHistory, .accountLog,
            .marketExecutions:
            .get
        }
    }

    public var path: String {
        switch self {
        case .instruments: Self.trading + "instruments"
        case .accountInstruments: Self.trading + "trading/instruments"
        case .instrumentStatuses: Self.trading + "instruments/status"
        case .instrumentStatus(let id): Self.trading + "instruments/\(id)/status"
        case .tickers: Self.trading + "tickers"
        case .ticker(let id): Self.trading + "tickers/\(id)"
        case .orderBook: Self.trading + "orderbook"
        case .trades: Self.trading + "history"
        case .fundingRates: Self.trading + "historical-funding-rates"
        case .charts(let query): Self.charts + "\(query.tick.rawValue)/\(query.instrument)/\(query.resolution.rawValue)"
        case .sendOrder: Self.trading + "sendorder"
        case .editOrder: Self.trading + "editorder"
        case .cancelOrder: Self.trading + "cancelorder"
        case .cancelAllOrders: Self.trading + "cancelallorders"
        case .cancelAllOrdersAfter: Self.trading + "cancelallordersafter"
        case .batchOrder: Self.trading + "batchorder"
        case .openOrders: Self.trading + "openorders"
        case .orderStatuses: Self.trading + "orders/status"
        case .openPositions: Self.trading + "openpositions"
        case .accounts: Self.trading + "accounts"
        case .fills: Self.trading + "fills"
        case .leveragePreferences, .setLeveragePreference: Self.trading + "leveragepreferences"
        case .notifications: Self.trading + "notifications"
        case .keyCheck: Self.check
        case .executionHistory: Self.history + "executions"
        case .orderHistory: Self.history + "orders"
        case .triggerHistory: Self.history + "triggers"
        case .accountLog: Self.history + "account-log"
        case .marketExecutions(let id, _): Self.history + "market/\(id)/executions"
        }
    }

    /// The parameters; encoded, exactly what travels and what is signed.
    public var form: FormText {
        var form = FormText()
        switch self {
        case .instruments, .accountInstruments, .instrumentStatuses, .instrumentStatus, .tickers, .ticker, .openOrders,
            .openPositions, .accounts, .leveragePreferences, .notifications, .keyCheck:
            break
        case .orderBook(let id), .fundingRates(let id): form.append("symbol", id.description)
        case .trades(let id, let before):
            form.append("symbol", id.description)
            form.append("lastTime", before?.wireText)
        case .charts(let query): form = query.form
        case .sendOrder(let order): form = order.form
        case .editOrder(let edit): form = edit.form
        case .cancelOrder(let cancel): form = cancel.form
        case .cancelAllOrders(let id): form.append("symbol", id?.description)
        case .cancelAllOrdersAfter(let seconds): form.append("timeout", String(seconds))
        case .batchOrder(let batch): form = batch.form
        case .orderStatuses(let references):
            for reference in references {
                switch reference {
                case .order(let id): form.append("orderIds", id)
                case .client(let id): form.append("cliOrdIds", id)
                }
            }
        case .fills(let before): form.append("lastFillTime", before?.wireText)
        case .setLeveragePreference(let id, let maximum):
            form.append("symbol", id.description)
            form.append("maxLeverage", maximum?.description)
        case .executionHistory(let query), .orderHistory(let query), .triggerHistory(let query),
            .marketExecutions(_, let query):
            form = query.form
        case .accountLog(let query): form = query.form
        }
        return form
    }

    /// Whether it needs a signature.
    public var isPrivate: Bool {
        switch self {
        case .instruments, .instrumentStatuses, .instrumentStatus, .tickers, .ticker, .orderBook, .trades,
            .fundingRates, .charts, .marketExecutions:
            false
        case .accountInstruments, .sendOrder, .editOrder, .cancelOrder, .cancelAllOrders, .cancelAllOrdersAfter,
            .batchOrder, .openOrders, .orderStatuses, .openPositions, .accounts, .fills, .leveragePreferences,
            .setLeveragePreference, .notifications, .keyCheck, .executionHistory, .orderHistory, .triggerHistory,
            .accountLog:
            true
        }
    }

    /// The request as it travels, unsigned: parameters in the body of a POST, else in the query.
    public var http: HTTPRequest {
        let text = form.encoded
        guard method == .post else { return HTTPRequest(method, path, query: text) }
        return HTTPRequest(
            method, path, headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")],
            body: Array(text.utf8))
    }
}
