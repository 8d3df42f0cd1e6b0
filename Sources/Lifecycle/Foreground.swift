import Dispatch
import ServiceLifecycle
import Synchronization

/// The thread that waits for a group and does its work, which belongs to no pool and may be kept as long as it likes.
final class Foreground: Sendable {
    private let turn = DispatchSemaphore(value: 0)
    private let mayWork = Mutex<Bool?>(nil)
    private let done = Gate()
    private let hasLeft = Atomic(false)

    /// Lets the thread do the work; whether that succeeded.
    func work() async -> Bool {
        give(true)
        return await done.isOpen
    }

    /// Lets the thread go on without it, or to its end.
    func leave() {
        give(false)
        hasLeft.store(true, ordering: .releasing)
    }

    var isOver: Bool { hasLeft.load(ordering: .acquiring) }

    private func give(_ work: Bool) {
        let isFirst = mayWork.withLock { mayWork in
            defer { mayWork = mayWork ?? work }
            return mayWork == nil
        }
        if isFirst { turn.signal() }
    }

    // MARK: On the thread

    /// Waits for one or the other; true for the work.
    func awaitTurn() -> Bool {
        turn.wait()
        return mayWork.withLock { $0 } ?? false
    }

    func finish(_ succeeded: Bool) { done.decide(succeeded) }
}

/// The work as a service of its group: begun when every service beside it is open, asked to end before any of them.
struct WorkService: Service {
    struct Failed: Error {}

    let before: Gate?
    let foreground: Foreground
    let ended: Gate
    let sign: StopSign
    let cancelled: @Sendable () -> Void

    func run() async throws {
        defer { ended.decide(true) }
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                guard await before?.isOpen ?? true, !Task.isCancelled else { return await OrderedService.untilAsked() }
                guard await foreground.work() else { throw Failed() }
            } onGracefulShutdown: {
                sign.raise(.inGoodOrder)
            }
        } onCancel: {
            sign.raise(.atOnce)
            cancelled()
        }
    }
}
