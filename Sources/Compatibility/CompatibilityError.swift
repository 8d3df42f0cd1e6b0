/// Why a view cannot be made: each case is an input on which the Python library raises, or that it would read
/// differently from what was meant.
public enum CompatibilityError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A column is not as long as the others.
    case columnLength(name: String, count: Int, expected: Int)
    case unknownFunction(String)
    /// An option was given that the function does not take.
    case optionNotTaken(option: String, function: String)
    case negativeSwingLength(Int)
    case rangePercentNotFinite
    case missingSession
    case unknownSession(String)
    case customSessionNeedsTimes
    /// A start or end time was given for a session whose hours are fixed.
    case timesNeedCustomSession(session: String)
    case malformedTimeOfDay(String)
    case unknownTimeZone(String)
    case unknownTimeFrame(String)
    /// pandas reads a lower-case `m` as months.
    case ambiguousTimeFrame(String)

    public var description: String {
        switch self {
        case .columnLength(let name, let count, let expected):
            "column \(name) has \(count) values, expected \(expected) as in the timestamps"
        case .unknownFunction(let name):
            "unknown function \"\(name)\"; known: "
                + CompatibilityFunction.Name.allCases.map(\.rawValue).joined(separator: ", ")
        case .optionNotTaken(let option, let function):
            "\(function) does not take \(option)"
        case .negativeSwingLength(let length):
            "the swing length must be 0 or more, not \(length)"
        case .rangePercentNotFinite:
            "the range percent must be a finite number (0.01 is 1 %)"
        case .missingSession:
            "sessions needs the name of a session, one of: " + Self.sessionNames
        case .unknownSession(let name):
            "unknown session \"\(name)\"; known (upper and lower case count): " + Self.sessionNames
        case .customSessionNeedsTimes:
            "the session Custom needs a start and an end time, each as HH:MM"
        case .timesNeedCustomSession(let session):
            "the hours of \(session) are fixed; a start and an end time go with the session Custom only"
        case .malformedTimeOfDay(let text):
            "\"\(text)\" is not a time of day as HH:MM, 00:00 to 23:59"
        case .unknownTimeZone(let text):
            "unknown time zone \"\(text)\"; use UTC, or UTC+1 ... UTC+12 and UTC-1 ... UTC-14 (GMT works as well)"
        case .unknownTimeFrame(let text):
            "unknown time frame \"\(text)\"; use a count and a unit, as in 30s, 15min, 4h, 1D, or W, W-MON, ME, MS"
        case .ambiguousTimeFrame(let text):
            "the library reads \"\(text)\" as months; write min for minutes, ME for months"
        }
    }

    private static var sessionNames: String {
        (SessionHours.named.map(\.name) + ["Custom"]).joined(separator: ", ")
    }
}
