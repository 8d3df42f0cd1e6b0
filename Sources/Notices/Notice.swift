public import Market
public import Operations
public import Venue

/// One message to people: a few alerts of one kind, or a summary.
public struct Notice: Hashable, Sendable {
    /// More alerts than this are counted instead of quoted.
    public static let lineLimit = 10
    /// Longer texts of single alerts are cut.
    public static let lineLength = 500

    public let severity: Alert.Severity
    /// Kind and instrument, or what it is: `feed PF_XBTUSD`, `daily summary`.
    public let heading: String
    /// Each one line.
    public private(set) var lines: [String]
    /// Alerts that belong here beside the lines.
    public private(set) var omitted: Int
    /// Of its first alert.
    public let time: Timestamp
    /// The machine-readable name of what it tells: the kind of its alerts, `summary` or `answer`.
    public let kind: String
    public let instrument: InstrumentID?
    /// The channel once refused its text: it goes without any markup and short.
    public internal(set) var isPlain = false
    var refusals = 0

    public init(
        _ severity: Alert.Severity, heading: String, lines: [String], omitted: Int = 0, kind: String,
        instrument: InstrumentID? = nil, at time: Timestamp
    ) {
        self.severity = severity
        self.heading = heading
        self.lines = lines
        self.omitted = omitted
        self.kind = kind
        self.instrument = instrument
        self.time = time
    }

    init(_ alert: Alert, line: String) {
        self.init(
            alert.severity, heading: Self.heading(alert.kind, alert.instrument), lines: [line],
            kind: alert.kind.rawValue, instrument: alert.instrument, at: alert.time)
    }

    static func heading(_ kind: Alert.Kind, _ instrument: InstrumentID?) -> String {
        kind.words + (instrument.map { " \($0)" } ?? "")
    }

    /// How many alerts it stands for.
    public var count: Int { lines.count + omitted }

    mutating func add(_ line: String) {
        if lines.count < Self.lineLimit { lines.append(line) } else { omitted += 1 }
    }
}

extension Alert.Kind {
    /// For people.
    public var words: String { String(rawValue.map { $0 == "_" ? " " : $0 }) }
}

extension Alert.Severity {
    public var name: String {
        switch self {
        case .info: "info"
        case .warning: "warning"
        case .critical: "critical"
        }
    }
}

extension Alert {
    /// `16:00:00Z stop confirmed`: one line, without control characters, not too long.
    func line(_ scrubber: Scrubber) -> String {
        "\(time.description.dropFirst(11).prefix(8))Z " + OneLine.of(scrubber.scrub(text), limit: Notice.lineLength)
    }
}

/// Text that stays within its line.
enum OneLine {
    static func of(_ text: String, limit: Int) -> String {
        let scalars = text.unicodeScalars.lazy.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            // Control characters break lines; formats turn the direction of text around.
            case .control, .format, .lineSeparator, .paragraphSeparator: " "
            default: scalar
            }
        }
        let line = String(String.UnicodeScalarView(scalars.prefix(limit + 1)))
        return line.unicodeScalars.count > limit ? String(line.unicodeScalars.prefix(limit - 1)) + "…" : line
    }
}
