import Market
import Venue
import Wire

/// Requests on their way out.
extension DerivativesGateway {
    /// What waits already, or is being answered, is not asked for twice: a trader that gets no answer asks again and again.
    mutating func enqueue(_ errand: Errand, protects: Bool, notBefore earliest: Timestamp = .distantPast) {
        guard !isUnderway(errand), !queue.requests.contains(errand) else { return }
        // The timer's last setting counts.
        if case .deadManSwitch = errand {
            queue.remove { if case .deadManSwitch = $0 { true } else { false } }
        }
        queue.append(
            errand, cost: cost(of: errand), purpose: protects ? .protective : .ordinary, notBefore: earliest)
    }

    /// Sends what the budget allows. The time limit of an order is written when it goes, not when it was wished for.
    mutating func pump(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        while let errand = queue.next(&budget, at: now) {
            guard let request = request(for: errand, at: now) else { continue }
            lastRequest += 1
            let id = RequestID(lastRequest)
            inFlight[id] = Flight(errand: errand, sent: now)
            let signed = credentials.signing(derivatives: request.http, nonce: nonces.next(at: now))
            outbox.actions.append(.request(id, .derivativesREST, signed))
        }
    }

    func isUnderway(_ errand: Errand) -> Bool { inFlight.contains { $0.value.errand == errand } }

    private func cost(of errand: Errand) -> Int {
        switch errand {
        case .place, .amend, .cancel: 10
        case .cancelAll, .deadManSwitch: 25
        case .find: 1
        case .openOrders, .positions, .account, .fills, .missedFills: 2
        }
    }

    /// Nil when there is no more reason for it.
    private func request(for errand: Errand, at now: Timestamp) -> Derivatives.Request? {
        let deadline = now + configuration.deadline
        switch errand {
        case .place(let order): return .sendOrder(Self.sendOrder(order, deadline))
        case .amend(let id, _, let quantity, let price):
            var edit = Derivatives.EditOrder(reference(id), size: quantity, processBefore: deadline)
            if let price {
                if books.orders[id]?.order.kind.isTrigger ?? false {
                    edit.stopPrice = price
                } else {
                    edit.limitPrice = price
                }
            }
            return .editOrder(edit)
        case .cancel(let id, _): return .cancelOrder(Derivatives.CancelOrder(reference(id)))
        case .cancelAll: return .cancelAllOrders(nil)
        case .deadManSwitch(let seconds): return .cancelAllOrdersAfter(seconds: seconds)
        case .find(let id):
            guard unknown.contains(id) || missing[id] != nil else { return nil }
            return .orderStatuses([.client(id.description)])
        case .openOrders(let number): return look?.number == number ? .openOrders : nil
        case .positions(let number): return look?.number == number ? .openPositions : nil
        case .account(let number): return look?.number == number ? .accounts : nil
        case .fills(let number): return look?.number == number ? .fills(before: nil) : nil
        case .missedFills: return .fills(before: nil)
        }
    }

    private func reference(_ id: OrderID) -> Derivatives.OrderReference {
        books.venueID(of: id).map { .order($0.description) } ?? .client(id.description)
    }

    private static func sendOrder(_ order: Order, _ deadline: Timestamp) -> Derivatives.SendOrder {
        var send = Derivatives.SendOrder(
            .market, order.instrument, order.side, size: order.quantity, clientID: order.id.description,
            reduceOnly: order.reduceOnly, processBefore: deadline)
        switch order.kind {
        case .market: break
        case .limit(let price): (send.type, send.limitPrice) = (.limit, price)
        case .postOnly(let price): (send.type, send.limitPrice) = (.postOnly, price)
        case .stopMarket(let trigger, let source):
            (send.type, send.stopPrice, send.trigger) = (.stop, trigger, source.derivatives)
        case .takeProfitMarket(let trigger, let source):
            (send.type, send.stopPrice, send.trigger) = (.takeProfit, trigger, source.derivatives)
        }
        return send
    }
}

extension TriggerSource {
    var derivatives: Derivatives.TriggerSignal {
        switch self {
        case .mark: .mark
        case .last: .last
        case .index: .index
        }
    }
}

extension OrderKind {
    /// The limit or the trigger; nil for a market order.
    var price: Price? {
        switch self {
        case .limit(let price), .postOnly(let price): price
        case .stopMarket(let trigger, _), .takeProfitMarket(let trigger, _): trigger
        case .market: nil
        }
    }

    /// Whether the order waits for a watched price.
    var isTrigger: Bool {
        switch self {
        case .limit, .postOnly, .market: false
        case .stopMarket, .takeProfitMarket: true
        }
    }
}
