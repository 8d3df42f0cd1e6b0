/// What is wrong with a configuration, where, and what to do about it.
public enum ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(file: String, reason: String)
    case syntax(file: String, line: Int, reason: String)
    case notAMapping(file: String)
    case unknownKey(String, Origin, suggestion: String?)
    case badValue(key: String, text: String, Origin, expected: String)
    case missing(key: String, meaning: String)
    case twice(key: String, Origin)
    case incoherent(String)
    case badAssignment(String)

    public var description: String {
        switch self {
        case .unreadable(let file, let reason): "\(file): \(reason)"
        case .syntax(let file, let line, let reason): "\(file):\(line): \(reason)"
        case .notAMapping(let file): "\(file): expected sections and settings (key: value)"
        case .unknownKey(let key, let origin, let suggestion):
            "\(origin): unknown setting '\(key)'"
                + (suggestion.map { "; did you mean '\($0)'?" } ?? "; `trident config schema` lists all")
        case .badValue(let key, let text, let origin, let expected):
            "\(origin): \(key) is '\(text)', expected \(expected)"
        case .missing(let key, let meaning):
            "\(key) is not set and has no default: it is a money assumption that you must name (\(meaning)). "
                + "`trident config init` writes a file that does"
        case .twice(let key, let origin): "\(origin): \(key) is set twice"
        case .incoherent(let reason): "settings do not fit together: \(reason)"
        case .badAssignment(let text): "--set \(text): expected KEY=VALUE, as in --set risk.per_trade=0.5%"
        }
    }
}

/// Where a setting came from.
public enum Origin: Hashable, Sendable, CustomStringConvertible {
    case builtIn
    /// The configuration that the program carries.
    case shipped
    case file(String, line: Int)
    case commandLine

    public var description: String {
        switch self {
        case .builtIn: "default"
        case .shipped: "shipped configuration"
        case .file(let path, let line): "\(path):\(line)"
        case .commandLine: "--set"
        }
    }
}
