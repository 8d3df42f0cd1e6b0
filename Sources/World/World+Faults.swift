import Kraken
import KrakenServer
import Market
import Operations

/// Faults, one by one.
extension World {
    mutating func strike(_ fault: WorldFault) {
        struck[fault.kind.rawValue, default: 0] += 1
        let end = now + fault.lasting
        switch fault.kind {
        case .cutConnections: network.cutAll(at: now)
        case .refusedConnects: network.refusesUntil = end
        case .halfOpen:
            network.upwardLostUntil = end
            network.downwardLostUntil = end
        case .lossUpward: network.upwardLostUntil = end
        case .lossDownward: network.downwardLostUntil = end
        case .answersLost: network.answersLostUntil = end
        case .delaySpike: network.slowUntil = end
        case .killBeforeWrite: return crash(.beforeWrite)
        case .killTornWrite: return crash(.tornWrite)
        case .killBeforeSync: return crash(.writtenNotSynced)
        case .killAfterSync: return crash(.syncedNotSent)
        case .killAfterSend: return crash(.sentNotAcknowledged)
        case .killAfterAnswer: return crash(.acknowledgedNotJournaled)
        case .freeze: frozenUntil = max(frozenUntil, end)
        case .secondInstance: return startSecond()
        case .pausedInstance:
            guard runtime != nil else { return }
            frozenUntil = max(frozenUntil, end)
            secondAt = now + LeaseStore.silence + .seconds(5)
            return judge.excuse(until: now + LeaseStore.silence + .seconds(5) + Judge.startUp)
        case .diskFull: diskFullUntil = end
        case .syncFails: syncFailsUntil = end
        case .clockForward: clockOffset = clockOffset + min(fault.lasting, .seconds(60))
        case .clockBack: clockOffset = clockOffset - min(fault.lasting, .seconds(60))
        case .halt: return handle(.commanded(.halt(reason: "drill")))
        case .release: return handle(.commanded(.release(operatorName: "drill", reason: "drill")))
        case .gracefulRestart: return handle(.stop(reason: "restart"))
        }
        judge.excuse(until: end + Judge.startUp)
    }

    /// Dies at the next write, or at the next send of an order. The place in a torn record comes from what came before.
    private mutating func crash(_ mode: CrashMode) {
        crash = Crash(mode: mode, skips: 0, thousandths: steps * 7 % 1_000, ordersOnly: true)
    }
}
