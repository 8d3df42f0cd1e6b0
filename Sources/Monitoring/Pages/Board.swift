import Market
import Operations
import Synchronization

/// The latest that a session has told of itself: one writer, any readers, nobody waits.
final class Board: Sendable {
    struct Notice: Sendable {
        var status: [UInt8] = []
        var phase: Phase?
        /// When it was told, by the monitor's clock.
        var at: Timestamp
        var version: UInt64 = 0
    }

    private let notice: Mutex<Notice>

    init(at now: Timestamp) { notice = Mutex(Notice(at: now)) }

    func publish(_ status: [UInt8], _ phase: Phase, at now: Timestamp) {
        notice.withLock { notice in
            notice.status = status
            notice.phase = phase
            notice.at = now
            notice.version += 1
        }
    }

    var latest: Notice { notice.withLock { $0 } }
}
