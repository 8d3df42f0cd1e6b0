import Market
import Venue
import Wire

/// What the frames of the private channels say.
extension UnifiedGateway {
    mutating func read(_ bytes: [UInt8], at now: Timestamp, into outbox: inout Outbox) {
        line.heard(hasContent: true, at: now)
        let frame: Unified.Frame
        do {
            frame = try Unified.Frame(bytes)
        } catch {
            alarm(.unreadableMessage, "\(error) in \(redactedExcerpt(bytes))", &outbox)
            // What it said is lost with it: the account is looked at afresh.
            return wantLook(at: now)
        }
        switch frame {
        case .reply(let reply): answered(reply, at: now, into: &outbox)
        case .executions(let delivery, let rows, let sequence):
            take(rows, delivery, sequence, at: now, into: &outbox)
        case .positions(let delivery, let list): take(list, delivery, at: now, into: &outbox)
        case .margin(let margin): take(margin, at: now, into: &outbox)
        case .balances(_, let rows, let sequence):
            follow(.balances, sequence, isSnapshot: sequences[.balances] == nil, at: now, into: &outbox)
            if let row = rows.last(where: { $0.asset == "USD" }) { cash = row.balance }
        case .unrecognised(let name): report("frame '\(name)'", &outbox)
        case .heartbeat, .status, .pong, .ticker, .book, .trades, .candles, .instruments, .ledgers: break
        }
        concludeLook(at: now, into: &outbox)
    }

    /// Notes the number of a frame; a gap is a loss, and only a look can fill it.
    private mutating func follow(
        _ channel: Unified.Channel, _ sequence: Int64?, isSnapshot: Bool, at now: Timestamp, into outbox: inout Outbox
    ) {
        guard let sequence else { return }
        if !isSnapshot, let last = sequences[channel], sequence > last + 1 {
            alarm(
                .messagesLost, "\(channel.rawValue): \(sequence - last - 1) frames before number \(sequence)", &outbox)
            wantLook(at: now)
        }
        sequences[channel] = isSnapshot ? sequence : max(sequence, sequences[channel] ?? sequence)
    }

    // MARK: Executions

    private mutating func take(
        _ rows: [Unified.Execution], _ delivery: SpotDelivery, _ sequence: Int64?, at now: Timestamp,
        into outbox: inout Outbox
    ) {
        let isSnapshot = delivery == .snapshot
        if case .unrecognised(let text) = delivery { report("executions of type '\(text)'", &outbox) }
        follow(.executions, sequence, isSnapshot: isSnapshot, at: now, into: &outbox)
        // Fills first: what is open is told with all that it has filled.
        let fills = rows.filter { $0.type == .known(.trade) }
        let states = rows.filter { $0.type != .known(.trade) }
        for row in isSnapshot ? fills + states : rows { take(row, at: now, into: &outbox) }
        guard isSnapshot, look != nil else { return }
        let open = Set(states.filter { !$0.isEnd }.map { VenueOrderID($0.orderID) })
        look?.orders = open
        look?.ours = books.openOrders
        books.foreignOrders(areOnly: open)
        memory.keep(only: open)
        for row in states where !row.isEnd { check(row, into: &outbox) }
    }

    /// Fills that the exchange counted and that the snapshot did not hold are out of reach here.
    private mutating func check(_ row: Unified.Execution, into outbox: inout Outbox) {
        guard let id = books.id(of: VenueOrderID(row.orderID)), let entry = books.orders[id],
            let counted = row.filled, counted > entry.filled, lacking.insert(id).inserted
        else { return }
        alarm(
            .messagesLost, "order \(id): \(counted) filled, \(entry.filled) told; older fills are not to be had",
            &outbox)
    }

    private mutating func take(_ row: Unified.Execution, at now: Timestamp, into outbox: inout Outbox) {
        let whole = memory.complete(row)
        if case .unrecognised(let word) = whole.type { report("exec_type '\(word)'", &outbox) }
        if case .unrecognised(let word)? = whole.state { report("order_status '\(word)'", &outbox) }
        for kind in kinds(of: whole, at: now, into: &outbox) {
            apply(OrderFact(client: whole.client, venue: VenueOrderID(whole.orderID), kind), at: now, into: &outbox)
        }
        noteAmendment(whole, at: now, into: &outbox)
        if whole.isEnd { memory.forget(VenueOrderID(whole.orderID)) }
    }

    private func ours(_ row: Unified.Execution) -> OrderID? {
        row.client.flatMap { books.orders[$0] == nil ? nil : $0 } ?? books.id(of: VenueOrderID(row.orderID))
    }

    private mutating func kinds(
        of row: Unified.Execution, at now: Timestamp, into outbox: inout Outbox
    ) -> [OrderFact.Kind] {
        switch row.type {
        case .known(.trade):
            guard let execution = execution(row, at: now, into: &outbox) else { return [] }
            return trigger(row, hasTraded: true) + [.filled(execution)]
        case .known(.pendingNew), .known(.icebergRefill): return []
        case .known(.filled), .known(.canceled), .known(.expired):
            return [end(row, into: &outbox)]
        case .known(.new), .known(.status), .known(.restated), .known(.amended), .unrecognised:
            if row.isEnd { return [end(row, into: &outbox)] }
            guard let open = open(row) else {
                alarm(.unreadableMessage, "order \(row.orderID) without symbol, side or quantity", &outbox)
                wantLook(at: now)
                return []
            }
            return [.open(open)] + trigger(row, hasTraded: false)
        }
    }

    private func open(_ row: Unified.Execution) -> OrderFact.OpenOrder? {
        let entry = ours(row).flatMap { books.orders[$0] }
        guard let instrument = row.instrument ?? entry?.order.instrument, let side = row.side ?? entry?.order.side,
            let quantity = row.quantity ?? entry?.quantity
        else { return nil }
        let filled = row.filled ?? .zero
        return OrderFact.OpenOrder(
            instrument: instrument, side: side, remaining: quantity - filled, filled: filled,
            price: row.trigger?.price ?? row.limitPrice, isTrigger: row.trigger != nil,
            reduceOnly: row.reduceOnly ?? entry?.order.reduceOnly ?? false)
    }

    /// A trigger order of ours that fired, told once.
    private mutating func trigger(_ row: Unified.Execution, hasTraded: Bool) -> [OrderFact.Kind] {
        guard let id = ours(row), books.orders[id]?.order.kind.isTrigger ?? false,
            hasTraded || row.trigger?.status == "triggered", books.orders[id]?.stage != .ended,
            triggered.insert(id).inserted
        else { return [] }
        return [.triggered]
    }

    private mutating func end(_ row: Unified.Execution, into outbox: inout Outbox) -> OrderFact.Kind {
        let isFilled = row.type == .known(.filled) || row.state == .known(.filled)
        if isFilled { return .ended(nil, filled: row.filled ?? row.quantity) }
        var reason = row.reason.flatMap { CancelReason(unified: $0) }
        if let text = row.reason, reason == nil { report("reason '\(text)'", &outbox) }
        if reason == nil, let id = ours(row), cancelled[id] != nil { reason = .requested }
        return .ended(reason, filled: row.filled)
    }

    private mutating func execution(
        _ row: Unified.Execution, at now: Timestamp, into outbox: inout Outbox
    ) -> OrderFact.Execution? {
        let order = ours(row).flatMap { books.orders[$0]?.order }
        guard let id = row.executionID, let quantity = row.lastQuantity, let price = row.lastPrice,
            let instrument = row.instrument ?? order?.instrument, let side = row.side ?? order?.side
        else {
            alarm(.unreadableMessage, "a fill of \(row.orderID) without id, size, price, symbol or side", &outbox)
            wantLook(at: now)
            return nil
        }
        let liquidity = row.liquidity ?? .taker
        // A fee in another currency than dollars is reckoned.
        let told =
            row.fees.isEmpty || row.fees.contains { $0.asset != "USD" }
            ? nil : row.fees.reduce(Money.zero) { $0 + $1.amount }
        let reckoned = configuration.fees.fee(on: price.notional(of: quantity, .nearestEven), liquidity)
        return OrderFact.Execution(
            id: Venue.Fill.id(ofExecution: id), instrument: instrument, side: side, quantity: quantity, price: price,
            fee: told ?? reckoned, feeIsTold: told != nil, liquidity: liquidity,
            cause: row.liquidated ?? false ? .liquidation : .order, time: row.time ?? now)
    }

    /// A change of our order: the one that we asked for, or one that somebody else made.
    private mutating func noteAmendment(_ row: Unified.Execution, at now: Timestamp, into outbox: inout Outbox) {
        guard !row.isEnd, row.type != .known(.trade), let id = ours(row), let entry = books.orders[id],
            let quantity = row.quantity
        else { return }
        if let wished = amendments[id] {
            let isPriced = wished.price.map { $0 == row.limitPrice } ?? true
            guard quantity == wished.quantity, isPriced else { return }
            amendments[id] = nil
        } else if quantity == entry.quantity {
            return
        }
        apply(OrderFact(client: id, .amended(quantity: quantity)), at: now, into: &outbox)
    }

    // MARK: Positions, margin

    private mutating func take(
        _ list: Unified.Positions, _ delivery: SpotDelivery, at now: Timestamp, into outbox: inout Outbox
    ) {
        if let error = list.error {
            // No list is no word about any position.
            alarm(.messagesLost, "positions: \(error)", &outbox)
            abandonLook(at: now)
            return wantLook(at: now + .seconds(5))
        }
        if !list.options.isEmpty { report("positions in options", &outbox) }
        let reports = list.futures.map { $0.report(at: now) }
        for report in positions.take(reports, isWhole: delivery == .snapshot, at: now) {
            outbox.news.append(.event(.position(report)))
        }
        if delivery == .snapshot { look?.hasPositions = true }
    }

    private mutating func take(_ margin: Unified.Margin, at now: Timestamp, into outbox: inout Outbox) {
        switch margin.section {
        case .known(.singleCollateral): return
        case .unrecognised(let text): return report("margin of type '\(text)'", &outbox)
        case .known(.multiCollateral): break
        }
        let parts = margin.profit.flatMap { profit in margin.unrealisedFunding.map { profit + $0 } }
        guard let balance = margin.balanceValue ?? cash, let unrealised = margin.totalUnrealised ?? parts,
            let initial = margin.initialMarginWithOrders ?? margin.initialMargin,
            let maintenance = margin.maintenanceMargin
        else {
            let names = margin.content.map(\.name).joined(separator: ", ")
            return report("margin without balance, profit or requirement; it has \(names)", &outbox)
        }
        let last = account
        let report = AccountReport(
            balance: balance, unrealised: unrealised, initialMargin: initial, maintenanceMargin: maintenance, time: now)
        account = report
        if last.map({ !$0.isSame(as: report) }) ?? true { outbox.news.append(.event(.account(report))) }
    }
}

extension AccountReport {
    fileprivate func isSame(as other: AccountReport) -> Bool {
        balance == other.balance && unrealised == other.unrealised && initialMargin == other.initialMargin
            && maintenanceMargin == other.maintenanceMargin
    }
}

extension CancelReason {
    /// What a `reason` means; nil for words that are not known.
    fileprivate init?(unified text: String) {
        let meanings: [(String, CancelReason)] = [
            ("user", .requested), ("cancel all orders after", .deadManSwitch), ("insufficient", .insufficientMargin),
            ("liquidat", .liquidation), ("reduce only", .nothingToReduce), ("ioc", .notFilledInBand),
            ("canceled by exchange", .byVenue), ("market inactive", .byVenue), ("self trade", .byVenue),
            ("contract expired", .byVenue), ("post only", .byVenue),
        ]
        let word = text.lowercased()
        guard let meaning = meanings.first(where: { word.hasPrefix($0.0) }) else { return nil }
        self = meaning.1
    }
}

extension Unified.Position {
    /// Where no side is said, a size below zero is short.
    func report(at time: Timestamp) -> PositionReport {
        PositionReport(
            instrument: instrument, side: side ?? (size.isNegative ? .short : .long), quantity: size.magnitude,
            entryPrice: size.isZero ? nil : entryPrice, liquidationPrice: liquidationPrice, time: time)
    }
}
