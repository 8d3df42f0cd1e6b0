import Synchronization

/// Something that is decided once and awaited by any number of tasks, cancelled ones too: what depends on it must not go on
/// before it is.
final class Gate: Sendable {
    private struct State {
        var isOpen: Bool?
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    private let state = Mutex(State())

    /// Only the first decision counts.
    func decide(_ isOpen: Bool) {
        let waiting = state.withLock { state -> [CheckedContinuation<Bool, Never>] in
            guard state.isOpen == nil else { return [] }
            state.isOpen = isOpen
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume(returning: isOpen) }
    }

    var isOpen: Bool {
        get async {
            await withCheckedContinuation { continuation in
                let decided = state.withLock { state -> Bool? in
                    if state.isOpen == nil { state.waiting.append(continuation) }
                    return state.isOpen
                }
                if let decided { continuation.resume(returning: decided) }
            }
        }
    }
}
