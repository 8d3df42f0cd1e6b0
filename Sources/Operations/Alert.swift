public import Market
public import Venue

/// Something that people should know.
public struct Alert: Hashable, Sendable {
    public enum Severity: UInt8, Hashable, Sendable, Comparable, CaseIterable {
        case info
        case warning
        /// Never muted.
        case critical

        public static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
    }

    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case session
        case entry
        case tradeOpened = "trade_opened"
        case tradeClosed = "trade_closed"
        case stopMoved = "stop_moved"
        case safety
        case protection
        case feed
        case account
        /// Many orders were rejected in a short time.
        case rejections
        /// Much of the equity is bound.
        case margin
        /// Candles, orders or trades do not come.
        case starvation
        case data
        case reconciliation
        case killSwitch = "kill_switch"
        case journal
        case store
        case delivery
        /// A day against the same hours run again.
        case attribution
    }

    public let time: Timestamp
    public let severity: Severity
    public let kind: Kind
    public let instrument: InstrumentID?
    /// One line, without secrets.
    public let text: String

    public init(
        _ severity: Severity, _ kind: Kind, _ text: String, of instrument: InstrumentID? = nil, at time: Timestamp
    ) {
        self.time = time
        self.severity = severity
        self.kind = kind
        self.instrument = instrument
        self.text = text
    }
}
