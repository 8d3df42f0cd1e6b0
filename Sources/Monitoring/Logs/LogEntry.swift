public import Logging
public import Market
public import Notices
import Wire

/// One entry of the log, ready to be written.
public struct LogEntry: Sendable {
    public let time: Timestamp
    public let level: Logger.Level
    public let label: String
    public let message: String
    /// In order of their names.
    public let metadata: [(name: String, value: String)]

    public init(
        time: Timestamp, level: Logger.Level, label: String, message: String,
        metadata: [(name: String, value: String)] = []
    ) {
        self.time = time
        self.level = level
        self.label = label
        self.message = message
        self.metadata = metadata
    }

    /// One JSON object, without the line's end.
    public var json: String {
        var writer = JSONWriter()
        writer.object {
            $0.name("time")
            $0.string(time.description)
            $0.name("level")
            $0.string(level.rawValue)
            $0.name("logger")
            $0.string(label)
            $0.name("message")
            $0.string(message)
            for (name, value) in metadata {
                // Names of the metadata do not take the place of ours.
                $0.name(Self.own.contains(name) ? name + "_" : name)
                $0.string(value)
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static let own: Set = ["time", "level", "logger", "message"]

    /// For people: `12:00:00.250 WARN  session: text key=value`.
    public func pretty(colour: Bool) -> String {
        let name = level.shortName.padding(5)
        let shown = colour ? "\(level.colour)\(name)\u{1b}[0m" : name
        var text = "\(clock) \(shown) \(label): \(Self.visible(message))"
        for (name, value) in metadata {
            let value = Self.visible(value)
            text += " \(name)=" + (value.contains(" ") || value.isEmpty ? "\"\(value)\"" : value)
        }
        return text
    }

    private var clock: String {
        let day = time.startOfDay
        let thousandths = (time - day).nanoseconds / 1_000_000
        let fraction = String(1_000 + thousandths % 1_000).dropFirst()
        return "\(time.floor(to: .seconds(1)).description.dropFirst(11).prefix(8)).\(fraction)"
    }

    /// A text of somebody else must neither start lines of its own nor speak to the terminal.
    private static func visible(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                result += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension Logger.Level {
    /// As the configuration has it.
    public init(_ level: LogLevel) {
        switch level {
        case .trace: self = .trace
        case .debug: self = .debug
        case .info: self = .info
        case .notice: self = .notice
        case .warning: self = .warning
        case .error: self = .error
        case .critical: self = .critical
        }
    }

    fileprivate var shortName: String {
        switch self {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info: "INFO"
        case .notice: "NOTE"
        case .warning: "WARN"
        case .error: "ERROR"
        case .critical: "CRIT"
        }
    }

    fileprivate var colour: String {
        switch self {
        case .trace, .debug: "\u{1b}[2m"
        case .info, .notice: "\u{1b}[32m"
        case .warning: "\u{1b}[33m"
        case .error, .critical: "\u{1b}[31m"
        }
    }
}
