import Market
import Venue
import Wire

/// The private feeds of WebSocket v1 on one connection after another: connect, challenge, subscribe, listen; when the
/// connection ends or falls silent, wait and begin again, for ever. The challenge belongs to the connection and is asked
/// for anew each time.
struct DerivativesAccountStream: Sendable {
    /// What the feeds told.
    enum Told: Sendable {
        case fact(OrderFact)
        case position(PositionReport)
        case account(AccountReport)
        /// All subscriptions stand. What happened before this connection has to be asked for.
        case subscribed
    }

    static let feeds: [Derivatives.Feed] = [.openOrders, .fills, .openPositions, .balances, .heartbeat]
    /// No answer to the challenge or to a subscription within this: the connection is given up.
    static let patience = Interval.seconds(10)

    private let credentials: Credentials
    private var stage = Stage.idle
    private var socket: SocketID?
    private var lastSocket: UInt64 = 0
    private var backoff: ReconnectPolicy
    private var random: SeededChance
    private(set) var watch = FeedWatch(silence: .seconds(30), staleness: .days(1))
    private var toldHealth = FeedWatch.Health.recovering
    /// Positions that the last full list held.
    var held: [PositionReport] = []
    /// For fills whose fee is not told in dollars.
    let fees: FeeSchedule

    private enum Stage: Hashable, Sendable {
        case idle
        case waiting(until: Timestamp)
        case connecting
        case challenging(since: Timestamp)
        case subscribing(missing: Set<Derivatives.Feed>, since: Timestamp)
        case listening(since: Timestamp)
    }

    /// - Parameter seed: for the random part of the pauses between connections.
    init(credentials: Credentials, fees: FeeSchedule, seed: UInt64 = 1) {
        self.credentials = credentials
        self.fees = fees
        backoff = ReconnectPolicy()
        random = SeededChance(seed: seed)
    }

    mutating func connect(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        guard stage == .idle else { return }
        stage = .waiting(until: backoff.firstAttempt(at: now))
        tick(at: now, into: &outbox)
    }

    var nextWake: Timestamp? {
        switch stage {
        case .idle, .connecting: nil
        case .waiting(let until): until
        case .challenging(let since), .subscribing(_, let since): since + Self.patience
        case .listening: watch.deadline(after: .distantPast)
        }
    }

    /// What the passing of time makes due.
    mutating func tick(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        switch stage {
        case .waiting(let until) where until <= now:
            lastSocket += 1
            let id = SocketID(lastSocket)
            socket = id
            stage = .connecting
            outbox.actions.append(.connect(id, .derivativesStream))
        case .challenging(let since) where since + Self.patience <= now,
            .subscribing(_, let since) where since + Self.patience <= now:
            giveUp(at: now, into: &outbox)
        case .listening:
            if case .silent = watch.health(at: now) { giveUp(at: now, into: &outbox) }
        case .idle, .waiting, .connecting, .challenging, .subscribing: break
        }
        tellHealth(at: now, into: &outbox)
    }

    mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) -> [Told] {
        switch input {
        case .opened(let id) where id == socket:
            watch.opened(at: now)
            stage = .challenging(since: now)
            outbox.actions.append(.send(id, Derivatives.StreamRequest.challenge(key: credentials.key).bytes))
        case .text(let id, let bytes) where id == socket: return read(bytes, at: now, into: &outbox)
        case .closed(let id) where id == socket: lost(at: now)
        case .opened(let id): outbox.actions.append(.disconnect(id))
        case .text, .closed, .answered, .failed, .woke: break
        }
        return []
    }

    private mutating func read(
        _ bytes: [UInt8], at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) -> [Told] {
        let frame: Derivatives.StreamFrame
        do {
            frame = try Derivatives.StreamFrame(bytes)
        } catch {
            // What a frame of a private feed said is lost with it: the account is looked at afresh.
            outbox.news.append(.alarm(DataAlarm(.unreadableMessage, "\(error) in \(redactedExcerpt(bytes))")))
            return [.subscribed]
        }
        watch.frame(hasContent: true, at: now)
        switch frame {
        case .challenge(let text): subscribe(answering: text, at: now, into: &outbox)
        case .subscribed(let feed, _): return subscribed(feed, at: now)
        case .subscribeFailed(let feed, _):
            outbox.news.append(.alarm(DataAlarm(.subscriptionRefused, feed.text)))
            giveUp(at: now, into: &outbox)
        case .alert(let alert):
            let kind: DataAlarm.Kind = alert == .unauthenticated ? .authentication : .subscriptionRefused
            outbox.news.append(.alarm(DataAlarm(kind, alert.message)))
            giveUp(at: now, into: &outbox)
        case .unrecognised(let name):
            outbox.news.append(.alarm(DataAlarm(.unrecognisedValue, "frame '\(name)'")))
        case .info, .unsubscribed, .unsubscribeFailed, .heartbeat, .ticker, .tickerLite, .trade, .tradeSnapshot, .book,
            .bookSnapshot, .order, .orderSnapshot, .fills, .positions, .balances, .accountLog, .accountLogSnapshot,
            .notifications:
            return told(frame, at: now, into: &outbox)
        }
        return []
    }

    private mutating func subscribe(
        answering challenge: String, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        guard let socket, case .challenging = stage else { return }
        let proof = Derivatives.ChallengeProof(
            key: credentials.key, challenge: challenge, signature: Redacted(credentials.signedChallenge(challenge)))
        for feed in Self.feeds {
            let request = Derivatives.StreamRequest.subscribe(.known(feed), [], feed.isPrivate ? proof : nil)
            outbox.actions.append(.send(socket, request.bytes))
        }
        stage = .subscribing(missing: Set(Self.feeds), since: now)
    }

    private mutating func subscribed(_ feed: Open<Derivatives.Feed>, at now: Timestamp) -> [Told] {
        guard case .subscribing(var missing, let since) = stage, let feed = feed.word else { return [] }
        missing.remove(feed)
        guard missing.isEmpty else {
            stage = .subscribing(missing: missing, since: since)
            return []
        }
        stage = .listening(since: now)
        watch.recovered()
        return [.subscribed]
    }

    private mutating func giveUp(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        if let socket { outbox.actions.append(.disconnect(socket)) }
        lost(at: now)
    }

    private mutating func lost(at now: Timestamp) {
        var cause = ReconnectPolicy.Cause.refused
        if case .listening(let since) = stage { cause = .ended(after: now - since) }
        socket = nil
        watch.closed()
        stage = .waiting(until: backoff.nextAttempt(after: cause, at: now, using: &random))
    }

    private mutating func tellHealth(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        let health = watch.health(at: now)
        guard health != toldHealth else { return }
        toldHealth = health
        outbox.news.append(.health(health))
    }
}
