import Synchronization

/// A bounded queue between a writer that must not wait and a reader elsewhere.
final class Mailbox<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var dropped = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    private let matters: @Sendable (Item) -> Bool

    /// - Parameter matters: of a full queue the oldest item that does not matter makes room, if there is one.
    init(limit: Int, matters: @escaping @Sendable (Item) -> Bool) {
        self.limit = limit
        self.matters = matters
    }

    /// True when the reader has to be woken.
    func post(_ item: Item) -> Bool {
        state.withLock { state in
            if state.items.count >= limit {
                state.dropped += 1
                guard matters(item), let place = state.items.firstIndex(where: { !matters($0) }) else { return false }
                state.items.remove(at: place)
            }
            state.items.append(item)
            return state.items.count == 1
        }
    }

    /// Everything, oldest first, and how many were lost since the last time.
    func take() -> (items: [Item], dropped: Int) {
        state.withLock { state in
            defer {
                state.items = []
                state.dropped = 0
            }
            return (state.items, state.dropped)
        }
    }
}
