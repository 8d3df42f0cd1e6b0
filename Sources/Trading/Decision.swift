public import Market
public import Strategy

/// A signal or candidate and what became of it: the unit of the decision log.
public struct Decision: Sendable {
    public let time: Timestamp
    public let pair: SpotPair
    public let side: Side
    public let setup: SetupKind
    public let setupID: SetupID
    public let verdict: Verdict
    /// Strategy checks first, then risk's, each as name, value, limit and whether it passed.
    public let checks: [DecisionCheck]

    public init(
        time: Timestamp, pair: SpotPair, side: Side, setup: SetupKind, setupID: SetupID, verdict: Verdict,
        checks: [DecisionCheck]
    ) {
        self.time = time
        self.pair = pair
        self.side = side
        self.setup = setup
        self.setupID = setupID
        self.verdict = verdict
        self.checks = checks
    }

    public enum Verdict: Hashable, Sendable {
        /// An entry order was sent.
        case taken(quantity: Quantity, entry: Price, stop: Price)
        /// Declined; `stage` and `reason` name the gate, e.g. `strategy.bias`, `risk.basis`.
        case refused(Stage, reason: String)
    }

    public enum Stage: String, Hashable, Sendable, Codable, CaseIterable {
        case strategy
        case risk
        case safety
    }
}

/// A check with its rule's name as text: strategy's and risk's rules in one list.
public struct DecisionCheck: Hashable, Sendable {
    public let name: String
    public let value: Measure
    public let limit: Measure
    public let passed: Bool

    public init<Name>(_ check: Check<Name>) {
        name = check.name.rawValue
        value = check.value
        limit = check.limit
        passed = check.passed
    }
}

/// A change of what the trader is allowed to do, by itself or by an operator.
public struct SafetyChange: Hashable, Sendable {
    public let time: Timestamp
    public let state: SafetyState
    /// What happened, for people.
    public let detail: String

    public init(time: Timestamp, state: SafetyState, detail: String) {
        self.time = time
        self.state = state
        self.detail = detail
    }
}

/// What the trader may do. One record, changed in one place.
public enum SafetyState: Hashable, Sendable {
    /// Entries allowed.
    case ready
    /// Stops kept and repaired, exits managed, nothing opened, until an operator releases it.
    case halted(HaltReason)
    /// As `halted`, and every position is being closed.
    case flattening(HaltReason)

    /// `ready`, `halted` or `flattening`.
    public var name: String {
        switch self {
        case .ready: "ready"
        case .halted: "halted"
        case .flattening: "flattening"
        }
    }
}

public enum HaltReason: String, Hashable, Sendable, Codable, CaseIterable {
    case operatorCommand = "operator"
    case drawdown
    case liquidationDistance = "liquidation_distance"
    case marginUtilisation = "margin_utilisation"
    case leverage
    case positionCount = "position_count"
    case unprotectedPosition = "unprotected_position"
    case accountMismatch = "account_mismatch"
    case brokenInvariant = "broken_invariant"
}
