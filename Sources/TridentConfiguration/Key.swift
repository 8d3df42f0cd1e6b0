/// The name, type, range, default and meaning of one setting. The schema, its documentation and every look-up come
/// from the same value.
public struct Key<Value: SettingValue>: Sendable {
    /// Where it stands in the file: sections joined by dots.
    public let name: String
    /// Nil when the setting must be named: money assumptions have no silent default.
    public let fallback: Value?
    /// The allowed range in words; empty when the form says it all.
    public let range: String
    public let meaning: String
    private let allows: @Sendable (Value) -> Bool

    /// Any value of the form.
    public init(_ name: String, default fallback: Value?, _ meaning: String) {
        self.init(name, default: fallback, range: "", meaning, allows: { _ in true })
    }

    public init(
        _ name: String, default fallback: Value?, range: String, _ meaning: String,
        allows: @escaping @Sendable (Value) -> Bool
    ) {
        self.name = name
        self.fallback = fallback
        self.range = range
        self.meaning = meaning
        self.allows = allows
    }

    /// Reads `text`, or says what is wrong with it.
    func value(of text: String) -> Result<Value, SettingProblem> {
        guard let value = Value(setting: text) else { return .failure(.form(Value.form)) }
        guard allows(value) else { return .failure(.range(range)) }
        return .success(value)
    }
}

extension Key where Value: Comparable {
    /// A value in `bounds`, ends included.
    public init(_ name: String, default fallback: Value?, _ bounds: ClosedRange<Value>, _ meaning: String) {
        self.init(
            name, default: fallback, range: Self.words(bounds), meaning, allows: { bounds.contains($0) })
    }

    /// The bounds as a user reads them: nobody writes the smallest amount above zero.
    private static func words(_ bounds: ClosedRange<Value>) -> String {
        bounds.lowerBound == Value.leastPositive
            ? "above 0, at most \(bounds.upperBound.setting)"
            : "\(bounds.lowerBound.setting) to \(bounds.upperBound.setting)"
    }

    /// A value in `bounds`, ends included, or off.
    public static func switchable(
        _ name: String, default fallback: Value?, _ bounds: ClosedRange<Value>, _ meaning: String
    ) -> Key<Value?> {
        Key<Value?>(
            name, default: .some(fallback), range: words(bounds), meaning, allows: { $0.map(bounds.contains) ?? true })
    }
}

/// What is wrong with the text of one setting.
enum SettingProblem: Error {
    case form(String)
    case range(String)
}

/// A key without its type, for lists of all settings.
public struct AnyKey: Sendable {
    public let name: String
    public let form: String
    public let range: String
    /// The canonical text of the default; nil when the setting must be named.
    public let fallback: String?
    public let meaning: String
    /// The canonical text of `text`, or what is wrong with it.
    let canonical: @Sendable (String) -> Result<String, SettingProblem>

    public init<Value>(_ key: Key<Value>) {
        name = key.name
        form = Value.form
        range = key.range
        fallback = key.fallback?.setting
        meaning = key.meaning
        canonical = { text in key.value(of: text).map(\.setting) }
    }

    public var section: String { name.contains(".") ? String(name.prefix { $0 != "." }) : "" }
}
