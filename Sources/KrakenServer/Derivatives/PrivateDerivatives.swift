import Market
import Wire

extension LocalExchange {
    /// Private endpoints of derivatives REST v3: who calls, what it costs, what to do.
    mutating func privateDerivatives(_ call: DerivativesCall) throws(DerivativesError) -> HTTPResponse {
        guard let cost = Self.cost(call) else { throw .noSuchPath }
        let account = try authenticate(call)
        try pay(cost, account)
        if faults.lasts(.maintenance) != nil, call.endpoint.hasSuffix("order") || call.endpoint.hasPrefix("cancel") {
            throw .unavailable
        }
        let path = call.request.path
        switch (call.request.method, call.endpoint) {
        case (_, "sendorder"): return try sendOrder(call, account)
        case (_, "editorder"): return try editOrder(call, account)
        case (_, "cancelorder"): return try cancelOrder(call, account)
        case (_, "cancelallorders"): return try cancelAllOrders(call, account)
        case (_, "cancelallordersafter"): return try cancelAllOrdersAfter(call, account)
        case (_, "batchorder"): return try batchOrder(call, account)
        case (_, "openorders"): return reading(account, path) { $0.openOrders(account) }
        case (_, "orders"): return orderStatus(call, account)
        case (_, "openpositions"): return reading(account, path) { $0.openPositions(account) }
        case (_, "accounts"): return reading(account, path) { $0.accountsAnswer(account) }
        case (_, "fills"):
            let before = try call.time("lastFillTime")
            return reading(account, path) { $0.fillsAnswer(account, before: before) }
        case (.put, "leveragepreferences"): return try setLeverage(call, account)
        case (_, "leveragepreferences"): return leverage(account)
        case (_, "pnlpreferences"): return success { $0.array("preferences") { _ in } }
        case (_, "self-trade-strategy"): return success { $0.field("strategy", "REJECT_TAKER") }
        case (_, "trading"): return instruments(forAccount: true)
        case (_, "notifications"): return success { writer in notifications(&writer) }
        case (_, "unwindqueue"): return success { $0.array("queue") { _ in } }
        default: throw .noSuchPath
        }
    }

    /// Tokens; nil for a path that is not there.
    private static func cost(_ call: DerivativesCall) -> Int64? {
        let isWrite = call.request.method == .put
        return switch call.endpoint {
        case "sendorder", "editorder", "cancelorder": 10
        case "batchorder": 9 + Int64(batchSize(call))
        case "cancelallorders", "cancelallordersafter": 25
        case "openorders", "openpositions", "accounts": 2
        case "orders" where call.parts.count == 2 && call.parts[1] == "status": 1
        case "trading" where call.parts.count == 2 && call.parts[1] == "instruments": 2
        case "fills": call.parameters["lastFillTime"] == nil ? 2 : 25
        case "leveragepreferences", "pnlpreferences": isWrite ? 10 : 2
        case "self-trade-strategy", "notifications": 2
        case "unwindqueue": 200
        default: nil
        }
    }

    private static func batchSize(_ call: DerivativesCall) -> Int {
        do { return try batch(call).count } catch { return 1 }
    }

    func notifications(_ writer: inout JSONWriter) {
        writer.array("notifications") { _ in }
    }

    /// What the key may do: read and trade, never withdraw.
    mutating func keyCheck(_ call: DerivativesCall) throws(DerivativesError) -> HTTPResponse {
        let account = try authenticate(call)
        return .json(
            JSONWriter.text { writer in
                writer.field("apiKey", accounts[account].keys.futuresKey)
                writer.field("accountUid", accounts[account].uid)
                writer.field("createdAt", "2022-03-22T13:15:36.000Z")
                writer.object("permissions") { writer in
                    writer.field("general", "FULL_ACCESS")
                    writer.field("withdrawal", "NO_ACCESS")
                }
                writer.array("allowedCidrBlocks") { _ in }
            })
    }

    // MARK: Leverage

    private mutating func setLeverage(_ call: DerivativesCall, _ account: Int) throws(DerivativesError) -> HTTPResponse
    {
        let symbol = try call.required("symbol")
        guard let market = market(symbol) else { throw .engine(code: 87, message: "Contract does not exist") }
        guard let text = call.parameters["maxLeverage"], !text.isEmpty else {
            accounts[account].leverage[market] = nil
            return success { _ in }
        }
        guard let value: Rate = JSONValue.string(text).amount(), value >= .one, value <= Rate(100) else {
            throw .invalid("maxLeverage")
        }
        accounts[account].leverage[market] = value.raw / Rate.scale
        return success { _ in }
    }

    private func leverage(_ account: Int) -> HTTPResponse {
        success { writer in
            writer.array("leveragePreferences") { writer in
                for market in listed {
                    guard let chosen = accounts[account].leverage[market] else { continue }
                    writer.object { writer in
                        writer.field("symbol", tape.markets[market].names.contract)
                        writer.field("maxLeverage", chosen)
                    }
                }
            }
        }
    }
}
