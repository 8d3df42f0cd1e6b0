import Market
import Wire

/// Asks Spot REST for the token of private channels: anew for each connection, and again when the exchange calls it
/// stale. The token is in no alarm and in no text.
struct TokenSession: Sendable {
    private let credentials: Credentials
    private(set) var nonces: NonceSource
    /// What the open connection says in every private request; nil until it is told.
    private(set) var token: Redacted?
    private var flight: RequestID?
    private var lastRequest: UInt64 = 0
    private var due: Timestamp?
    private var grantedAt: Timestamp?
    private var backoff = ReconnectPolicy()
    private var chance: SeededChance

    /// A token that is refused so soon after it was given is asked for with growing pauses only.
    private static let youth = Interval.seconds(10)

    /// - Parameters:
    ///   - nonces: goes on from the last number used with this key.
    ///   - seed: for the random part of the pauses.
    init(credentials: Credentials, nonces: NonceSource, seed: UInt64) {
        self.credentials = credentials
        self.nonces = nonces
        chance = SeededChance(seed: seed)
    }

    var nextWake: Timestamp? { due }

    /// A new connection: tokens of former ones, and answers on their way, count no more.
    mutating func begin<News>(at now: Timestamp, into outbox: inout SessionOutbox<News>) {
        token = nil
        flight = nil
        due = now
        tick(at: now, into: &outbox)
    }

    /// The connection is gone.
    mutating func end() {
        token = nil
        flight = nil
        due = nil
    }

    /// The exchange does not take the token.
    mutating func renew<News>(at now: Timestamp, into outbox: inout SessionOutbox<News>) {
        guard token != nil else { return }
        token = nil
        let isYoung = grantedAt.map { now - $0 < Self.youth } ?? false
        due = isYoung ? backoff.nextAttempt(after: .refused, at: now, using: &chance) : now
        tick(at: now, into: &outbox)
    }

    mutating func tick<News>(at now: Timestamp, into outbox: inout SessionOutbox<News>) {
        guard let due, due <= now else { return }
        self.due = nil
        lastRequest += 1
        let id = RequestID(lastRequest)
        flight = id
        let request = SpotTokenRequest(credentials: credentials, nonce: nonces.next(at: now))
        outbox.actions.append(.request(id, .spotREST, request.http))
    }

    /// What an input means for the token: true when it has just come.
    mutating func receive(
        _ input: SessionInput, at now: Timestamp, alarm: (DataAlarm) -> Void
    ) -> Bool {
        switch input {
        case .answered(let id, let response):
            guard id == flight else { return false }
            flight = nil
            do {
                token = try SpotTokenRequest(credentials: credentials, nonce: 0).answer(response).token
                grantedAt = now
                return true
            } catch {
                alarm(DataAlarm(error.isAuthentication ? .authentication : .requestRefused, "token: \(error)"))
                due = backoff.nextAttempt(after: .refused, at: now, using: &chance)
            }
        case .failed(let id, _):
            guard id == flight else { return false }
            flight = nil
            due = backoff.nextAttempt(after: .refused, at: now, using: &chance)
        case .opened, .text, .closed, .woke: break
        }
        return false
    }
}

extension SpotFailure {
    /// Whether key, rights or clock are wrong.
    var isAuthentication: Bool {
        switch self {
        case .refused(let errors): errors.contains { $0.remedy == .stop }
        case .status, .unreadable: false
        }
    }
}
