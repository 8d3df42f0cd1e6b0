public import Market

/// Limits of a metric that is dangerous when high: 0 < plan < warn < halt. The planner passes up to and including
/// `plan`; the monitor warns and halts from `warn` and `halt` on.
public struct RisingLadder: Hashable, Sendable {
    public var plan: Rate
    public var warn: Rate
    public var halt: Rate

    public init(plan: Rate, warn: Rate, halt: Rate) {
        self.plan = plan
        self.warn = warn
        self.halt = halt
    }
}

/// Limits of a metric that is dangerous when low: plan > warn > halt > 0.
public struct FallingLadder: Hashable, Sendable {
    public var plan: Rate
    public var warn: Rate
    public var halt: Rate

    public init(plan: Rate, warn: Rate, halt: Rate) {
        self.plan = plan
        self.warn = warn
        self.halt = halt
    }
}

/// The monitor's part of a ladder whose planner limit stands elsewhere.
public struct MonitorLimits: Hashable, Sendable {
    public var warn: Rate
    public var halt: Rate

    public init(warn: Rate, halt: Rate) {
        self.warn = warn
        self.halt = halt
    }
}

/// How serious a reading is.
@frozen public enum Severity: UInt8, Hashable, Comparable, Sendable, Codable {
    case ok
    case warn
    case halt

    @inlinable public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
}
