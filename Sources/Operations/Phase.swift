public import Venue

/// Where a session stands between its start and its end. Only `ready` lets entries through; nothing destructive happens
/// before the first complete reconciliation.
public enum Phase: Hashable, Sendable {
    /// Contract terms, clock and candles of the past are being fetched.
    case initialising
    /// Feeds and account are being connected.
    case syncing
    /// The account is being compared with the books.
    case reconciling
    case ready
    /// Positions are kept and protected, nothing is opened.
    case hold(Set<HoldCause>)
    /// Entries are being cancelled; stops stay.
    case stopping
    case ended

    public var name: String {
        switch self {
        case .initialising: "initialising"
        case .syncing: "syncing"
        case .reconciling: "reconciling"
        case .ready: "ready"
        case .hold: "hold"
        case .stopping: "stopping"
        case .ended: "ended"
        }
    }
}

/// Why a session that has started may not open anything now. Each ends by itself when its cause does.
public enum HoldCause: Hashable, Sendable, Comparable {
    case candlesUnhealthy
    case pricesUnhealthy
    case accountUnhealthy
    /// The exchange's time is not known within the limit.
    case clockSkew
    /// An instrument is suspended or post-only.
    case marketNotOpen(InstrumentID)
    /// The journal or the lease is gone: ends with a restart only.
    case journalFailed
    case leaseLost
    /// The store does not confirm that no other instance runs the account.
    case leaseDoubted
    /// The last complete look at the account is too old.
    case reconciliationOverdue
    /// A position has no stop that the exchange has acknowledged.
    case unprotected

    public var text: String {
        switch self {
        case .candlesUnhealthy: "spot candles are not coming in"
        case .pricesUnhealthy: "prices of the perpetuals are not coming in"
        case .accountUnhealthy: "the account's feed is not connected"
        case .clockSkew: "the exchange's time is not known well enough"
        case .marketNotOpen(let instrument): "\(instrument) is not open for trading"
        case .journalFailed: "the journal cannot be written"
        case .leaseLost: "another instance holds the account"
        case .leaseDoubted: "the store does not confirm that no other instance runs the account"
        case .reconciliationOverdue: "the account was not compared for too long"
        case .unprotected: "a position has no acknowledged stop"
        }
    }

    public static func < (a: HoldCause, b: HoldCause) -> Bool { a.text < b.text }
}
