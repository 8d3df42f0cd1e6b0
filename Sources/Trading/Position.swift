import Market
import Risk
import Strategy
import Venue

/// What a position came from.
struct PositionOrigin: Sendable {
    let setup: SetupID
    let kind: SetupKind
    let pair: SpotPair
    let decidedAt: Timestamp
    let expiresAt: Timestamp
    let timeExit: Interval?
    let drawings: [Drawing]
}

/// Something that the trader as a whole must answer to.
struct Alarm: Hashable, Sendable {
    /// Nil: only to be recorded.
    let reason: HaltReason?
    let detail: String
}

/// One trade from its entry order to the last of its orders gone: what is held, every order of it, and the rules that
/// keep it protected. All orders of a position are made here, and only from an approved plan.
struct Position: Sendable {
    let origin: PositionOrigin
    let plan: EntryPlan
    /// Prices on the tick grid with shares, nearest first; resized to what really filled.
    let targets: [ProposedTarget]
    let rules: TradingParameters
    var instrument: Instrument

    var phase = PositionPhase.pending
    var orders: [WorkingOrder] = []
    var account = TradeAccount()
    /// Latest mark price.
    var mark: Price
    /// Where the stop belongs. It moves toward profit only.
    var stop: Price
    var stopReason = StopReason.initial

    var sequences = OrderSequences()
    /// Ids of the fills that are booked.
    var booked: [UInt64] = []
    /// Exits that were told before the entry fills that they close.
    var early: [EarlyExit] = []
    var earlyBy = Timestamp.distantFuture
    /// Until then it stays in the books though it is flat: an order of it was found, and more may be. Distant future:
    /// nothing was found.
    var lingersUntil = Timestamp.distantFuture
    var fillsOfLevel: [Quantity]
    /// Targets that the venue refused: their part goes to the next.
    var refusedLevels: [Bool]
    var firstTargetFilled = false
    var breakEvenDue = false
    /// Since when no accepted stop covers all of it; nil while one does.
    var unprotectedSince: Timestamp?
    /// Since when mark has been beyond the stop without a trigger; distant future while it is not.
    var overrunSince = Timestamp.distantFuture
    var isRepaired = false
    var repairs = 0
    var stopRefused = false
    /// A resized stop was refused while a larger one stands: not asked for again before the size changes.
    var resizeRefused = false
    var lastSentStop: Price?
    var retryCloseAt = Timestamp.distantFuture
    var lastCloseAt = Timestamp.distantPast
    var abandonment: EntryAbandonment?
    /// The next instant at which something is due.
    var deadline = Timestamp.distantFuture
    /// Results for the trader, taken after each event.
    var finished: [Trade] = []
    var alarm: Alarm?

    init(
        _ approved: Approved<EntryPlan>, _ origin: PositionOrigin, targets: [ProposedTarget], instrument: Instrument,
        mark: Price, rules: TradingParameters
    ) {
        plan = approved.plan
        self.origin = origin
        self.instrument = instrument
        self.rules = rules
        self.mark = mark
        self.targets = targets
        stop = plan.stop
        fillsOfLevel = Array(repeating: .zero, count: targets.count)
        refusedLevels = Array(repeating: false, count: targets.count)
        orders.reserveCapacity(8)
        booked.reserveCapacity(8)
    }

    var side: Side { plan.side }
    var quantity: Quantity { account.quantity }
    var isOpen: Bool { quantity.isPositive }
    /// Flat, and none of its orders can trade any more.
    var isOver: Bool {
        phase == .closed && early.isEmpty && lingersUntil == .distantFuture && orders.allSatisfy(\.isSettled)
    }
    /// What the entry may still add.
    var entering: Quantity {
        var total = Quantity.zero
        for order in orders where order.order.role == .entry && order.isLive { total += order.remaining }
        return total
    }

    /// The largest part that one accepted stop covers.
    var protected: Quantity {
        var most = Quantity.zero
        for order in orders where order.order.role == .stop && order.isStanding && order.state.isConfirmed {
            most = max(most, order.remaining)
        }
        return most
    }
    /// As `protected`, with stops on their way.
    var covered: Quantity {
        var most = Quantity.zero
        for order in orders where order.order.role == .stop && order.isExpected { most = max(most, order.remaining) }
        return most
    }
    var isProtected: Bool { protected >= quantity }
    /// One stop for all of it is with the venue, resting or at work.
    var isShielded: Bool {
        orders.contains {
            $0.order.role == .stop && $0.state.isConfirmed && $0.remaining >= quantity
        }
    }

    /// Forgets stops that have nothing more to say, so that a long trail does not grow the list.
    mutating func prune() {
        guard orders.count > 12 else { return }
        orders.removeAll { $0.order.role == .stop && $0.isSettled }
    }

    func index(of id: OrderID) -> Int? { orders.firstIndex { $0.order.id == id } }

    mutating func move(_ event: PositionEvent) {
        guard let next = phase.after(event) else {
            alarm = alarm ?? Alarm(reason: .brokenInvariant, detail: "\(event) while \(phase)")
            return
        }
        phase = next
    }

    /// Sends the entry of the plan.
    mutating func enter(at now: Timestamp, into outcome: inout Outcome) {
        let kind: OrderKind =
            switch plan.entry {
            case .market: .market
            case .limit(let price): .limit(price)
            case .postOnly(let price): .postOnly(price)
            }
        send(
            .entry, side, plan.quantity, kind, at: now, exit: .stopLoss, into: &outcome)
        refreshDeadline()
    }

    /// Hands an order over. The id follows from setup, role and count alone.
    mutating func send(
        _ role: OrderRole, _ direction: Side, _ quantity: Quantity, _ kind: OrderKind, level: Int = 0,
        at now: Timestamp,
        exit: ExitReason, stopReason: StopReason = .initial, into outcome: inout Outcome
    ) {
        let id = OrderID(setup: origin.setup.value, role: role, sequence: sequences.next(role))
        let order = Order(
            id: id, instrument: instrument.id, side: direction, quantity: quantity, kind: kind,
            reduceOnly: role != .entry, role: role)
        orders.append(
            WorkingOrder(order, level: level, exit: exit, stopReason: stopReason, answerBy: now + rules.answerGrace))
        outcome.commands.append(.place(order))
    }

    mutating func cancel(_ index: Int, at now: Timestamp, into outcome: inout Outcome) {
        guard orders[index].isStanding else { return }
        orders[index].startCancel(answerBy: now + rules.answerGrace)
        outcome.commands.append(.cancel(orders[index].order.id, instrument.id))
    }

    mutating func cancelAll(_ role: OrderRole, at now: Timestamp, into outcome: inout Outcome) {
        for index in orders.indices where orders[index].order.role == role { cancel(index, at: now, into: &outcome) }
    }

    /// Gives the entry up; what fills before the cancel arrives opens normally.
    mutating func abandonEntry(_ reason: EntryAbandonment, at now: Timestamp, into outcome: inout Outcome) {
        if abandonment == nil { abandonment = reason }
        cancelAll(.entry, at: now, into: &outcome)
        refreshDeadline()
    }
}

/// An exit that is known before what it closes.
struct EarlyExit: Sendable {
    let fill: Fill
    let role: OrderRole
    let exit: ExitReason
}

/// How many orders of each role were sent: the last part of their ids.
struct OrderSequences: Hashable, Sendable {
    private var entry: UInt32 = 0
    private var stop: UInt32 = 0
    private var target: UInt32 = 0
    private var close: UInt32 = 0

    /// The number of `id` is taken: an order with it was found.
    mutating func used(_ id: OrderID) {
        guard let (role, sequence) = id.purpose else { return }
        switch role {
        case .entry: entry = max(entry, sequence)
        case .stop: stop = max(stop, sequence)
        case .target: target = max(target, sequence)
        case .close: close = max(close, sequence)
        }
    }

    mutating func next(_ role: OrderRole) -> UInt32 {
        switch role {
        case .entry:
            entry += 1
            return entry
        case .stop:
            stop += 1
            return stop
        case .target:
            target += 1
            return target
        case .close:
            close += 1
            return close
        }
    }
}
