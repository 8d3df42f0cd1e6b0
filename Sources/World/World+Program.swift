import Journal
import Kraken
import KrakenServer
import Market
public import Operations
import Trading
import Venue

/// The life of the program: its start from the journal, each input and its effects one by one, and its death between
/// any two of them.
extension World {
    mutating func startProgram() {
        restartAt = nil
        defer { programWake = runtime?.nextWake }
        startOffset = clockOffset
        starts += 1
        guard takeLease() else {
            // Refused like any second instance: it is started again, as a service is.
            restartAt = now + .seconds(10)
            return
        }
        startedAt = now
        effects.removeAll()
        let replay = recover()
        safety.open()
        let latched = safety.state
        judge.restarted(latched ?? .ready, at: now)
        judge.check(.journal, latched != nil, at: now, "the safety record is damaged")
        do {
            runtime = try program.makeRuntime(
                program.sabotage == .journalForgotten ? nil : replay.recovered, latched ?? .ready)
        } catch {
            judge.check(.liveness, false, at: now, "the program does not start: \(error)")
            return
        }
        let time = programNow
        disk.append(
            .opened(
                JournalHeader(
                    mode: "simulated", account: "demo", venue: "world", settings: [], pairs: program.pairs,
                    opened: time)))
        runtime?.start(at: time, into: &effects)
        perform()
    }

    /// Opens the journal and plays it again; what it leads to must be what was recorded.
    private mutating func recover() -> JournalReplay {
        var replay = JournalReplay(program)
        let durable = disk.synced
        do {
            try disk.open { try replay.take($0) }
        } catch {
            judge.check(.journal, false, at: now, "the journal cannot be read: \(error)")
        }
        judge.check(.journal, disk.file.count >= durable, at: now, "durable records were lost")
        judge.check(.replay, replay.difference == nil, at: now, replay.difference ?? "")
        judge.recovered(replay.placed, setups: replay.trader?.liveSetups ?? [])
        return replay
    }

    /// One input into the program, and what follows from it.
    public mutating func handle(_ input: RuntimeInput) {
        guard let runtime else { return }
        if case .commanded(.halt) = input, runtime.trader?.safety == .ready { judge.halted() }
        if case .commanded(.halt) = input, program.sabotage == .haltIgnored { return }
        defer { programWake = self.runtime?.nextWake }
        if let crash, crash.hasBeenSent, input.isWordOfAccount { return die() }
        flushWhenDue()
        let time = programNow
        self.runtime?.handle(input, at: time, into: &effects)
        guard perform() else { return }
        while self.runtime?.holdsOrders == true {
            if makeDurable() {
                judge.released(self.runtime?.heldOrders ?? [], pricesOf: lastPrices, at: now)
                self.runtime?.release(at: time, into: &effects)
                isReleasing = true
                defer { isReleasing = false }
                guard perform() else { return }
            } else {
                judge.releasedUnrecorded(self.runtime?.heldOrders ?? [])
                self.runtime?.journalFailed("no space left on device", at: time, into: &effects)
                guard perform() else { return }
            }
        }
        if let reason = self.runtime?.endReason { finish(reason) }
    }

    /// The program ended in good order; it is started again.
    private mutating func finish(_ reason: String) {
        leave()
        _ = makeDurable()
        // Whoever starts it again waits longer when it does not live long.
        restartPause = now - startedAt > .minutes(1) ? .seconds(5) : min(restartPause * 2, .minutes(2))
        restartAt = now + restartPause
        alerts.append(Alert(.info, .session, "stopped: \(reason)", at: now))
    }

    /// The program is no more; what it had on its lines is gone.
    private mutating func leave() {
        trades = runtime?.trader?.trades ?? trades
        leases.free(lease.token)
        runtime = nil
        programWake = nil
        effects.removeAll()
        network.programDied(at: now)
    }

    private mutating func makeDurable() -> Bool {
        if program.sabotage == .syncSkipped { return true }
        disk.isFull = diskFullUntil > now
        disk.refusesSync = syncFailsUntil > now
        guard disk.sync() else { return false }
        judge.synced()
        return true
    }

    /// What was gathered is written now and then, without waiting for it to be durable.
    private mutating func flushWhenDue() {
        guard nextFlush <= now else { return }
        nextFlush = now + .milliseconds(500)
        disk.isFull = diskFullUntil > now
        guard !disk.flush() else { return }
        let time = programNow
        runtime?.journalFailed("no space left on device", at: time, into: &effects)
        perform()
    }

    /// False when the program died on the way.
    @discardableResult
    private mutating func perform() -> Bool {
        let list = effects
        effects.removeAll(keepingCapacity: true)
        for effect in list {
            switch effect {
            case .record(let record): write(record)
            case .latch(let change): latch(change)
            case .perform(let line, let action): send(line, action)
            case .alert(let alert): if alerts.count < 10_000 { alerts.append(alert) }
            case .ended: break
            }
            if runtime == nil { return false }
        }
        return true
    }

    private mutating func write(_ record: RuntimeRecord) {
        writes += 1
        if strikes(.beforeWrite) { return die() }
        if !program.forgets(record) { disk.append(record.entry) }
        life.see(record)
        if case .outcome(let outcome) = record { judge.recorded(outcome.commands) }
        if strikes(.tornWrite) || strikes(.writtenNotSynced) { return die() }
    }

    private mutating func latch(_ change: SafetyChange) {
        guard change.state != safety.state else { return }
        writes += 1
        if strikes(.beforeWrite) { return die() }
        if strikes(.tornWrite) {
            safety.tear(change.state, detail: change.detail, thousandths: crash?.thousandths ?? 500)
            return die()
        }
        if program.sabotage != .latchNotPersisted { safety.write(change.state, detail: change.detail) }
        judge.safetyChanged(change.state)
        if strikes(.writtenNotSynced) { return die() }
    }

    private mutating func send(_ line: Line, _ action: SessionAction) {
        guard line == .account, action.isSend else { return network.perform(line, action, at: now) }
        sends += 1
        judge.sent(isOfHolder: lease.token == leases.token, at: now)
        if strikes(.syncedNotSent) { return die() }
        network.perform(line, action, at: now)
        if strikes(.sentNotAcknowledged) { return die() }
        if strikes(.acknowledgedNotJournaled) { crash?.hasBeenSent = true }
    }

    /// Whether this is where the program dies.
    private mutating func strikes(_ mode: CrashMode) -> Bool {
        guard let crash, crash.mode == mode, !crash.hasBeenSent else { return false }
        if !mode.isOfWrite, crash.ordersOnly, !isReleasing { return false }
        guard crash.skips == 0 else {
            self.crash?.skips -= 1
            return false
        }
        return true
    }

    mutating func die() {
        let isEven = steps & 1 == 0
        let death: JournalDisk.Death =
            switch crash?.mode {
            case .beforeWrite: .machine
            case .tornWrite: .machineWriting(thousandths: crash?.thousandths ?? 500, zeros: isEven)
            case .writtenNotSynced: .program
            case .syncedNotSent, .sentNotAcknowledged, .acknowledgedNotJournaled, nil: isEven ? .program : .machine
            }
        if crash?.mode == .writtenNotSynced { _ = disk.flush() }
        crash = nil
        leave()
        disk.die(death)
        judge.died()
        restartAt = now + .seconds(2)
        judge.excuse(until: now + .seconds(2) + Judge.startUp)
    }
}

extension World.Program {
    /// A planted bug that keeps a record from the journal.
    fileprivate func forgets(_ record: RuntimeRecord) -> Bool {
        switch (sabotage, record) {
        case (.fillsNotJournaled, .event(let event)): if case .venue(.filled) = event.fact { true } else { false }
        case (.answersNotJournaled, .outcome): true
        default: false
        }
    }
}

extension RuntimeInput {
    /// The exchange says something about the account.
    fileprivate var isWordOfAccount: Bool {
        switch self {
        case .line(.account, .answered), .line(.account, .text): true
        case .line, .commanded, .overflowed, .leaseLost, .leaseDoubted, .stop, .woke: false
        }
    }
}

extension SessionAction {
    var isSend: Bool {
        switch self {
        case .request, .send: true
        case .connect, .disconnect: false
        }
    }
}
