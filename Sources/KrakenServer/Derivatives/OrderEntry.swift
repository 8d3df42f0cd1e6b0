import Market
import Venue
import Wire

/// The parameters of an order, from a form or from one object of a batch.
struct OrderParameters {
    let value: (String) -> String?

    init(_ form: FormText) { value = { form[$0] } }
    init(_ object: JSONValue) { value = { name in object[name].flatMap { $0.digits ?? $0.bool.map { "\($0)" } } } }

    subscript(names: String...) -> String? {
        for name in names { if let text = value(name), !text.isEmpty { return text } }
        return nil
    }

    func required(_ name: String) throws(DerivativesError) -> String {
        guard let text = self[name] else { throw .missing(name) }
        return text
    }

    /// False when it is not there. Clients in Python write `True`; a word that is neither must not pass for false.
    func flag(_ name: String) throws(DerivativesError) -> Bool {
        switch self[name]?.lowercased() {
        case nil, "false": return false
        case "true": return true
        default: throw .invalid(name)
        }
    }

    /// Nil when the amount is there and is none, or has more digits than any order has.
    func amount<Amount: FixedPoint>(_ name: String, _: Amount.Type = Amount.self) -> Amount?? {
        guard let text = self[name] else { return .some(nil) }
        do { return .some(try Amount(text)) } catch { return nil }
    }
}

extension LocalExchange {
    /// Reads an order as derivatives REST writes it. The refusal is what the order's own values already call for.
    func ticket(_ parameters: OrderParameters) throws(DerivativesError) -> (ticket: OrderTicket, refusal: Refusal?) {
        let symbol = try parameters.required("symbol")
        guard let market = market(symbol) else { throw .contractNotFound }
        let side: Side
        switch try parameters.required("side") {
        case "buy": side = .long
        case "sell": side = .short
        default: throw .invalid("side")
        }
        let typeName = try parameters.required("orderType")
        _ = try parameters.required("size")
        var ticket = OrderTicket(market: market, side: side, type: .limit, quantity: .zero)
        ticket.clientID = parameters["cliOrdId"]
        ticket.reduceOnly = try parameters.flag("reduceOnly")
        guard let size = parameters.amount("size", Quantity.self).flatMap({ $0 }), size.isPositive else {
            return (ticket, .invalidSize)
        }
        ticket.quantity = size
        guard let type = Self.orderType(typeName) else { return (ticket, .unsupportedType) }
        ticket.type = type
        guard let limit = parameters.amount("limitPrice", Price.self),
            let stop = parameters.amount("stopPrice", Price.self)
        else { return (ticket, .invalidPrice) }
        if type != .market { ticket.limitPrice = limit }
        if type.isTrigger { ticket.stopPrice = stop }
        ticket.trigger = try Self.trigger(parameters["triggerSignal"])
        switch type {
        case .limit, .postOnly, .immediateOrCancel, .fillOrKill: if limit == nil { throw .missing("limitPrice") }
        case .stop, .takeProfit: if stop == nil { throw .missing("stopPrice") }
        case .market, .liquidation: break
        }
        return (ticket, try deadlineRefusal(parameters))
    }

    func deadlineRefusal(_ parameters: OrderParameters) throws(DerivativesError) -> Refusal? {
        guard let text = parameters["processBefore", "ProcessBefore"] else { return nil }
        guard let limit = Timestamp(rfc3339: text) else { throw .invalid("processBefore") }
        return clock > limit ? .tooLate : nil
    }

    private static func orderType(_ name: String) -> OrderType? {
        switch name {
        case "lmt": .limit
        case "post": .postOnly
        case "ioc": .immediateOrCancel
        case "mkt": .market
        case "stp", "stop": .stop
        case "take_profit": .takeProfit
        default: nil
        }
    }

    private static func trigger(_ name: String?) throws(DerivativesError) -> TriggerSource {
        switch name {
        case nil, "last": .last
        case "mark": .mark
        case "index", "spot": .index
        default: throw .invalid("triggerSignal")
        }
    }

    /// Why the exchange refuses an order before its engine sees it.
    /// `reusesClosed`: a client id counts as used only while its order is open.
    func refusal(_ ticket: OrderTicket, _ account: Int, reusesClosed: Bool = false) -> Refusal? {
        let listing = tape.markets[ticket.market]
        if let name = ticket.clientID {
            if name.utf8.count > Account.longestClientID { return .clientIDTooLong }
            let isTaken =
                reusesClosed
                ? accounts[account].order(clientID: name)?.isOpen == true : accounts[account].hasUsed(clientID: name)
            if isTaken { return .clientIDInUse }
        }
        if listing.state.isSuspended { return .marketSuspended }
        if listing.state.isCancelOnly, !ticket.reduceOnly { return .cancelOnly }
        if listing.state.isPostOnly, ticket.type != .postOnly { return .marketPostOnly }
        // Beyond any price that trades: a slip of the decimal point, and sums that need not be computed.
        let roof = Price(raw: max(listing.mark.raw, 1).multipliedReportingOverflow(by: 10).partialValue)
        for price in [ticket.limitPrice, ticket.stopPrice] {
            if let price, !price.isPositive || price > roof { return .invalidPrice }
        }
        return wouldMeetItself(ticket, account) ? .selfTrade : nil
    }

    /// Whether it would trade with an order of the same account.
    private func wouldMeetItself(_ ticket: OrderTicket, _ account: Int) -> Bool {
        guard !ticket.type.isTrigger, ticket.type != .postOnly else { return false }
        for number in accounts[account].openOrders {
            guard let other = accounts[account].orders[number], other.ticket.market == ticket.market,
                other.ticket.side != ticket.side, !other.isUntriggered, let resting = other.ticket.limitPrice
            else { continue }
            let touch =
                ticket.side == .long
                ? tape.markets[ticket.market].perpetual.ask
                : tape.markets[ticket.market].perpetual.bid
            // Only an order inside the spread is better than the market's own.
            guard ticket.side.sign * (resting.raw - touch.raw) <= 0 else { continue }
            guard let limit = ticket.limitPrice else { return true }
            if ticket.side.sign * (limit.raw - resting.raw) >= 0 { return true }
        }
        return false
    }

    /// Lets the account place the order, and cancels by the exchange's own rules what goes with it.
    mutating func place(_ ticket: OrderTicket, _ early: Refusal?, _ account: Int) -> OrderRecord {
        let refused = early ?? faultRefusal(ticket, account) ?? refusal(ticket, account)
        return accounts[account].place(ticket, refusal: refused, at: clock, tape.markets)
    }
}
