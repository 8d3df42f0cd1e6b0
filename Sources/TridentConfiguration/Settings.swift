import Market

/// Every setting with its effective value and where it came from, checked as a whole: there is no way to hold settings
/// that are unknown, out of range or missing.
public struct Settings: Sendable {
    public struct Effective: Hashable, Sendable {
        public let key: String
        /// In canonical form.
        public let text: String
        public let origin: Origin
    }

    /// In the order of the schema.
    public let effective: [Effective]
    private let texts: [String: String]

    /// Reads a configuration file's text and the assignments of the command line over the defaults.
    ///
    /// - Parameters:
    ///   - yaml: the file's text, or nil for the shipped configuration.
    ///   - name: what errors call the file.
    ///   - assignments: `KEY=VALUE` texts; later ones win.
    public init(yaml: String?, name: String = "", assignments: [String] = []) throws(ConfigurationError) {
        var given: [String: (text: String, origin: Origin)] = [:]
        let file = try SettingsFile(
            yaml: yaml ?? Schema.shippedFile, name: yaml == nil ? "shipped configuration" : name)
        for entry in file.entries {
            let origin = yaml == nil ? Origin.shipped : .file(name, line: entry.line)
            guard given[entry.key] == nil else { throw .twice(key: entry.key, origin) }
            given[entry.key] = (try Self.checked(entry.key, entry.text, origin), origin)
        }
        for assignment in assignments {
            let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { throw .badAssignment(assignment) }
            let key = String(parts[0])
            given[key] = (try Self.checked(key, String(parts[1]), .commandLine), .commandLine)
        }
        var effective: [Effective] = []
        for key in Schema.keys {
            if let (text, origin) = given[key.name] {
                effective.append(Effective(key: key.name, text: text, origin: origin))
            } else if let fallback = key.fallback {
                effective.append(Effective(key: key.name, text: fallback, origin: .builtIn))
            } else {
                throw .missing(key: key.name, meaning: key.meaning)
            }
        }
        self.effective = effective
        texts = Dictionary(uniqueKeysWithValues: effective.map { ($0.key, $0.text) })
    }

    /// The value of `key`, which must be one of the schema's.
    public subscript<Value>(key: Key<Value>) -> Value {
        guard let text = texts[key.name], case .success(let value) = key.value(of: text) else {
            preconditionFailure("\(key.name) is not part of the schema")
        }
        return value
    }

    /// Whether a file or the command line says something about `key`.
    public func names<Value>(_ key: Key<Value>) -> Bool {
        effective.contains { $0.key == key.name && $0.origin != .builtIn }
    }

    /// Names the effective configuration: equal for equal settings, whatever their origin.
    public var hash: String {
        var hash = Fingerprint()
        for setting in effective {
            hash.add(setting.key)
            hash.add(setting.text)
        }
        return hash.text
    }

    private static func checked(_ key: String, _ text: String, _ origin: Origin) throws(ConfigurationError) -> String {
        guard let known = Schema.keys.first(where: { $0.name == key }) else {
            throw .unknownKey(key, origin, suggestion: nearest(to: key, among: Schema.keys.map(\.name)))
        }
        switch known.canonical(text) {
        case .success(let canonical): return canonical
        case .failure(.form(let form)): throw .badValue(key: key, text: text, origin, expected: form)
        case .failure(.range(let range)): throw .badValue(key: key, text: text, origin, expected: range)
        }
    }
}
