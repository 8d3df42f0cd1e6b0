import Kraken
import Market
import Venue

/// A gateway with a bug: everything else goes through unchanged.
struct SabotagedGateway: Gateway {
    private var gateway: any Gateway
    private let bug: Sabotage
    private var stops: [InstrumentID: OrderID] = [:]
    private var late: [(time: Timestamp, command: VenueCommand)] = []
    private var copies: UInt64 = 0

    init(_ gateway: any Gateway, _ bug: Sabotage) {
        self.gateway = gateway
        self.bug = bug
    }

    var capabilities: Capabilities { gateway.capabilities }

    mutating func resume(_ orders: [Order], setups: [UInt64], bookedFills: [UInt64], fundingSince: Timestamp) {
        gateway.resume(orders, setups: setups, bookedFills: bookedFills, fundingSince: fundingSince)
    }

    mutating func observe(_ tick: Tick, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        gateway.observe(tick, at: now, into: &outbox)
    }

    mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        gateway.start(at: now, into: &outbox)
        if bug == .deadManKeptArmed { gateway.setDeadManSwitch(seconds: 3_600, at: now, into: &outbox) }
        distort(&outbox)
    }

    mutating func submit(_ command: VenueCommand, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        for command in distorted(command, at: now) { gateway.submit(command, at: now, into: &outbox) }
        distort(&outbox)
    }

    mutating func cancelAll(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        gateway.cancelAll(at: now, into: &outbox)
        distort(&outbox)
    }

    mutating func setDeadManSwitch(
        seconds: Int64, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        let asked = bug == .deadManKeptArmed ? 3_600 : seconds
        gateway.setDeadManSwitch(seconds: asked, at: now, into: &outbox)
        distort(&outbox)
    }

    mutating func reconcile(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        guard bug != .neverReconciles else { return }
        gateway.reconcile(at: now, into: &outbox)
        distort(&outbox)
    }

    mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        for item in late where item.time <= now { gateway.submit(item.command, at: now, into: &outbox) }
        late.removeAll { $0.time <= now }
        gateway.receive(input, at: now, into: &outbox)
        distort(&outbox)
    }

    var nextWake: Timestamp? { ([gateway.nextWake] + late.map(\.time)).compactMap { $0 }.min() }

    // MARK: Orders

    private mutating func distorted(_ command: VenueCommand, at now: Timestamp) -> [VenueCommand] {
        guard case .place(let order) = command else { return [command] }
        return order.role == .stop ? stop(order, at: now) : entry(order)
    }

    private mutating func stop(_ order: Order, at now: Timestamp) -> [VenueCommand] {
        let old = stops[order.instrument]
        stops[order.instrument] = order.id
        switch bug {
        case .stopDropped: return []
        case .stopOnWrongSide: return [.place(order.with(side: order.side.opposite))]
        case .stopNotReduceOnly: return [.place(order.with(reduceOnly: false))]
        case .stopTooSmall: return [.place(order.with(quantity: Quantity(raw: order.quantity.raw / 2)))]
        case .laterStopsLost: return old == nil ? [.place(order)] : []
        case .stopCancelledThenPlaced:
            guard let old else { return [.place(order)] }
            late.append((now + .seconds(30), .place(order)))
            return [.cancel(old, order.instrument)]
        case .nameNotRecorded: return [.place(order.with(id: copy(of: order.id)))]
        default: return [.place(order)]
        }
    }

    private mutating func entry(_ order: Order) -> [VenueCommand] {
        guard order.role == .entry else { return [.place(order)] }
        switch bug {
        case .entrySentTwice: return [.place(order), .place(order.with(id: copy(of: order.id)))]
        case .entryTooLarge: return [.place(order.with(quantity: Quantity(raw: order.quantity.raw * 3)))]
        case .entryOnWrongSide: return [.place(order.with(side: order.side.opposite))]
        case .nameNotRecorded: return [.place(order.with(id: copy(of: order.id)))]
        default: return [.place(order)]
        }
    }

    private mutating func copy(of id: OrderID) -> OrderID {
        copies += 1
        return OrderID(high: id.high &+ copies, low: id.low)
    }

    // MARK: News

    private func distort(_ outbox: inout SessionOutbox<GatewayNews>) {
        outbox.news = outbox.news.flatMap(distorted)
    }

    private func distorted(_ news: GatewayNews) -> [GatewayNews] {
        switch (bug, news) {
        case (.fillLost, .event(.filled)): []
        case (.fillCountedTwice, .event(.filled(let fill))):
            [news, .event(.filled(fill.with(id: fill.id &+ 1)))]
        case (.fillWithoutFee, .event(.filled(let fill))): [.event(.filled(fill.with(fee: .zero)))]
        case (.fillAtWrongPrice, .event(.filled(let fill))):
            [.event(.filled(fill.with(price: Price(raw: fill.price.raw + fill.price.raw / 1_000))))]
        case (.absenceMeansClosed, .reconciled(let truth)):
            [
                .reconciled(
                    AccountTruth(
                        orders: truth.orders, foreignOrders: truth.foreignOrders, positions: [],
                        account: truth.account, at: truth.at))
            ]
        default: [news]
        }
    }
}

/// A feed of prices that dies after a while and says that it lives.
struct DeadFeed: MarketFeed {
    private var feed: any MarketFeed
    private let dies: Timestamp

    init(_ feed: any MarketFeed, dies: Timestamp) {
        self.feed = feed
        self.dies = dies
    }

    mutating func start(at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>) {
        feed.start(at: now, into: &outbox)
    }

    mutating func receive(_ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<MarketNews>) {
        guard now < dies else { return }
        feed.receive(input, at: now, into: &outbox)
    }

    var nextWake: Timestamp? { feed.nextWake.flatMap { $0 < dies ? $0 : nil } }
}

extension Order {
    fileprivate func with(
        id: OrderID? = nil, side: Side? = nil, quantity: Quantity? = nil, reduceOnly: Bool? = nil
    ) -> Order {
        Order(
            id: id ?? self.id, instrument: instrument, side: side ?? self.side, quantity: quantity ?? self.quantity,
            kind: kind, reduceOnly: reduceOnly ?? self.reduceOnly, role: role, worst: worst)
    }
}

extension Fill {
    fileprivate func with(id: UInt64? = nil, price: Price? = nil, fee: Money? = nil) -> Fill {
        Fill(
            id: id ?? self.id, order: order, instrument: instrument, side: side, quantity: quantity,
            price: price ?? self.price, fee: fee ?? self.fee, liquidity: liquidity, cause: cause, time: time)
    }
}
