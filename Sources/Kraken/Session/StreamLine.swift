import Market
import Wire

/// One WebSocket after another to the same endpoint: connects, notices that the line is dead, waits, and connects again,
/// for ever. What is said on the line is its owner's business, who reports when all subscriptions stand.
struct StreamLine: Sendable {
    enum Event: Hashable, Sendable {
        /// A new connection: log in and subscribe.
        case opened
        case text([UInt8])
        /// The connection is gone; what was subscribed is no more.
        case lost
    }

    /// A connection on which the subscriptions do not stand within this is given up.
    static let patience = Interval.seconds(10)

    let endpoint: Endpoint
    private var stage = Stage.idle
    private var lastSocket: UInt64
    private var backoff = ReconnectPolicy()
    private var chance: SeededChance
    private var watch: FeedWatch
    private var toldHealth = FeedWatch.Health.recovering

    private enum Stage: Hashable, Sendable {
        case idle
        case waiting(until: Timestamp)
        case connecting(SocketID)
        /// Open, and not all subscriptions stand.
        case preparing(SocketID, since: Timestamp)
        case standing(SocketID, since: Timestamp)
    }

    /// - Parameters:
    ///   - firstSocket: numbers of this line's sockets begin above it; lines of one session use ranges apart.
    ///   - seed: for the random part of the pauses.
    init(_ endpoint: Endpoint, firstSocket: UInt64, watch: FeedWatch, seed: UInt64) {
        self.endpoint = endpoint
        self.watch = watch
        lastSocket = firstSocket
        chance = SeededChance(seed: seed)
    }

    /// The open socket.
    var socket: SocketID? {
        switch stage {
        case .idle, .waiting, .connecting: nil
        case .preparing(let id, _), .standing(let id, _): id
        }
    }

    var nextWake: Timestamp? {
        switch stage {
        case .idle, .connecting: nil
        case .waiting(let until): until
        case .preparing(_, let since): since + Self.patience
        case .standing: watch.nextChange(from: toldHealth)
        }
    }

    mutating func start<News>(at now: Timestamp, into outbox: inout SessionOutbox<News>) {
        guard stage == .idle else { return }
        stage = .waiting(until: backoff.firstAttempt(at: now))
        _ = tick(at: now, into: &outbox)
    }

    /// What the passing of time makes due.
    mutating func tick<News>(at now: Timestamp, into outbox: inout SessionOutbox<News>) -> Event? {
        switch stage {
        case .waiting(let until) where until <= now:
            lastSocket += 1
            let id = SocketID(lastSocket)
            stage = .connecting(id)
            outbox.actions.append(.connect(id, endpoint))
        case .preparing(_, let since) where since + Self.patience <= now:
            return giveUp(at: now, into: &outbox)
        case .standing:
            if case .silent = watch.health(at: now) { return giveUp(at: now, into: &outbox) }
        case .idle, .waiting, .connecting, .preparing: break
        }
        return nil
    }

    /// What an input means for this line; nil when it is not about it.
    mutating func receive<News>(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<News>
    ) -> Event? {
        switch input {
        case .opened(let id):
            guard stage == .connecting(id) else { return nil }
            stage = .preparing(id, since: now)
            watch.opened(at: now)
            return .opened
        case .text(let id, let bytes): return id == socket ? .text(bytes) : nil
        case .closed(let id):
            guard id == socket || stage == .connecting(id) else { return nil }
            return lost(at: now)
        case .answered, .failed, .woke: return nil
        }
    }

    mutating func send<News>(_ bytes: [UInt8], into outbox: inout SessionOutbox<News>) {
        if let socket { outbox.actions.append(.send(socket, bytes)) }
    }

    /// A frame came; `hasContent`: it is no mere sign of life.
    mutating func heard(hasContent: Bool, at now: Timestamp) { watch.frame(hasContent: hasContent, at: now) }

    /// All subscriptions stand.
    mutating func stands(at now: Timestamp) {
        guard case .preparing(let id, _) = stage else { return }
        stage = .standing(id, since: now)
    }

    /// What was missed while there was no connection is known now.
    mutating func recovered() { watch.recovered() }

    mutating func giveUp<News>(at now: Timestamp, into outbox: inout SessionOutbox<News>) -> Event {
        if let socket { outbox.actions.append(.disconnect(socket)) }
        return lost(at: now)
    }

    private mutating func lost(at now: Timestamp) -> Event {
        var cause = ReconnectPolicy.Cause.refused
        if case .standing(_, let since) = stage { cause = .ended(after: now - since) }
        watch.closed()
        stage = .waiting(until: backoff.nextAttempt(after: cause, at: now, using: &chance))
        return .lost
    }

    /// The health when it has changed since the last call.
    mutating func changedHealth(at now: Timestamp) -> FeedWatch.Health? {
        let health = watch.health(at: now)
        guard health != toldHealth else { return nil }
        toldHealth = health
        return health
    }
}
