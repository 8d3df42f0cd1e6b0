import Venue
public import Wire

extension Derivatives.Request {
    typealias Problem = Derivatives.RequestProblem

    /// Reads what a client sent: parameters in the query or, for POST and PUT, in the body.
    public init(_ request: HTTPRequest) throws(Derivatives.RequestProblem) {
        guard var form = FormText(encoded: Array(request.query.utf8)), let body = FormText(encoded: request.body) else {
            throw .invalid("parameters")
        }
        form.pairs += body.pairs
        let path = request.path
        if path.hasPrefix(Self.trading) {
            self = try Self.trading(request.method, String(path.dropFirst(Self.trading.count)), form)
        } else if path == Self.check, request.method == .get {
            self = .keyCheck
        } else if path.hasPrefix(Self.charts), request.method == .get {
            self = .charts(try Derivatives.ChartQuery(path: String(path.dropFirst(Self.charts.count)), form))
        } else if path.hasPrefix(Self.history), request.method == .get {
            self = try Self.history(String(path.dropFirst(Self.history.count)), form)
        } else {
            throw .notFound
        }
    }

    private static func trading(
        _ method: HTTPRequest.Method, _ path: String, _ form: FormText
    ) throws(Problem) -> Self {
        switch method {
        case .get:
            // Some clients ask for order states with GET.
            if path == "orders/status" { return orderStates(form) }
            return try reading(path, FormReader(form))
        case .post: return try acting(path, form)
        case .put:
            guard path == "leveragepreferences" else { throw .notFound }
            let fields = FormReader(form)
            return .setLeveragePreference(
                try fields.instrument("symbol"), maximum: try fields.optionalAmount("maxLeverage"))
        case .delete: throw .notFound
        }
    }

    private static func reading(_ path: String, _ form: FormReader) throws(Problem) -> Self {
        switch path {
        case "instruments": return .instruments
        case "trading/instruments": return .accountInstruments
        case "instruments/status": return .instrumentStatuses
        case "tickers": return .tickers
        case "orderbook": return .orderBook(try form.instrument("symbol"))
        case "history":
            return .trades(try form.instrument("symbol"), before: try form.optionalInstant("lastTime"))
        case "historical-funding-rates": return .fundingRates(try form.instrument("symbol"))
        case "openorders": return .openOrders
        case "openpositions": return .openPositions
        case "accounts": return .accounts
        case "fills": return .fills(before: try form.optionalInstant("lastFillTime"))
        case "leveragepreferences": return .leveragePreferences
        case "notifications": return .notifications
        default: return try ofOne(path)
        }
    }

    /// `tickers/PF_XBTUSD` and `instruments/PF_XBTUSD/status`.
    private static func ofOne(_ path: String) throws(Problem) -> Self {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2, let id = InstrumentID(wire: parts[1]) else { throw .notFound }
        if parts.count == 2, parts[0] == "tickers" { return .ticker(id) }
        if parts.count == 3, parts[0] == "instruments", parts[2] == "status" { return .instrumentStatus(id) }
        throw .notFound
    }

    private static func acting(_ path: String, _ form: FormText) throws(Problem) -> Self {
        let fields = FormReader(form)
        switch path {
        case "sendorder": return .sendOrder(try Derivatives.SendOrder(fields))
        case "editorder": return .editOrder(try Derivatives.EditOrder(fields))
        case "cancelorder": return .cancelOrder(try Derivatives.CancelOrder(fields))
        case "cancelallorders": return .cancelAllOrders(try fields.optionalInstrument("symbol"))
        case "cancelallordersafter":
            guard let seconds = try fields.optionalInteger("timeout") else { throw .missing("timeout") }
            guard (0...86_400).contains(seconds) else { throw .invalid("timeout") }
            return .cancelAllOrdersAfter(seconds: seconds)
        case "batchorder": return .batchOrder(try Derivatives.BatchOrder(form))
        case "orders/status": return orderStates(form)
        default: throw .notFound
        }
    }

    private static func orderStates(_ form: FormText) -> Self {
        .orderStatuses(
            form.pairs.compactMap { pair in
                switch pair.name {
                case "orderIds", "orderIds[]": .order(pair.value)
                case "cliOrdIds", "cliOrdIds[]": .client(pair.value)
                default: nil
                }
            })
    }

    private static func history(_ path: String, _ form: FormText) throws(Problem) -> Self {
        switch path {
        case "executions": return .executionHistory(try Derivatives.HistoryQuery(form))
        case "orders": return .orderHistory(try Derivatives.HistoryQuery(form))
        case "triggers": return .triggerHistory(try Derivatives.HistoryQuery(form))
        case "account-log": return .accountLog(try Derivatives.AccountLogQuery(form))
        default:
            let parts = path.split(separator: "/").map(String.init)
            guard parts.count == 3, parts[0] == "market", parts[2] == "executions",
                let id = InstrumentID(wire: parts[1])
            else { throw .notFound }
            return .marketExecutions(id, try Derivatives.HistoryQuery(form))
        }
    }
}
