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
        case .killBeforeWrite, .killTornWrite, .killBeforeSync, .killAfterSync, .killAfterSend, .killAfterAnswer:
            if fault.kind == .killAfterAnswer { return die() }
            kill = fault
            return
        case .freeze: frozenUntil = max(frozenUntil, end)
        case .diskFull: disk.fullUntil = end
        case .syncFails: disk.syncFailsUntil = end
        case .clockForward: clockOffset = clockOffset + min(fault.lasting, .seconds(60))
        case .clockBack: clockOffset = clockOffset - min(fault.lasting, .seconds(60))
        case .halt: return handle(.commanded(.halt(reason: "drill")))
        case .release: return handle(.commanded(.release(operatorName: "drill", reason: "drill")))
        case .gracefulRestart: return handle(.stop(reason: "restart"))
        }
        judge.excuse(until: end + Judge.startUp)
    }
}
