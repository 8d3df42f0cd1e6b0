import Dispatch
import Synchronization

/// How a program is asked to end; looked at from any thread.
public final class StopSign: Sendable {
    public enum Request: Int, Comparable, Sendable {
        case none
        /// In good order, within the time that the group allows.
        case inGoodOrder
        /// Leaving undone what would take time.
        case atOnce

        public static func < (left: Request, right: Request) -> Bool { left.rawValue < right.rawValue }
    }

    private let state = Mutex(Request.none)
    private let raised = DispatchSemaphore(value: 0)

    init() {}

    public var request: Request { state.withLock { $0 } }

    public var isUp: Bool { request > .none }

    /// Makes the calling thread wait until the program is asked to end.
    public func wait() {
        raised.wait()
        raised.signal()
    }

    func raise(_ request: Request) {
        let isFirst = state.withLock { state in
            defer { state = max(state, request) }
            return state == .none
        }
        if isFirst { raised.signal() }
    }
}
