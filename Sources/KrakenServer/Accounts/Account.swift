import Exchange
import Kraken
import Market
import Venue

/// One account of the exchange: its venue with positions and margin, its orders with the names that the outside uses,
/// and everything that happened to it.
struct Account: Sendable {
    /// Orders, fills and events that are kept.
    static let memory = 20_000
    /// The longest client order id.
    static let longestClientID = 100

    let number: Int
    let name: String
    let uid: String
    let keys: AccountKeys
    let signer: Signer?
    let spotSigner: Signer?
    var venue: SimulatedExchange
    let instruments: [InstrumentID]
    private(set) var orders = Recent<OrderRecord>(capacity: Account.memory)
    private(set) var fills = Recent<FillRecord>(capacity: Account.memory)
    private(set) var log = Recent<LogEntry>(capacity: Account.memory)
    private(set) var history = Recent<HistoryEntry>(capacity: Account.memory)
    /// Numbers of orders that are open, oldest first.
    private(set) var openOrders: [Int] = []
    /// Looked up, never listed.
    private var numberByUUID: [String: Int] = [:]
    private var numberByClientID: [String: Int] = [:]
    /// Not yet told to anybody.
    private var news: [AccountNews] = []
    private var positions: [PositionBook]
    private(set) var cash: Money
    private let seed: UInt64
    private var uuids: UInt64 = 0
    /// Why the venue's next requested cancellations happen.
    private var cancelCause = CancelCause.user
    private var edit: (order: Int, ticket: OrderTicket)?
    private var editRefusal: Refusal?
    private var lastEdited = -1
    /// How the markets stood when the present news came about.
    private var quotes: [Quote] = []

    /// Only what news tell of a market: a copy of the whole would make the market copy its own history.
    private struct Quote: Sendable {
        let mark: Price
        let fundingPerCoin: Price?
    }

    var nonces = NonceWindow()
    var spotNonces = NonceWindow()
    var budget = TokenBucket(capacity: 500, period: .seconds(10))
    var spotBudget = TokenBucket(capacity: 15, period: .seconds(45))
    var historyBudget = TokenBucket(capacity: 100, period: .minutes(10))
    /// When all orders are cancelled unless the client speaks again.
    var deadMan: Timestamp?
    /// Leverage chosen by market; nil is cross margin.
    var leverage: [Int64?]

    init(
        _ setup: AccountSetup, number: Int, markets: [ListedMarket], configuration: LocalExchangeConfiguration,
        start: Timestamp
    ) {
        self.number = number
        name = setup.name
        keys = setup.keys
        seed = setup.name.utf8.reduce(configuration.seed) { Mixer.mix($0, UInt64($1)) }
        uid = Mixer.uuid(seed, 0)
        signer = setup.keys.futuresSigner
        spotSigner = setup.keys.spotSigner
        cash = setup.equity
        instruments = markets.map(\.instrument.id)
        positions = markets.map { _ in PositionBook() }
        leverage = markets.map { _ in nil }
        venue = SimulatedExchange(
            configuration: configuration.exchange, instruments: markets.map(\.instrument), balance: setup.equity,
            start: start)
    }

    // MARK: Looking up

    func order(uuid: String) -> OrderRecord? { numberByUUID[uuid].flatMap { orders[$0] } }
    func order(clientID: String) -> OrderRecord? { numberByClientID[clientID].flatMap { orders[$0] } }
    func hasUsed(clientID: String) -> Bool { numberByClientID[clientID] != nil }

    /// Open orders, oldest first.
    var open: [OrderRecord] { openOrders.compactMap { orders[$0] } }

    /// A name that has not been given before.
    mutating func newUUID() -> String {
        uuids += 1
        return Mixer.uuid(seed, uuids)
    }

    mutating func takeNews() -> [AccountNews] {
        defer { news.removeAll(keepingCapacity: true) }
        return news
    }

    // MARK: Time

    /// Lets the venue go on to `time`.
    mutating func run(until time: Timestamp, _ markets: [ListedMarket]) {
        var isQuoted = false
        while let delivery = venue.next(until: time) {
            switch delivery.message {
            case .tick: break
            case .venue(let event):
                if !isQuoted {
                    quotes = markets.map { Quote(mark: $0.mark, fundingPerCoin: $0.currentFunding?.perCoin) }
                    isQuoted = true
                }
                apply(event, at: delivery.time)
            }
        }
    }

    private mutating func submit(_ command: VenueCommand, at time: Timestamp, _ markets: [ListedMarket]) {
        let now = max(time, venue.time)
        venue.submit(command, at: now)
        run(until: now + Interval(nanoseconds: 1), markets)
    }

    // MARK: Orders

    /// Places an order, or keeps the refusal that the exchange has for it already; returns its record.
    mutating func place(
        _ ticket: OrderTicket, refusal: Refusal?, at time: Timestamp, _ markets: [ListedMarket]
    ) -> OrderRecord {
        let number = orders.end
        let record = OrderRecord(
            number: number, id: OrderID(high: UInt64(self.number) + 1, low: UInt64(number)), uuid: newUUID(),
            ticket: ticket, placed: time, updated: time)
        for gone in orders.append(record) { forget(gone) }
        numberByUUID[record.uuid] = number
        if let refusal {
            refuse(number, refusal, at: time)
            return orders[number] ?? record
        }
        if let name = ticket.clientID { numberByClientID[name] = number }
        submit(.place(order(record)), at: time, markets)
        if ticket.type == .immediateOrCancel, orders[number]?.isOpen == true { dropRest(number, at: time, markets) }
        return orders[number] ?? record
    }

    private mutating func forget(_ record: OrderRecord) {
        numberByUUID[record.uuid] = nil
        if let name = record.ticket.clientID, numberByClientID[name] == record.number { numberByClientID[name] = nil }
    }

    private func order(_ record: OrderRecord) -> Order {
        let ticket = record.ticket
        let kind: OrderKind =
            switch ticket.type {
            case .limit, .immediateOrCancel, .fillOrKill: .limit(ticket.limitPrice ?? .zero)
            case .postOnly: .postOnly(ticket.limitPrice ?? .zero)
            case .market, .liquidation: .market
            case .stop: .stopMarket(trigger: ticket.stopPrice ?? .zero, ticket.trigger)
            case .takeProfit: .takeProfitMarket(trigger: ticket.stopPrice ?? .zero, ticket.trigger)
            }
        return Order(
            id: record.id, instrument: instruments[ticket.market], side: ticket.side, quantity: ticket.quantity,
            kind: kind, reduceOnly: ticket.reduceOnly, role: ticket.reduceOnly ? .close : .entry,
            worst: ticket.type.isTrigger ? ticket.limitPrice : nil)
    }

    /// An immediate order that traded nothing was refused; else its rest is cancelled.
    private mutating func dropRest(_ number: Int, at time: Timestamp, _ markets: [ListedMarket]) {
        cancel(number, .immediate, at: time, markets)
        if orders[number]?.filled.isZero == true {
            orders.update(number) { $0.state = .refused(.immediateWouldNotTrade) }
        }
    }

    /// Cancels an open order.
    mutating func cancel(_ number: Int, _ cause: CancelCause, at time: Timestamp, _ markets: [ListedMarket]) {
        guard let record = orders[number], record.isOpen else { return }
        cancelCause = cause
        submit(.cancel(record.id, instruments[record.ticket.market]), at: time, markets)
        cancelCause = .user
    }

    /// Somebody trades with an open limit order, at its price.
    mutating func meet(_ number: Int, _ quantity: Quantity, at time: Timestamp, _ markets: [ListedMarket]) {
        guard let record = orders[number], record.isOpen else { return }
        venue.meet(record.id, quantity)
        run(until: max(time, venue.time), markets)
    }

    /// Changes an open order to `ticket`, whose quantity counts what has been filled too.
    mutating func edit(_ number: Int, to ticket: OrderTicket, at time: Timestamp, _ markets: [ListedMarket]) -> Refusal?
    {
        guard let record = orders[number], record.isOpen else { return nil }
        edit = (number, ticket)
        lastEdited = number
        let price = record.isUntriggered ? ticket.stopPrice : ticket.limitPrice
        submit(
            .amend(
                record.id, instruments[ticket.market], quantity: ticket.quantity - record.filled, price: price),
            at: time, markets)
        lastEdited = -1
        edit = nil
        defer { editRefusal = nil }
        return editRefusal
    }

    // MARK: Money

    /// Pays in (positive) or out; false when there is not so much that is not needed for what is held.
    mutating func transfer(_ amount: Money, at time: Timestamp, _ markets: [ListedMarket]) -> Bool {
        guard !amount.isNegative || amount.magnitude <= venue.account.availableMargin else { return false }
        let before = cash
        cash += amount
        var line = line(
            .dollars, nil, "cross-exchange transfer", at: time, old: before.description, new: cash.description)
        line.amount = amount.description
        tell(line)
        venue.deposit(amount)
        run(until: max(time, venue.time) + Interval(nanoseconds: 1), markets)
        return true
    }

    // MARK: What the venue says

    private mutating func apply(_ event: VenueEvent, at time: Timestamp) {
        switch event {
        case .accepted(let id): accepted(id)
        case .rejected(let id, let reason): rejected(id, reason, at: time)
        case .triggered(let id):
            update(id, at: time, .triggered) { $0.isTriggered = true }
        case .filled(let fill): filled(fill)
        case .cancelled(let id, let reason, _): cancelled(id, reason, at: time)
        case .amended(let id):
            guard let edit else { return }
            self.edit = nil
            let old = orders[edit.order]?.ticket ?? edit.ticket
            update(id, at: time, .edited(from: old)) { $0.ticket = edit.ticket }
        case .notFound, .found: break
        case .funding(let payment): funded(payment)
        case .position: news.append(.positions)
        case .account(let report): reported(report)
        }
    }

    private func number(_ id: OrderID) -> Int? {
        id.high == UInt64(number) + 1 && orders[Int(clamping: id.low)] != nil ? Int(clamping: id.low) : nil
    }

    private mutating func update(
        _ id: OrderID, at time: Timestamp, _ change: OrderChange, _ body: (inout OrderRecord) -> Void
    ) {
        guard let number = number(id) else { return }
        orders.update(number) { record in
            body(&record)
            record.updated = time
        }
        guard let record = orders[number] else { return }
        if !record.isOpen, let place = openOrders.lastIndex(of: number) { openOrders.remove(at: place) }
        tell(.order(record, change), at: time)
    }

    private mutating func tell(_ item: AccountNews, at time: Timestamp) {
        news.append(item)
        history.append(HistoryEntry(number: Int64(history.end), uuid: newUUID(), time: time, news: item))
    }

    private mutating func accepted(_ id: OrderID) {
        guard let number = number(id) else { return }
        orders.update(number) { $0.isAccepted = true }
        openOrders.append(number)
        if let record = orders[number] { tell(.order(record, .placed), at: record.placed) }
    }

    private mutating func rejected(_ id: OrderID, _ reason: RejectReason, at time: Timestamp) {
        guard let number = number(id) else { return }
        if edit?.order == number {
            editRefusal = .venue(reason)
        } else {
            refuse(number, .venue(reason), at: time)
        }
    }

    private mutating func refuse(_ number: Int, _ refusal: Refusal, at time: Timestamp) {
        guard let id = orders[number]?.id else { return }
        update(id, at: time, .refused(refusal)) { $0.state = .refused(refusal) }
    }

    private mutating func cancelled(_ id: OrderID, _ reason: CancelReason, at time: Timestamp) {
        let cause: CancelCause =
            switch reason {
            case .requested: cancelCause
            case .notFilledInBand: .immediate
            case .nothingToReduce: .nothingToReduce
            case .insufficientMargin: .notEnoughMargin
            case .liquidation: .liquidation
            case .byVenue: .venue
            case .deadManSwitch: .deadMan
            }
        update(id, at: time, .cancelled(cause)) { $0.state = .cancelled(cause) }
    }
}

// MARK: - Money

extension Account {
    private mutating func filled(_ fill: Fill) {
        guard let market = instruments.firstIndex(of: fill.instrument) else { return }
        let number = number(fill.order) ?? liquidation(fill, market)
        let old = positions[market]
        let realised = positions[market].book(fill)
        let before = cash
        cash += realised - fill.fee
        orders.update(number) { record in
            record.filled += fill.quantity
            record.cost += fill.notional
            record.fees += fill.fee
            record.updated = fill.time
            if record.remaining.isZero { record.state = .filled }
        }
        guard let record = orders[number] else { return }
        if !record.isOpen, let place = openOrders.lastIndex(of: number) { openOrders.remove(at: place) }
        let mark = quotes[market].mark
        let entry = FillRecord(
            fill: fill, uuid: newUUID(), market: market, order: record, mark: mark, realised: realised,
            isAfterEdit: lastEdited == number, position: positions[market].signedQuantity)
        fills.append(entry)
        tell(.fill(entry), at: fill.time)
        tell(.order(record, record.state == .filled ? .filled : .partlyFilled), at: fill.time)
        write(entry, from: old, cash: before)
    }

    /// The venue's own order, which nobody placed.
    private mutating func liquidation(_ fill: Fill, _ market: Int) -> Int {
        let number = orders.end
        let ticket = OrderTicket(
            market: market, side: fill.side, type: .liquidation, quantity: fill.quantity, limitPrice: fill.price,
            reduceOnly: true)
        var record = OrderRecord(
            number: number, id: OrderID(high: UInt64(self.number) + 1, low: UInt64(number)), uuid: newUUID(),
            ticket: ticket, placed: fill.time, updated: fill.time)
        record.isAccepted = true
        for gone in orders.append(record) { forget(gone) }
        numberByUUID[record.uuid] = number
        return number
    }

    /// A trade is two lines: one of dollars, one of the position.
    private mutating func write(_ entry: FillRecord, from old: PositionBook, cash before: Money) {
        let fill = entry.fill
        let info =
            switch fill.cause {
            case .order: "futures trade"
            case .partialLiquidation, .liquidation: "futures liquidation"
            }
        var line = line(.dollars, entry.market, info, at: fill.time, old: before.description, new: cash.description)
        line.amount = (cash - before).description
        line.execution = entry.uuid
        line.tradePrice = fill.price
        line.markPrice = entry.mark
        line.realised = entry.realised
        line.fee = fill.fee
        tell(line)
        let new = positions[entry.market]
        var second = self.line(
            .contract, entry.market, info, at: fill.time, old: old.signedQuantity.description,
            new: new.signedQuantity.description)
        second.amount = (new.signedQuantity - old.signedQuantity).description
        second.execution = entry.uuid
        second.tradePrice = fill.price
        second.markPrice = entry.mark
        second.oldEntry = old.entryPrice
        second.newEntry = new.entryPrice
        tell(second)
    }

    private mutating func funded(_ payment: FundingPayment) {
        guard let market = instruments.firstIndex(of: payment.instrument) else { return }
        let before = cash
        cash += payment.amount
        var line = line(
            .dollars, market, "funding rate change", at: payment.time, old: before.description, new: cash.description)
        line.amount = payment.amount.description
        line.markPrice = quotes[market].mark
        line.funding = payment.amount
        line.fundingRate = quotes[market].fundingPerCoin
        tell(line)
    }

    /// What the books beside the venue cannot know: the venue bore a loss that the account could not.
    private mutating func reported(_ report: AccountReport) {
        if report.balance != cash {
            let before = cash
            cash = report.balance
            var line = line(
                .dollars, nil, "covered liquidation", at: report.time, old: before.description,
                new: cash.description)
            line.amount = (cash - before).description
            tell(line)
        }
        news.append(.balances)
    }

    private mutating func line(
        _ asset: LogEntry.Asset, _ market: Int?, _ info: String, at time: Timestamp, old: String, new: String
    ) -> LogEntry {
        LogEntry(
            number: Int64(log.end) + 1, uuid: newUUID(), time: time, asset: asset, market: market, info: info, old: old,
            new: new, amount: "0")
    }

    private mutating func tell(_ line: LogEntry) {
        log.append(line)
        news.append(.log(line))
    }
}

extension PositionBook {
    /// Negative when short.
    var signedQuantity: Quantity { side == .long ? quantity : -quantity }
}
