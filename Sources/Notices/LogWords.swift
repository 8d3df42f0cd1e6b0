/// How lines of the log look.
public enum LogFormat: String, Hashable, Sendable, CaseIterable {
    /// Pretty on a terminal, JSON elsewhere.
    case auto
    case json
    case pretty

    /// What `auto` means here.
    public func chosen(onTerminal isTerminal: Bool) -> LogFormat {
        switch self {
        case .auto: isTerminal ? .pretty : .json
        case .json, .pretty: self
        }
    }
}

/// From which level on the log is written.
public enum LogLevel: String, Hashable, Sendable, CaseIterable {
    case trace
    case debug
    case info
    case notice
    case warning
    case error
    case critical
}
