import Kraken
import KrakenServer
public import Market
import Operations
import Trading
import Venue

/// Holds the program against the exchange's truth after every step, and keeps count.
public struct Judge: Sendable {
    public internal(set) var violations: [Violation] = []
    /// How often each invariant was checked.
    public internal(set) var checks: [Invariant: Int] = [:]
    /// Total time that positions were without a resting stop for their full size.
    public internal(set) var nakedTime = Interval.zero
    /// The longest single stretch of it.
    public internal(set) var longestNaked = Interval.zero

    /// Since when each instrument's position is naked.
    private var nakedSince: [InstrumentID: Timestamp] = [:]
    private var disagreesSince: Timestamp?
    private var armedWithPositionSince: Timestamp?
    private var lastNow = Timestamp.distantPast
    /// Until when the exchange could not be reached, or refused: time in which nothing could be repaired.
    var excusedUntil = Timestamp.distantPast
    private var sent: Set<String> = []
    /// Names of orders whose record is durable.
    private var durable: Set<String> = []
    /// Names of orders that went out while the disk refused their records.
    private var unrecorded: Set<String> = []
    /// The next program knew of nothing that one of these belongs to: what it fills is another's to it, until it is
    /// written off.
    public private(set) var hasStrays = false
    /// Orders by name, as recorded, and the most that they were amended to. Looked up, never listed.
    private var recorded: [String: Order] = [:]
    private var largest: [String: Quantity] = [:]
    /// Orders that the exchange has taken so far.
    private(set) var taken = 0
    private var isLatched = false
    /// The latch was made durable.
    private var isRecorded = false

    /// Naked time that is allowed while the exchange can be reached, and after it can be reached again.
    static let nakedLimit = Interval.seconds(5)
    static let nakedAfterOutage = Interval.seconds(10)
    static let agreementLimit = Interval.seconds(10)
    /// The same with strays: what another's hand seems to have done is written off after a grace for late fills.
    static let strayLimit = Interval.seconds(45)
    /// What a program may take from its start, or from the end of a fault, until it is connected and has compared.
    static let startUp = Interval.seconds(75)

    /// The feed of prices counts as lost after this pause; a step more, for what was under way.
    static let pricesLimit = Interval.seconds(35)

    /// Until `time` what is late is excused: the exchange could not be reached, or the program was not there.
    mutating func excuse(until time: Timestamp) { excusedUntil = max(excusedUntil, time) }

    mutating func check(_ invariant: Invariant, _ holds: Bool, at now: Timestamp, _ detail: @autoclosure () -> String) {
        checks[invariant, default: 0] += 1
        guard !holds, violations.count < 100 else { return }
        violations.append(Violation(invariant: invariant, time: now, detail: detail()))
    }

    // MARK: What the program does

    mutating func recorded(_ commands: [VenueCommand]) {
        for command in commands {
            switch command {
            case .place(let order):
                sent.insert(order.id.description)
                recorded[order.id.description] = order
            case .amend(let id, _, let quantity, _):
                largest[id.description] = max(largest[id.description] ?? .zero, quantity)
            case .cancel: break
            }
        }
    }

    mutating func synced() {
        durable.formUnion(sent)
        sent.removeAll()
    }

    mutating func safetyChanged(_ state: SafetyState) {
        switch state {
        case .ready: isLatched = false
        case .halted, .flattening: isLatched = true
        }
        isRecorded = isLatched
    }

    /// The operator has ordered a halt, and the program was there to hear it.
    mutating func halted() { isLatched = true }

    /// A program starts with what the safety record says.
    mutating func restarted(_ state: SafetyState, at now: Timestamp) {
        check(.latched, !isRecorded || state != .ready, at: now, "halted, and the safety record says ready")
        isLatched = state != .ready
        isRecorded = isLatched
    }

    /// - Parameter pricesOf: when the program last heard of the market it trades.
    mutating func released(_ commands: [VenueCommand], pricesOf lastPrices: Timestamp, at now: Timestamp) {
        for command in commands {
            guard case .place(let order) = command else { continue }
            check(.recordedFirst, durable.contains(order.id.description), at: now, "\(order.id) was not durable")
            guard command.addsRisk else { continue }
            check(.latched, !isLatched, at: now, "\(order.id) after a halt")
            let age = now - lastPrices
            check(.freshness, age <= Self.pricesLimit, at: now, "\(order.id) on prices that are \(age) old")
        }
    }

    /// The disk refuses: what protects goes out all the same.
    mutating func releasedUnrecorded(_ commands: [VenueCommand]) {
        for command in commands where !command.addsRisk {
            guard case .place(let order) = command else { continue }
            durable.insert(order.id.description)
            unrecorded.insert(order.id.description)
        }
    }

    /// What the exchange took since the last look.
    mutating func taken(_ orders: [TakenOrder], at now: Timestamp) {
        taken += orders.count
        for order in orders {
            guard let name = order.clientID, OrderID(clientID: name) != nil else { continue }
            let meant = recorded[name]
            let most = max(meant?.quantity ?? .zero, largest[name] ?? .zero)
            let isMeant =
                meant.map { $0.side == order.side && order.quantity <= most && (order.reduceOnly || !$0.reduceOnly) }
                ?? false
            check(
                .asRecorded, isMeant, at: now,
                "\(name) came as \(order.side) \(order.quantity), meant was \(meant.map { "\($0.side) \($0.quantity)" } ?? "nothing")"
            )
        }
    }

    /// Something leaves on the account's line.
    mutating func sent(isOfHolder: Bool, at now: Timestamp) {
        check(.fencing, isOfHolder, at: now, "an instance that was replaced sends")
    }

    // MARK: After each step

    mutating func look(_ truth: PrivateTruth, _ runtime: Runtime?, at now: Timestamp) {
        let last = lastNow
        let time = runtime?.trader?.now ?? last
        check(.time, time >= last, at: now, "the program's time ran backwards, from \(last) to \(time)")
        protection(truth, at: now)
        orders(truth, at: now)
        let equity = truth.account.equity
        if equity.isPositive, !truth.positions.isEmpty {
            let margin = truth.account.initialMargin
            check(.leverage, margin <= equity, at: now, "margin \(margin) over equity \(equity)")
        }
        if let runtime {
            agreement(truth, runtime, at: now)
            let broken = runtime.trader?.brokenInvariants() ?? []
            check(.books, broken.isEmpty, at: now, "\(broken.map { "\($0.rule.rawValue) of \($0.instrument)" })")
        }
        lastNow = time
    }

    /// Nothing is held or ordered on either side: there is nothing to differ in.
    mutating func rested() { disagreesSince = nil }

    private mutating func protection(_ truth: PrivateTruth, at now: Timestamp) {
        var naked: Set<InstrumentID> = []
        for position in truth.positions {
            let stops = truth.orders.filter {
                $0.instrument == position.instrument && $0.side == position.side.opposite && $0.reduceOnly
                    && ($0.stopTrigger != nil || $0.isTriggeredStop)
            }
            let best = stops.map(\.remaining).max() ?? .zero
            if best < position.quantity { naked.insert(position.instrument) }
        }
        for (instrument, since) in nakedSince where !naked.contains(instrument) {
            note(now - since)
            nakedSince[instrument] = nil
        }
        for instrument in naked {
            let since = nakedSince[instrument] ?? now
            nakedSince[instrument] = since
            let start = max(since, excusedUntil)
            let limit = excusedUntil > since ? Self.nakedAfterOutage : Self.nakedLimit
            check(.nakedTime, now - start <= limit, at: now, "\(instrument) without a full stop since \(since)")
        }
    }

    private mutating func note(_ time: Interval) {
        nakedTime = nakedTime + time
        longestNaked = max(longestNaked, time)
    }

    private mutating func orders(_ truth: PrivateTruth, at now: Timestamp) {
        for order in truth.orders {
            guard let name = order.clientID, OrderID(clientID: name) != nil else { continue }
            check(.recordedFirst, durable.contains(name), at: now, "\(name) is at the exchange and not in the journal")
            if order.stopTrigger != nil { check(.stopSide, order.reduceOnly, at: now, "\(name) could open") }
        }
        for position in truth.positions {
            let growing = truth.orders.filter {
                $0.instrument == position.instrument && $0.side == position.side && !$0.reduceOnly
                    && $0.clientID.flatMap { OrderID(clientID: $0) } != nil
            }
            check(.oneEntry, growing.count <= 1, at: now, "\(growing.count) entries of \(position.instrument)")
        }
        let isArmedWithPosition = !truth.positions.isEmpty && truth.deadMan != nil
        let since = isArmedWithPosition ? (armedWithPositionSince ?? now) : nil
        armedWithPositionSince = since
        let start = since.map { max($0, excusedUntil) }
        check(
            .deadMan, start.map { now - $0 <= Self.nakedAfterOutage } ?? true, at: now,
            "armed with a position since \(since ?? now)")
    }

    /// Nothing has just happened that one side cannot know of yet.
    func isSettled(at now: Timestamp) -> Bool { disagreesSince.map { now - $0 > Self.agreementLimit } ?? true }

    private mutating func agreement(_ truth: PrivateTruth, _ runtime: Runtime, at now: Timestamp) {
        guard let trader = runtime.trader, runtime.phase == .ready else {
            disagreesSince = nil
            return
        }
        var agrees = true
        for position in trader.positions where position.quantity.isPositive {
            agrees =
                agrees
                && truth.positions.contains {
                    $0.instrument == position.instrument && $0.side == position.side
                        && $0.quantity == position.quantity
                }
        }
        for position in truth.positions {
            agrees =
                agrees
                && trader.positions.contains {
                    $0.instrument == position.instrument && $0.quantity == position.quantity
                }
        }
        let since = agrees ? nil : (disagreesSince ?? now)
        disagreesSince = since
        let start = since.map { max($0, excusedUntil) }
        check(
            .agreement, start.map { now - $0 <= (hasStrays ? Self.strayLimit : Self.agreementLimit) } ?? true, at: now,
            "the books differ since \(since ?? now)")
    }

    /// The program died: what it had recorded and not made durable may be gone.
    mutating func died() {
        sent.removeAll()
        disagreesSince = nil
    }

    /// What the journal tells when it is opened again: of orders, and of what is under way.
    mutating func recovered(_ names: Set<String>, setups: [UInt64]) {
        durable.formUnion(names)
        let isStray = unrecorded.contains { name in
            !names.contains(name) && OrderID(clientID: name).map { !setups.contains($0.high) } ?? true
        }
        if isStray { hasStrays = true }
        unrecorded.removeAll()
    }
}
