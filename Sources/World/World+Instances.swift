import Kraken
import KrakenServer
import Market
import Operations
import Trading
import Wire

/// A program that stands still while another has taken the account: with its lines, and all that has arrived on them.
struct PausedInstance: Sendable {
    /// Nil when it has ended, and its last words are still on their way.
    var runtime: Runtime?
    var network: Network
    var lease: LeaseHolding
    let wakesAt: Timestamp
    let startOffset: Interval
    var hasWoken = false

    var next: Timestamp? {
        let waiting = runtime == nil ? nil : hasWoken ? lease.answerAt : wakesAt
        return [network.post.next, waiting].compactMap { $0 }.min()
    }
}

/// Two instances on one account, and the right to run it.
extension World {
    /// How long the store takes to answer.
    static let leaseAnswer = Interval.milliseconds(300)

    // MARK: The instance that runs

    /// When the lease needs a look: to be renewed, or an answer is due.
    var leaseDue: Timestamp? {
        guard runtime != nil else { return nil }
        if let answerAt = lease.answerAt { return max(answerAt, frozenUntil) }
        return max(Timestamp(seconds: 0) + lease.watch.renewAt, frozenUntil)
    }

    /// What the program's store thread does beside it, and what the program is told before anything else.
    mutating func attendLease() {
        guard runtime != nil, frozenUntil <= now else { return }
        if lease.answerAt == nil { doubtLease() }
        guard runtime != nil else { return }
        if let answerAt = lease.answerAt {
            guard answerAt <= now else { return }
            lease.answerAt = nil
        } else if now.sinceStart < lease.watch.renewAt {
            return
        }
        if leases.renew(lease.token, at: now) {
            lease.watch.renewed(asked: now.sinceStart)
        } else {
            lease.watch.taken(by: leases.holder ?? "another instance")
        }
        doubtLease()
    }

    private mutating func doubtLease() {
        let standing = lease.watch.standing(at: now.sinceStart)
        guard standing != lease.standing else { return }
        lease.standing = standing
        switch standing {
        case .held: handle(.leaseDoubted(false))
        case .unconfirmed:
            lease.answerAt = now + Self.leaseAnswer
            handle(.leaseDoubted(true))
        case .lost(let holder): handle(.leaseLost(holder))
        }
    }

    /// At a program's start; false when another runs the account.
    mutating func takeLease() -> Bool {
        switch leases.take(for: "start \(starts)", at: now) {
        case .taken(let token):
            lease.took(token, at: now)
            return true
        case .refused: return false
        }
    }

    // MARK: Another one

    /// A second program is started on the account: refused by name while the first is heard of; else it takes over what
    /// the first left behind.
    mutating func startSecond() {
        guard runtime != nil else {
            frozenUntil = .distantPast
            if restartAt != nil { restartAt = now }
            return
        }
        var asked = leases
        switch asked.take(for: "a second instance", at: now) {
        case .refused(let holder):
            refusals += 1
            if frozenUntil > now { tryAgain() }
            judge.check(.fencing, holder == leases.holder, at: now, "the second instance was refused by \(holder)")
        case .taken:
            judge.check(
                .fencing, lease.watch.standing(at: now.sinceStart) != .held, at: now,
                "the account was taken from an instance that relies upon it")
            takeOver()
        }
    }

    /// While the first stands still, the second asks again.
    private mutating func tryAgain() {
        secondAt = now + .seconds(5)
        judge.excuse(until: now + .seconds(5) + Judge.startUp)
    }

    /// The second has the disk as the first's machine left it; what the first writes from now on, nobody reads.
    private mutating func takeOver() {
        guard let first = runtime else { return }
        takeovers += 1
        trades = first.trader?.trades ?? trades
        paused.append(
            PausedInstance(
                runtime: first, network: network, lease: lease, wakesAt: frozenUntil, startOffset: startOffset))
        network = network.another(number: UInt64(takeovers))
        runtime = nil
        programWake = nil
        effects.removeAll()
        crash = nil
        frozenUntil = .distantPast
        diskFullUntil = .distantPast
        syncFailsUntil = .distantPast
        disk.die(steps & 1 == 0 ? .program : .machine)
        judge.died()
        judge.excuse(until: now + Judge.startUp)
        startProgram()
    }

    // MARK: The one that was paused

    mutating func playPaused() {
        for index in paused.indices {
            while let letter = paused[index].network.post.take(dueBy: now) { deliver(letter, toPaused: index) }
            if paused[index].runtime != nil, !paused[index].hasWoken, paused[index].wakesAt <= now { wake(index) }
            if let answerAt = paused[index].lease.answerAt, answerAt <= now {
                paused[index].lease.answerAt = nil
                tell(index, .leaseLost(leases.holder ?? "another instance"))
            }
        }
        paused.removeAll { $0.runtime == nil && $0.network.post.count == 0 }
    }

    /// It knows only that it slept. What had arrived meanwhile comes in before the answer of the store does.
    private mutating func wake(_ index: Int) {
        paused[index].hasWoken = true
        if program.sabotage != .leaseNotChecked {
            paused[index].lease.answerAt = now + Self.leaseAnswer
            let standing = paused[index].lease.watch.standing(at: now.sinceStart)
            judge.check(.fencing, standing == .unconfirmed, at: now, "the paused instance believes \(standing)")
            tell(index, .leaseDoubted(true))
        }
        tell(index, .woke)
    }

    private mutating func tell(_ index: Int, _ input: RuntimeInput) {
        guard var runtime = paused[index].runtime else { return }
        var effects: [Effect] = []
        let time = now + paused[index].startOffset
        runtime.handle(input, at: time, into: &effects)
        while runtime.holdsOrders { runtime.release(at: time, into: &effects) }
        for case .perform(let line, let action) in effects {
            if line == .account, action.isSend { judge.sent(isOfHolder: false, at: now) }
            paused[index].network.perform(line, action, at: now)
        }
        let hasEnded = runtime.endReason != nil
        paused[index].runtime = hasEnded ? nil : runtime
        guard hasEnded else { return }
        fenced += 1
        paused[index].lease.answerAt = nil
        paused[index].network.programDied(at: now)
    }

    private mutating func deliver(_ letter: Post.Letter, toPaused index: Int) {
        switch letter {
        case .request(let line, let id, let request):
            guard !paused[index].network.losesUpward(at: now) else {
                return paused[index].network.fail(line, id, at: now)
            }
            paused[index].network.answer(line, id, exchange.respond(to: request, at: now), at: now)
        case .connect(let line, let id, let path):
            paused[index].network.opened(line, id, at: now) { exchange.open($0, path: path, at: now) }
        case .frame(let connection, let bytes):
            if !paused[index].network.losesUpward(at: now) { exchange.receive(bytes, from: connection, at: now) }
        case .hangUp(let connection): exchange.close(connection)
        case .input(let line, let input):
            guard paused[index].runtime != nil else { return }
            if paused[index].wakesAt > now {
                return paused[index].network.post.post(letter, at: paused[index].wakesAt)
            }
            if !paused[index].hasWoken { wake(index) }
            return tell(index, .line(line, input))
        }
        drain()
    }
}
