import NIOCore
import Synchronization

/// The connections of a server that are open, to be counted, told to end, and waited for.
final class OpenChannels: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var waiters: [CheckedContinuation<Void, Never>] = []
        var isClosing = false
        var refusesUntil = NIODeadline.uptimeNanoseconds(0)
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.channels.count } }

    /// New ones are turned away until then.
    func refuse(until end: NIODeadline) { state.withLock { $0.refusesUntil = end } }

    /// False when there are too many already, or none are wanted.
    func add(_ channel: any Channel, limit: Int) -> Bool {
        let id = ObjectIdentifier(channel)
        let isAdded = state.withLock { state in
            guard state.channels.count < limit, !state.isClosing, state.refusesUntil <= .now() else { return false }
            state.channels[id] = channel
            return true
        }
        if isAdded { channel.closeFuture.whenComplete { [self] _ in remove(id) } }
        return isAdded
    }

    private func remove(_ id: ObjectIdentifier) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.channels[id] = nil
            guard state.channels.isEmpty else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Tells all of them to come to their end, and takes no more.
    func quiesce() {
        for channel in closing() { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    }

    func closeAll() { for channel in closing() { channel.close(promise: nil) } }

    private func closing() -> [any Channel] {
        state.withLock { state in
            state.isClosing = true
            return Array(state.channels.values)
        }
    }

    func whenEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if !state.channels.isEmpty { state.waiters.append(continuation) }
                return state.channels.isEmpty
            }
            if isEmpty { continuation.resume() }
        }
    }
}
