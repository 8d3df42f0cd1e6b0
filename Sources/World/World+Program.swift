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
        disk.isBroken = false
        startOffset = clockOffset
        starts += 1
        effects.removeAll()
        let recovered = recover()
        do {
            runtime = try program.makeRuntime(recovered, disk.safety?.state ?? .ready)
        } catch {
            judge.check(.liveness, false, at: now, "the program does not start: \(error)")
            return
        }
        let time = programNow
        runtime?.start(at: time, into: &effects)
        perform()
    }

    /// Plays the journal again; what it leads to must be what was recorded.
    private mutating func recover() -> Runtime.Recovered? {
        var recovery = Recovery(
            pairs: program.pairs, base: program.base, makeTrader: program.makeTrader)
        do {
            for record in disk.records {
                if case .event(let event) = record { try recovery.take(event) }
            }
        } catch {
            judge.check(.replay, false, at: now, "the journal cannot be played: \(error)")
        }
        return recovery.recovered
    }

    /// One input into the program, and what follows from it.
    public mutating func handle(_ input: RuntimeInput) {
        guard runtime != nil else { return }
        let time = programNow
        runtime?.handle(input, at: time, into: &effects)
        guard perform() else { return }
        while runtime?.holdsOrders == true {
            if isKilled(.killBeforeSync) || isKilled(.killBeforeWrite) || isKilled(.killTornWrite) { return die() }
            if disk.isBroken || disk.syncFailsUntil > now {
                disk.isBroken = true
                runtime?.journalFailed("no space left on device", at: time, into: &effects)
            } else {
                disk.synced = disk.records.count
                judge.synced()
                if isKilled(.killAfterSync) { return die() }
                judge.released(runtime?.heldOrders ?? [], at: now)
                runtime?.release(at: time, into: &effects)
            }
            guard perform() else { return }
        }
        if let reason = runtime?.endReason {
            runtime = nil
            network.programDied(at: now)
            restartAt = now + .seconds(5)
            disk.synced = disk.records.count
            judge.synced()
            alerts.append(Alert(.info, .session, "stopped: \(reason)", at: now))
        }
    }

    /// False when the program died on the way.
    @discardableResult
    private mutating func perform() -> Bool {
        let list = effects
        effects.removeAll(keepingCapacity: true)
        for effect in list {
            switch effect {
            case .record(let record):
                // What cannot be written leaves a hole that nothing may follow.
                if disk.fullUntil > now { disk.isBroken = true }
                if disk.isBroken { continue }
                disk.records.append(record)
                if case .outcome(let outcome) = record { judge.recorded(outcome.commands) }
            case .latch(let change):
                disk.safety = change
                judge.safetyChanged(change.state)
            case .perform(let line, let action):
                network.perform(line, action, at: now)
                if line == .account, isKilled(.killAfterSend) {
                    die()
                    return false
                }
            case .alert(let alert): if alerts.count < 10_000 { alerts.append(alert) }
            case .ended: break
            }
        }
        return true
    }

    private mutating func isKilled(_ kind: WorldFault.Kind) -> Bool { kill?.kind == kind }

    mutating func die(keepsUnsynced: Bool? = nil) {
        let keeps =
            switch kill?.kind {
            case .killBeforeWrite, .killTornWrite: false
            default: keepsUnsynced ?? ((steps & 1) == 0)
            }
        kill = nil
        runtime = nil
        effects.removeAll()
        network.programDied(at: now)
        disk.crash(keepsUnsynced: keeps)
        judge.died(keepsUnsynced: keeps)
        restartAt = now + .seconds(2)
        judge.excuse(until: now + .seconds(2) + Judge.startUp)
    }
}
