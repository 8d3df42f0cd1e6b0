import Market
import Venue
import Wire

/// What the frames of the private feeds say about orders, fills, positions and balances.
extension DerivativesAccountStream {
    mutating func told(
        _ frame: Derivatives.StreamFrame, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) -> [Told] {
        switch frame {
        case .order(let change): return fact(change, into: &outbox).map { [.fact($0)] } ?? []
        case .orderSnapshot(let orders, _):
            return orders.map { .fact(OrderFact(client: $0.client, venue: $0.venue, .open(OrderFact.OpenOrder($0)))) }
        case .fills(let fills, _):
            return fills.map { fill in
                if case .unrecognised(let type) = fill.type {
                    outbox.news.append(.alarm(DataAlarm(.unrecognisedValue, "fill type '\(type)'")))
                }
                return .fact(fill.fact(fees: fees))
            }
        case .positions(let list): return positions(list, at: now)
        case .balances(let balances):
            // Deltas carry only the wallets that changed.
            return balances.flex.map { [.account($0.report(at: balances.time))] } ?? []
        case .accountLog(let entry):
            tellFunding([entry], into: &outbox)
            return []
        case .accountLogSnapshot(let entries):
            tellFunding(entries.sorted { $0.id < $1.id }, into: &outbox)
            return []
        case .info, .challenge, .subscribed, .unsubscribed, .subscribeFailed, .unsubscribeFailed, .alert, .heartbeat,
            .ticker, .tickerLite, .trade, .tradeSnapshot, .book, .bookSnapshot, .notifications, .unrecognised:
            return []
        }
    }

    /// Each frame is the full list: what was in the last and is not in this one is flat.
    private mutating func positions(_ list: Derivatives.StreamPositions, at now: Timestamp) -> [Told] {
        let time = list.time ?? now
        let reports = list.positions.map { $0.report(at: time) }
        var told: [Told] = []
        for old in held where !reports.contains(where: { $0.instrument == old.instrument }) {
            told.append(
                .position(
                    PositionReport(
                        instrument: old.instrument, side: old.side, quantity: .zero, entryPrice: nil,
                        liquidationPrice: nil, time: time)))
        }
        held = reports
        return told + reports.map { .position($0) }
    }

    private func fact(
        _ change: Derivatives.StreamOrderChange, into outbox: inout SessionOutbox<GatewayNews>
    ) -> OrderFact? {
        if case .unrecognised(let reason) = change.reason {
            outbox.news.append(.alarm(DataAlarm(.unrecognisedValue, "order reason '\(reason)'")))
        }
        let client = (change.clientID ?? change.order?.clientID).flatMap { OrderID(clientID: $0) }
        let venue = VenueOrderID(change.id)
        if change.reason == .known(.stopTriggered) { return OrderFact(client: client, venue: venue, .triggered) }
        guard change.isGone else {
            return change.order.map { OrderFact(client: client, venue: venue, .open(OrderFact.OpenOrder($0))) }
        }
        if change.reason == .known(.fullFill) {
            return OrderFact(client: client, venue: venue, .ended(nil, filled: change.order?.filled))
        }
        return OrderFact(
            client: client, venue: venue, .ended(change.reason.word?.cancelReason, filled: change.order?.filled))
    }
}

extension Derivatives.OrderReason {
    /// Why an order is gone; nil for what ends no order, or ends it by filling it.
    var cancelReason: CancelReason? {
        switch self {
        case .cancelledByUser: .requested
        case .notEnoughMargin: .insufficientMargin
        case .wouldNotReducePosition: .nothingToReduce
        case .wouldNotExecute: .notFilledInBand
        case .liquidation: .liquidation
        case .deadManSwitch: .deadManSwitch
        case .cancelledByAdmin, .contractExpired, .marketInactive, .postWouldFill, .wouldExecuteSelf: .byVenue
        case .placed, .edited, .partialFill, .fullFill, .stopTriggered, .limitFromStop, .orderForEditNotFound: nil
        }
    }
}

extension Derivatives.StreamOrder {
    var client: OrderID? { clientID.flatMap { OrderID(clientID: $0) } }
    var venue: VenueOrderID { VenueOrderID(id) }
}

extension OrderFact.OpenOrder {
    init(_ order: Derivatives.StreamOrder) {
        self.init(
            instrument: order.instrument, side: order.side, remaining: order.remaining, filled: order.filled,
            price: order.stopPrice ?? order.limitPrice, isTrigger: order.stopPrice != nil,
            reduceOnly: order.reduceOnly)
    }
}

extension Derivatives.StreamFill {
    func fact(fees: FeeSchedule) -> OrderFact {
        let liquidity = type.word?.liquidity ?? .taker
        // A fee in another currency than dollars is reckoned, until the account log tells what it cost.
        let told = feeCurrency == "USD" || feeCurrency == nil ? fee : nil
        let reckoned = fees.fee(on: price.notional(of: quantity, .nearestEven), liquidity)
        let execution = OrderFact.Execution(
            id: Venue.Fill.id(ofExecution: id), instrument: instrument, side: side, quantity: quantity, price: price,
            fee: told ?? reckoned, feeIsTold: told != nil, liquidity: liquidity, cause: type.word?.cause ?? .order,
            time: time)
        return OrderFact(
            client: clientID.flatMap { OrderID(clientID: $0) }, venue: VenueOrderID(orderID), .filled(execution))
    }
}

extension Derivatives.StreamPosition {
    func report(at time: Timestamp) -> PositionReport {
        PositionReport(
            instrument: instrument, side: balance.isNegative ? .short : .long, quantity: balance.magnitude,
            entryPrice: balance.isZero ? nil : entryPrice, liquidationPrice: liquidationPrice, time: time)
    }
}

extension Derivatives.StreamFlex {
    func report(at time: Timestamp) -> AccountReport {
        AccountReport(
            balance: balanceValue, unrealised: totalUnrealised, initialMargin: initialMarginWithOrders,
            maintenanceMargin: maintenanceMargin, time: time)
    }
}
