import Market
import Operations

/// Who may run the account, as the server of a store keeps it: a token that only grows, the right of the connection that
/// took it last, and the end of a connection of which nothing was heard for too long.
public struct LeaseStore: Hashable, Sendable {
    /// Of the last holder.
    public private(set) var token: Int64 = 0
    /// Nil when nobody holds it.
    public private(set) var holder: String?
    private var heard = Timestamp.distantPast

    /// So long after the last word the server gives a connection up. Longer than a holder relies upon its right.
    static let silence = Interval.seconds(20)

    enum Answer: Hashable, Sendable {
        case taken(token: Int64)
        case refused(holder: String)
    }

    mutating func take(for name: String, at now: Timestamp) -> Answer {
        if let holder, now - heard < Self.silence { return .refused(holder: holder) }
        token += 1
        holder = name
        heard = now
        return .taken(token: token)
    }

    /// Confirms the right; false when somebody has taken it since.
    mutating func renew(_ token: Int64, at now: Timestamp) -> Bool {
        guard token == self.token, holder != nil else { return false }
        heard = now
        return true
    }

    /// A holder gave it back, or its connection ended with it.
    mutating func free(_ token: Int64) {
        if token == self.token { holder = nil }
    }
}

/// A program's own side of it.
struct LeaseHolding: Sendable {
    var token: Int64 = 0
    var watch: LeaseWatch
    /// What the program was told last.
    var standing = LeaseWatch.Standing.held
    /// When the answer to a question of its arrives; it is asked again before it does anything of weight.
    var answerAt: Timestamp?

    init(at now: Timestamp) { watch = LeaseWatch(confirmed: now.sinceStart) }

    mutating func took(_ token: Int64, at now: Timestamp) {
        self = LeaseHolding(at: now)
        self.token = token
    }
}

extension Timestamp {
    /// As a clock counts that goes on while a program sleeps.
    var sinceStart: Interval { self - Timestamp(seconds: 0) }
}
