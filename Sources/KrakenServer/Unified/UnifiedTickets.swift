import Market
import Venue
import Wire

extension LocalExchange {
    /// Why an order method refuses, in Kraken's words.
    struct UnifiedError: Error, Hashable, Sendable {
        let text: String

        init(_ text: String) { self.text = text }

        static func invalid(_ name: String) -> UnifiedError { UnifiedError("EGeneral:Invalid arguments:\(name)") }
    }

    /// Reads an order as the Unified WebSocket writes it.
    func unifiedTicket(_ value: JSONValue, symbol: String?) throws(UnifiedError) -> OrderTicket {
        guard let symbol, let market = market(symbol) else { throw UnifiedError("EQuery:Unknown asset pair") }
        let side: Side
        switch value["side"]?.string {
        case "buy": side = .long
        case "sell": side = .short
        default: throw .invalid("side")
        }
        guard let quantity = Self.exact(value["order_qty"], Quantity.self), quantity.isPositive else {
            throw .invalid("order_qty")
        }
        var ticket = OrderTicket(market: market, side: side, type: .limit, quantity: quantity)
        ticket.reduceOnly = value["reduce_only"]?.bool ?? false
        ticket.clientID = try Self.clientID(value["cl_ord_id"])
        if let type = value["limit_price_type"]?.string, type != "static" { throw .invalid("limit_price_type") }
        if let price = value["limit_price"] {
            guard let limit = Self.exact(price, Price.self) else { throw .invalid("limit_price") }
            ticket.limitPrice = limit
        }
        try setType(of: &ticket, value)
        return ticket
    }

    private func setType(of ticket: inout OrderTicket, _ value: JSONValue) throws(UnifiedError) {
        let isPostOnly = value["post_only"]?.bool ?? false
        switch value["order_type"]?.string {
        case "limit":
            guard ticket.limitPrice != nil else { throw .invalid("limit_price") }
            switch value["time_in_force"]?.string ?? "gtc" {
            case "gtc": ticket.type = isPostOnly ? .postOnly : .limit
            case "ioc": ticket.type = .immediateOrCancel
            default: throw .invalid("time_in_force")
            }
        case "market":
            ticket.type = .market
            ticket.limitPrice = nil
        case "stop-loss": try setTrigger(of: &ticket, .stop, hasLimit: false, value)
        case "stop-loss-limit": try setTrigger(of: &ticket, .stop, hasLimit: true, value)
        case "take-profit": try setTrigger(of: &ticket, .takeProfit, hasLimit: false, value)
        case "take-profit-limit": try setTrigger(of: &ticket, .takeProfit, hasLimit: true, value)
        default: throw .invalid("order_type")
        }
    }

    private func setTrigger(
        of ticket: inout OrderTicket, _ type: OrderType, hasLimit: Bool, _ value: JSONValue
    ) throws(UnifiedError) {
        guard let triggers = value["triggers"], let price = Self.exact(triggers["price"], Price.self) else {
            throw .invalid("triggers")
        }
        if let kind = triggers["price_type"]?.string, kind != "static" { throw .invalid("price_type") }
        switch triggers["reference"]?.string ?? "last" {
        case "last": ticket.trigger = .last
        case "index": ticket.trigger = .index
        default: throw .invalid("reference")
        }
        if hasLimit, ticket.limitPrice == nil { throw .invalid("limit_price") }
        if !hasLimit { ticket.limitPrice = nil }
        ticket.type = type
        ticket.stopPrice = price
    }

    static func exact<Amount: FixedPoint>(_ value: JSONValue?, _: Amount.Type) -> Amount? {
        guard let digits = value?.digits else { return nil }
        do { return try Amount(digits) } catch { return nil }
    }

    /// A UUID with or without dashes, or at most eighteen characters of ASCII.
    private static func clientID(_ value: JSONValue?) throws(UnifiedError) -> String? {
        guard let value else { return nil }
        guard let text = value.string, !text.isEmpty, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            throw .invalid("cl_ord_id")
        }
        let digits = text.filter { $0 != "-" }
        let isUUID = digits.count == 32 && digits.allSatisfy(\.isHexDigit) && (text.count == 32 || text.count == 36)
        guard text.count <= 18 || isUUID else { throw .invalid("cl_ord_id") }
        return text
    }

    /// Passed deadlines refuse. How far ahead one may lie is not looked at: the market's time may not be the client's.
    func checkDeadline(_ request: StreamRequest) throws(UnifiedError) {
        guard let text = request["deadline"]?.string else { return }
        guard let limit = Timestamp(rfc3339: text) else { throw .invalid("deadline") }
        if clock > limit { throw UnifiedError("EService:Deadline elapsed") }
    }
}

extension Refusal {
    /// The words of Spot and of the Unified surface.
    var unifiedText: String {
        switch self {
        case .venue(let reason): Self.unifiedText(reason)
        case .immediateWouldNotTrade: "EOrder:Invalid order"
        case .selfTrade: "EOrder:Self trade prevented"
        case .clientIDInUse, .clientIDTooLong: "EGeneral:Invalid arguments:cl_ord_id"
        case .marketSuspended: "EService:Unavailable"
        case .cancelOnly: "EService:Market in cancel_only mode"
        case .marketPostOnly: "EService:Market in post_only mode"
        case .tooLate: "EService:Deadline elapsed"
        case .stopRefused, .invalidPrice: "EOrder:Invalid price"
        case .invalidSize: "EGeneral:Invalid arguments:order_qty"
        case .unsupportedType: "EGeneral:Invalid arguments:order_type"
        case .delisted: "EQuery:Unknown asset pair"
        }
    }

    private static func unifiedText(_ reason: RejectReason) -> String {
        switch reason {
        case .insufficientMargin, .wouldLiquidate: "EOrder:Insufficient funds"
        case .postOnlyWouldTrade: "EOrder:Post only order"
        case .reduceOnlyWouldIncrease: "EOrder:Reduce only:No position exists"
        case .priceOffTick: "EOrder:Tick size check failed"
        case .priceOutsideBand, .triggerAlreadyReached: "EOrder:Invalid price"
        case .quantityOffLot: "EGeneral:Invalid arguments:order_qty"
        case .quantityTooSmall: "EOrder:Order minimum not met"
        case .quantityTooLarge: "EOrder:Positions limit exceeded"
        case .duplicateOrder: "EGeneral:Invalid arguments:cl_ord_id"
        case .unknownInstrument: "EQuery:Unknown asset pair"
        case .marketSuspended: "EService:Unavailable"
        case .tooManyOrders: "EOrder:Orders limit exceeded"
        case .selfTrade: "EOrder:Self trade prevented"
        case .nothingToTrade, .other: "EOrder:Invalid order"
        case .tooLate: "EService:Deadline elapsed"
        }
    }
}
