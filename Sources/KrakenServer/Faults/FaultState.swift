import Market

/// The faults to come, those at work, and the frames that they hold back.
struct FaultState: Sendable {
    /// A fault at work.
    struct Active: Sendable {
        let fault: Fault
        var left: Int
        let until: Timestamp
    }

    private(set) var plan: FaultPlan
    private(set) var active: [Active] = []
    /// How often each kind struck, in the order of first strikes.
    private(set) var strikes: [(kind: Fault.Kind, count: Int)] = []
    private var held: [(due: Timestamp, item: Outgoing)] = []
    /// Frames whose delay is over.
    private var released: [Outgoing] = []
    /// Accounts as they were when their snapshots went stale.
    var stale: [Account]?
    private var refusesUntil = Timestamp.distantPast

    init(_ plan: FaultPlan) { self.plan = plan }

    /// When a fault begins or ends, or a frame that was held back is due.
    var next: Timestamp? {
        let ends = active.map(\.until).filter { $0 < .distantFuture }
        return ([plan.faults.first?.at] + ends + held.map(\.due)).compactMap { $0 }.min()
    }

    var hasReleased: Bool { !released.isEmpty }

    mutating func release(at now: Timestamp) {
        released += held.filter { $0.due <= now }.map(\.item)
        held.removeAll { $0.due <= now }
    }

    mutating func add(_ fault: Fault) { plan.add(fault) }

    mutating func takeDue(at now: Timestamp) -> Fault? {
        guard let first = plan.faults.first, first.at <= now else { return nil }
        return plan.popFirst()
    }

    /// Lets a fault wait for what it strikes.
    mutating func arm(_ fault: Fault, at now: Timestamp) {
        let until = fault.lasting.map { now + $0 } ?? .distantFuture
        active.append(Active(fault: fault, left: fault.count, until: until))
    }

    /// Removes and returns the faults whose time is over.
    mutating func takeEnded(at now: Timestamp) -> [Fault] {
        let ended = active.filter { $0.until <= now || $0.left <= 0 }.map(\.fault)
        active.removeAll { $0.until <= now || $0.left <= 0 }
        return ended
    }

    mutating func count(_ kind: Fault.Kind) {
        if let place = strikes.firstIndex(where: { $0.kind == kind }) {
            strikes[place].count += 1
        } else {
            strikes.append((kind, 1))
        }
    }

    /// Whether a fault of this kind is at work on what `matches`; if so it has struck once more.
    mutating func strikes(_ kind: Fault.Kind, at now: Timestamp, _ matches: (Fault) -> Bool = { _ in true }) -> Fault? {
        guard
            let place = active.firstIndex(where: {
                $0.fault.kind == kind && $0.left > 0 && $0.until > now && matches($0.fault)
            })
        else { return nil }
        active[place].left -= 1
        count(kind)
        let fault = active[place].fault
        if active[place].left == 0 { active.remove(at: place) }
        return fault
    }

    /// A fault of this kind that is at work, without a strike.
    func lasts(_ kind: Fault.Kind) -> Fault? { active.first { $0.fault.kind == kind }?.fault }

    // MARK: Connections

    mutating func refuseConnections(until: Timestamp) { refusesUntil = max(refusesUntil, until) }

    func refusesConnections(at now: Timestamp) -> Bool { now < refusesUntil }

    // MARK: Frames

    /// What becomes of the frames that are to be sent.
    mutating func pass(_ outbox: [Outgoing], at now: Timestamp) -> [Outgoing] {
        var result = released
        released = []
        guard !active.isEmpty else { return result + outbox }
        var items = outbox
        swapNeighbours(&items, at: now)
        for item in items {
            guard case .text = item else {
                result.append(item)
                continue
            }
            if strikes(.lostFrames, at: now) != nil { continue }
            if let fault = strikes(.delayedFrames, at: now) {
                held.append((now + fault.delay, item))
                continue
            }
            result.append(item)
            if strikes(.duplicateFrames, at: now) != nil { result.append(item) }
        }
        return result
    }

    private mutating func swapNeighbours(_ items: inout [Outgoing], at now: Timestamp) {
        guard items.count > 1, lasts(.reorderedFrames) != nil else { return }
        for place in items.indices.dropLast() {
            guard Self.mayChangePlaces(items[place], items[place + 1]), strikes(.reorderedFrames, at: now) != nil else {
                continue
            }
            items.swapAt(place, place + 1)
        }
    }

    /// Frames of different feeds to one connection. What a frame is, its beginning says.
    private static func mayChangePlaces(_ a: Outgoing, _ b: Outgoing) -> Bool {
        guard case .text(let first, let one) = a, case .text(let second, let other) = b else { return false }
        return first == second && one.prefix(20) != other.prefix(20)
    }
}
