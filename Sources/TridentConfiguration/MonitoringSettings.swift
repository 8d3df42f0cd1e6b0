public import Market
public import Notices

/// `monitoring`: the pages that machines look at.
public enum MonitoringSettings {
    public static let port = Key<Int>.switchable(
        "monitoring.port", default: 9_464, 0...65_535,
        "Port of /metrics, /health, /ready and /state while a session runs; 0 for one that is free")
    public static let bind = Key<String>(
        "monitoring.bind", default: "127.0.0.1", range: "an address",
        "Address of this machine on which they are served, to whoever reaches it: there is no password",
        allows: { !$0.isEmpty && $0.utf8.allSatisfy { (33..<127).contains($0) } })
    public static let names = Key<[String]>(
        "monitoring.names", default: [],
        "Host names under which the pages may be asked for, beside localhost and the address")
    public static let stalledAfter = Key<Interval>(
        "monitoring.stalled_after", default: .seconds(30), Interval.seconds(5)...Interval.minutes(10),
        "A session that gives no sign for so long is unhealthy and a critical alert")
    public static let traces = Key<TraceDestination>(
        "monitoring.traces", default: .off,
        "Where the traces of orders go, as OTLP in JSON: traces.jsonl in the state folder, or an OpenTelemetry receiver"
    )

    static let section = Schema.Section(
        name: "monitoring", meaning: "What machines look at while a session runs: pages, and traces of orders.",
        keys: [AnyKey(port), AnyKey(bind), AnyKey(names), AnyKey(stalledAfter), AnyKey(traces)])
}

extension TraceDestination: SettingValue {
    public static var form: String { "off, file, or an address (http://127.0.0.1:4318)" }

    public init?(setting: String) {
        switch setting {
        case "off": self = .off
        case "file": self = .file
        default:
            let isAddress = setting.hasPrefix("http://") || setting.hasPrefix("https://")
            guard isAddress, setting.utf8.allSatisfy({ (33..<127).contains($0) }) else { return nil }
            self = .collector(setting)
        }
    }

    public var setting: String {
        switch self {
        case .off: "off"
        case .file: "file"
        case .collector(let address): address
        }
    }
}

extension LogFormat: SettingWord {}
extension LogLevel: SettingWord {}

/// `logging`: the log of a session, on standard error.
public enum LoggingSettings {
    public static let level = Key<LogLevel>("logging.level", default: .info, "From which level on the log is written")
    public static let format = Key<LogFormat>(
        "logging.format", default: .auto, "JSON lines, pretty lines for people, or auto: pretty on a terminal")

    static let section = Schema.Section(
        name: "logging", meaning: "The log of paper and live sessions, on standard error.",
        keys: [AnyKey(level), AnyKey(format)])
}
