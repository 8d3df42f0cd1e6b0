import Exchange
import Market
import Venue

extension LocalExchange {
    /// Begins the faults that are due and ends those that are over.
    mutating func strike() {
        faults.release(at: clock)
        for fault in faults.takeEnded(at: clock) { end(fault) }
        while let fault = faults.takeDue(at: clock) { begin(fault) }
    }

    private mutating func begin(_ fault: Fault) {
        switch fault.kind {
        case .serverError, .serverErrorWithEffect, .answerLost, .noAnswer, .delayedAnswer, .truncatedAnswer,
            .rateLimited, .authenticationRefused, .numbersAsText, .duplicateFrames, .reorderedFrames, .delayedFrames,
            .lostFrames, .partialFillBeforeCancel, .stopRefused, .selfTradePrevention:
            faults.arm(fault, at: clock)
        case .staleSnapshot:
            faults.stale = accounts
            faults.arm(fault, at: clock)
        case .resetConnections, .resetMidFrame:
            faults.count(fault.kind)
            for connection in connections {
                outbox.append(.reset(connection, midFrame: fault.kind == .resetMidFrame))
            }
        case .silentConnections:
            faults.count(fault.kind)
            let until = clock + (fault.lasting ?? .minutes(1))
            for connection in connections { outbox.append(.silence(connection, until: until)) }
        case .refusedConnections:
            faults.count(fault.kind)
            let until = clock + (fault.lasting ?? .seconds(10))
            faults.refuseConnections(until: until)
            outbox.append(.refuseConnections(until: until))
        case .venueCancel: cancelAll(fault, .venue)
        case .deadManExpiry: cancelAll(fault, .deadMan)
        case .manualPosition: trade(fault)
        case .transfer: pay(fault)
        case .maintenance, .cancelOnly, .postOnly:
            faults.arm(fault, at: clock)
            faults.count(fault.kind)
            if let condition = fault.kind.condition { setCondition(fault, condition, true) }
        case .instrumentChange: changeTerms(fault)
        case .delisting: delist(fault)
        }
        deliverNews()
    }

    private mutating func end(_ fault: Fault) {
        if fault.kind == .staleSnapshot { faults.stale = nil }
        if let condition = fault.kind.condition { setCondition(fault, condition, false) }
    }

    // MARK: Orders and positions

    private func accounts(of fault: Fault) -> [Int] {
        accounts.indices.filter { fault.account == nil || accounts[$0].name == fault.account }
    }

    private func markets(of fault: Fault) -> [Int] {
        listed.filter { fault.symbol == nil || tape.markets[$0].names.contract == fault.symbol }
    }

    private mutating func cancelAll(_ fault: Fault, _ cause: CancelCause) {
        faults.count(fault.kind)
        let markets = markets(of: fault)
        for account in accounts(of: fault) {
            for order in accounts[account].open where markets.contains(order.ticket.market) {
                accounts[account].cancel(order.number, cause, at: clock, tape.markets)
            }
        }
    }

    /// Somebody else trades for the account: by hand, or another program with the same key.
    private mutating func trade(_ fault: Fault) {
        // A hand finds a market as closed as a program does.
        let condition = markets(of: fault).first.map { tape.markets[$0].state }
        guard let market = markets(of: fault).first, let condition, !condition.isSuspended, !condition.isPostOnly,
            !condition.isCancelOnly
        else { return }
        faults.count(fault.kind)
        let lot = tape.markets[market].instrument.lot
        let quantity = fault.quantity.isZero ? lot : fault.quantity
        for account in accounts(of: fault) {
            let ticket = OrderTicket(
                market: market, side: quantity.isNegative ? .short : .long, type: .market,
                quantity: quantity.magnitude)
            _ = accounts[account].place(ticket, refusal: nil, at: clock, tape.markets)
        }
    }

    /// Somebody pays in or takes out.
    private mutating func pay(_ fault: Fault) {
        guard let market = markets(of: fault).first else { return }
        let listing = tape.markets[market]
        let quantity = fault.quantity.isZero ? listing.instrument.lot : fault.quantity
        let worth = listing.perpetual.last.notional(of: quantity.magnitude, .nearestEven)
        var isPaid = false
        for account in accounts(of: fault) {
            let amount = quantity.isNegative ? -worth : worth
            if accounts[account].transfer(amount, at: clock, tape.markets) { isPaid = true }
        }
        if isPaid { faults.count(fault.kind) }
    }

    /// Half of what is open of an order trades a moment before it is cancelled.
    mutating func raceCancel(_ record: OrderRecord, _ account: Int) {
        guard record.isOpen, !record.isUntriggered,
            faults.strikes(
                .partialFillBeforeCancel, at: clock, { $0.account == nil || $0.account == accounts[account].name })
                != nil
        else { return }
        let lot = tape.markets[record.ticket.market].instrument.lot
        let half = Quantity(raw: record.remaining.raw / 2).rounded(to: lot, .up)
        accounts[account].meet(record.number, half, at: clock, tape.markets)
    }

    /// The refusal that a fault has for an order.
    mutating func faultRefusal(_ ticket: OrderTicket, _ account: Int) -> Refusal? {
        guard !faults.active.isEmpty else { return nil }
        func matches(_ fault: Fault) -> Bool { fault.account == nil || fault.account == accounts[account].name }
        if ticket.type.isTrigger, faults.strikes(.stopRefused, at: clock, matches) != nil { return .stopRefused }
        if faults.strikes(.selfTradePrevention, at: clock, matches) != nil { return .selfTrade }
        return nil
    }

    // MARK: Markets

    private mutating func setCondition(
        _ fault: Fault, _ condition: WritableKeyPath<MarketCondition, Bool>, _ isOn: Bool
    ) {
        for market in markets(of: fault) { tape.markets[market].state[keyPath: condition] = isOn }
        tellCondition()
    }

    /// A status frame for every connection of version 2, and the list of instruments for those who listen to it.
    private mutating func tellCondition() {
        for connection in connections where sessions[connection].map({ $0.kind != .legacy }) ?? false {
            send(statusFrame(connection), to: connection)
        }
        for group in stream.groups where group.channel == .instrument {
            broadcastStream(instrumentFrame(group.side, "update"), to: group.connections)
        }
    }

    private mutating func changeTerms(_ fault: Fault) {
        faults.count(fault.kind)
        for market in markets(of: fault) {
            let old = tape.markets[market].instrument
            let levels = old.margin.levels.map { level in
                MarginSchedule.Level(
                    notional: level.notional, initial: min(.one, level.initial + level.initial),
                    maintenance: min(.one, level.maintenance + level.maintenance))
            }
            guard let margin = MarginSchedule(levels: levels) else { continue }
            let new = Instrument(
                id: old.id, pair: old.pair, tick: old.tick, lot: old.lot, minimum: old.minimum,
                maximumPosition: max(old.lot, Quantity(raw: old.maximumPosition.raw / 2).rounded(to: old.lot, .down)),
                margin: margin, fees: old.fees, fundingCap: old.fundingCap)
            tape.markets[market].instrument = new
            for account in accounts.indices { accounts[account].venue.list(new) }
        }
        tellCondition()
    }

    private mutating func delist(_ fault: Fault) {
        faults.count(fault.kind)
        guard let market = markets(of: fault).first else { return }
        for account in accounts.indices {
            for order in accounts[account].open where order.ticket.market == market {
                accounts[account].cancel(order.number, .delisted, at: clock, tape.markets)
            }
            let position = accounts[account].venue.position(market)
            guard position.quantity.isPositive else { continue }
            let ticket = OrderTicket(
                market: market, side: position.side.opposite, type: .market, quantity: position.quantity,
                reduceOnly: true)
            _ = accounts[account].place(ticket, refusal: nil, at: clock, tape.markets)
        }
        deliverNews()
        tape.markets[market].state.isDelisted = true
        tellCondition()
    }
}

extension Fault.Kind {
    /// What a period of this kind sets on the market; nil for other kinds.
    var condition: WritableKeyPath<MarketCondition, Bool>? {
        if self == .maintenance { return \.isSuspended }
        if self == .cancelOnly { return \.isCancelOnly }
        return self == .postOnly ? \.isPostOnly : nil
    }
}
