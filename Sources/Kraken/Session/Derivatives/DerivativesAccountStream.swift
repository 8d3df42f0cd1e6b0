import Market
import Venue
import Wire

/// The private feeds of WebSocket v1. The challenge belongs to the connection and is asked for anew on each.
struct DerivativesAccountStream: Sendable {
    /// What the feeds told.
    enum Told: Sendable {
        case fact(OrderFact)
        case position(PositionReport)
        case account(AccountReport)
        /// All subscriptions stand. What happened before this connection has to be asked for.
        case subscribed
    }

    static let feeds: [Derivatives.Feed] = [
        .openOrders, .fills, .openPositions, .balances, .accountLog, .heartbeat,
    ]

    private let credentials: Credentials
    private var line: StreamLine
    /// Subscriptions that are not acknowledged yet.
    private var missing: Set<Derivatives.Feed> = []
    /// Positions that the last full list held.
    var held: [PositionReport] = []
    /// Funding that was booked up to then is not told again.
    var fundingSince: Timestamp?
    /// The last booking of the account log that was seen.
    var lastBooking: Int64 = 0
    /// For fills whose fee is not told in dollars.
    let fees: FeeSchedule

    /// - Parameter seed: for the random part of the pauses between connections.
    init(credentials: Credentials, fees: FeeSchedule, hurry: Int64 = 1, seed: UInt64 = 1) {
        self.credentials = credentials
        self.fees = fees
        line = StreamLine(
            .derivativesStream, firstSocket: 0,
            watch: FeedWatch(silence: .seconds(30), staleness: .days(1), hurry: hurry),
            seed: seed)
    }

    mutating func connect(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        fundingSince = fundingSince ?? now
        line.start(at: now, into: &outbox)
    }

    var nextWake: Timestamp? { line.nextWake }

    mutating func tick(at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>) {
        _ = line.tick(at: now, into: &outbox)
        if let health = line.changedHealth(at: now) { outbox.news.append(.health(health)) }
    }

    mutating func receive(
        _ input: SessionInput, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) -> [Told] {
        switch line.receive(input, at: now, into: &outbox) {
        case .opened: line.send(Derivatives.StreamRequest.challenge(key: credentials.key).bytes, into: &outbox)
        case .text(let bytes): return read(bytes, at: now, into: &outbox)
        case .lost, nil: break
        }
        return []
    }

    private mutating func read(
        _ bytes: [UInt8], at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) -> [Told] {
        line.heard(hasContent: true, at: now)
        let frame: Derivatives.StreamFrame
        do {
            frame = try Derivatives.StreamFrame(bytes)
        } catch {
            // What a frame of a private feed said is lost with it: the account is looked at afresh.
            outbox.news.append(.alarm(DataAlarm(.unreadableMessage, "\(error) in \(redactedExcerpt(bytes))")))
            return [.subscribed]
        }
        switch frame {
        case .challenge(let text): subscribe(answering: text, into: &outbox)
        case .subscribed(let feed, _): return subscribed(feed, at: now)
        case .subscribeFailed(let feed, _):
            refused(.subscriptionRefused, feed.text, at: now, into: &outbox)
        case .alert(let alert):
            refused(
                alert == .unauthenticated ? .authentication : .subscriptionRefused, alert.message, at: now,
                into: &outbox)
        case .unrecognised(let name):
            outbox.news.append(.alarm(DataAlarm(.unrecognisedValue, "frame '\(name)'")))
        case .info, .unsubscribed, .unsubscribeFailed, .heartbeat, .ticker, .tickerLite, .trade, .tradeSnapshot, .book,
            .bookSnapshot, .order, .orderSnapshot, .fills, .positions, .balances, .accountLog, .accountLogSnapshot,
            .notifications:
            return told(frame, at: now, into: &outbox)
        }
        return []
    }

    private mutating func refused(
        _ kind: DataAlarm.Kind, _ detail: String, at now: Timestamp, into outbox: inout SessionOutbox<GatewayNews>
    ) {
        outbox.news.append(.alarm(DataAlarm(kind, detail)))
        _ = line.giveUp(at: now, into: &outbox)
    }

    private mutating func subscribe(answering challenge: String, into outbox: inout SessionOutbox<GatewayNews>) {
        let proof = Derivatives.ChallengeProof(
            key: credentials.key, challenge: challenge, signature: Redacted(credentials.signedChallenge(challenge)))
        missing = Set(Self.feeds)
        for feed in Self.feeds {
            let request = Derivatives.StreamRequest.subscribe(.known(feed), [], feed.isPrivate ? proof : nil)
            line.send(request.bytes, into: &outbox)
        }
    }

    private mutating func subscribed(_ feed: Open<Derivatives.Feed>, at now: Timestamp) -> [Told] {
        guard let feed = feed.word, missing.remove(feed) != nil, missing.isEmpty else { return [] }
        line.stands(at: now)
        return [.subscribed]
    }

    /// The account was looked at since the connection stands.
    mutating func recovered() { line.recovered() }
}
