import Market
import Venue
import Wire

/// The complete look at the account: four lists, then one truth.
extension DerivativesGateway {
    mutating func looked(
        _ flight: Flight, _ response: HTTPResponse, at now: Timestamp, into outbox: inout Outbox
    ) throws(DerivativesError) {
        switch flight.errand {
        case .openOrders(let number):
            let reply = try Derivatives.Reply<Derivatives.OpenOrders>(response)
            if look?.number == number { look?.openOrders = reply.content.orders }
        case .positions(let number):
            let reply = try Derivatives.Reply<Derivatives.OpenPositions>(response)
            let time = reply.serverTime ?? now
            if look?.number == number { look?.positions = reply.content.positions.map { $0.report(at: time) } }
        case .account(let number):
            let reply = try Derivatives.Reply<Derivatives.Accounts>(response)
            guard let flex = reply.content.flex else {
                throw .unreadable(.missing("accounts.flex"), excerpt: "")
            }
            if look?.number == number { look?.account = flex.report(at: reply.serverTime ?? now) }
        case .fills(let number):
            let reply = try Derivatives.Reply<Derivatives.Fills>(response)
            if look?.number == number { look?.fills = reply.content.fills }
        case .missedFills:
            let reply = try Derivatives.Reply<Derivatives.Fills>(response)
            for fill in reply.content.fills { apply(fact(fill), at: now, into: &outbox) }
        case .place, .amend, .cancel, .cancelAll, .deadManSwitch, .find: break
        }
        if let look, look.isComplete { conclude(look, at: now, into: &outbox) }
    }

    /// Books what the lists show and tells the truth that they make. An order of ours that is not listed may have ended
    /// between the lists: it is asked for, and only after two looks without a word is it given up.
    private mutating func conclude(_ look: CompleteLook, at now: Timestamp, into outbox: inout Outbox) {
        guard let listed = look.openOrders, let positions = look.positions, let account = look.account,
            let fills = look.fills
        else { return }
        self.look = nil
        stream.recovered()
        for fill in fills where fill.time < look.began - configuration.fillPatience || unknown.contains(fill) {
            apply(fact(fill), at: now, into: &outbox)
        }
        var open: [OrderID] = []
        for order in listed {
            let client = order.clientID.flatMap { OrderID(clientID: $0) }
            apply(
                OrderFact(client: client, venue: VenueOrderID(order.id), .open(OrderFact.OpenOrder(order))), at: now,
                into: &outbox)
            if let id = client ?? books.id(of: VenueOrderID(order.id)), books.orders[id] != nil { open.append(id) }
        }
        books.foreignOrders(areOnly: Set(listed.map { VenueOrderID($0.id) }))
        for order in unknown.provenAbsent(byLookSince: look.began) {
            apply(OrderFact(client: order, .refused(.tooLate)), at: now, into: &outbox)
            unknown.settle(order)
        }
        missed(open: open, since: look.began, at: now, into: &outbox)
        let foreign = books.foreign.values.sorted { $0.id < $1.id }
        outbox.news.append(
            .reconciled(
                AccountTruth(
                    orders: open.sorted(), foreignOrders: foreign, positions: positions, account: account,
                    at: look.began)))
    }

    private mutating func missed(
        open: [OrderID], since began: Timestamp, at now: Timestamp, into outbox: inout Outbox
    ) {
        let listed = Set(open)
        for id in books.openOrders where !listed.contains(id) && !unknown.contains(id) {
            let looks = (missing[id] ?? 0) + 1
            if looks > 2, let entry = books.orders[id] {
                apply(OrderFact(client: id, .ended(nil, filled: entry.filled)), at: now, into: &outbox)
            } else {
                missing[id] = looks
                enqueue(.find(id), protects: true)
                lookAgainAt = lookAgainAt ?? now + .seconds(2)
            }
        }
    }

    private func fact(_ fill: Derivatives.Fill) -> OrderFact {
        let liquidity = fill.liquidity
        let notional = fill.price.notional(of: fill.size, .nearestEven)
        let execution = OrderFact.Execution(
            id: Venue.Fill.id(ofExecution: fill.id), instrument: fill.instrument, side: fill.side, quantity: fill.size,
            price: fill.price, fee: configuration.fees.fee(on: notional, liquidity), feeIsTold: false,
            liquidity: liquidity, cause: fill.cause, time: fill.time)
        return OrderFact(
            client: fill.clientID.flatMap { OrderID(clientID: $0) }, venue: VenueOrderID(fill.orderID),
            .filled(execution))
    }
}

extension UnknownOutcomes {
    func contains(_ fill: Derivatives.Fill) -> Bool {
        fill.clientID.flatMap { OrderID(clientID: $0) }.map { contains($0) } ?? false
    }
}

extension Derivatives.FillType {
    var liquidity: Liquidity {
        switch self {
        case .maker, .assignor, .unwindCounterparty: .maker
        case .taker, .takerAfterEdit, .liquidation, .partialLiquidation, .assignee, .unwindBankrupt: .taker
        }
    }

    var cause: FillCause {
        switch self {
        case .maker, .taker, .takerAfterEdit: .order
        case .partialLiquidation: .partialLiquidation
        case .liquidation, .assignor, .assignee, .unwindBankrupt, .unwindCounterparty: .liquidation
        }
    }
}

extension Derivatives.Fill {
    /// A type that is not known is charged as a taker's.
    var liquidity: Liquidity { type.word?.liquidity ?? .taker }
    var cause: FillCause { type.word?.cause ?? .order }
}

extension Derivatives.OpenPosition {
    func report(at time: Timestamp) -> PositionReport {
        PositionReport(
            instrument: instrument, side: side, quantity: size, entryPrice: price, liquidationPrice: nil, time: time)
    }
}

extension Derivatives.FlexAccount {
    func report(at time: Timestamp) -> AccountReport {
        AccountReport(
            balance: balanceValue, unrealised: totalUnrealised, initialMargin: initialMarginWithOrders,
            maintenanceMargin: maintenanceMargin, time: time)
    }
}
