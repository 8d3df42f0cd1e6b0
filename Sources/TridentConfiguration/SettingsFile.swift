import Yams

/// The settings of a YAML file as text with lines, before they are checked against the schema.
struct SettingsFile {
    struct Entry {
        let key: String
        let text: String
        let line: Int
    }

    let entries: [Entry]

    /// `name` is what errors call the file.
    init(yaml: String, name: String) throws(ConfigurationError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            throw .syntax(file: name, line: error.line, reason: "not valid YAML: " + error.reason)
        } catch {
            throw .syntax(file: name, line: 1, reason: "not valid YAML: \(error)")
        }
        guard let root else {
            entries = []
            return
        }
        guard case .mapping(let mapping) = root else { throw .notAMapping(file: name) }
        var found: [Entry] = []
        try Self.collect(mapping, prefix: "", file: name, into: &found)
        entries = found
    }

    private static func collect(
        _ mapping: Node.Mapping, prefix: String, file: String, into entries: inout [Entry]
    ) throws(ConfigurationError) {
        for (keyNode, value) in mapping {
            let line = keyNode.mark?.line ?? 1
            guard let name = keyNode.scalar?.string else {
                throw .syntax(file: file, line: line, reason: "a key must be plain text")
            }
            let key = prefix + name
            switch value {
            case .scalar(let scalar):
                entries.append(Entry(key: key, text: scalar.string, line: line))
            case .sequence(let sequence):
                var items: [String] = []
                for item in sequence {
                    guard let text = item.scalar?.string else {
                        throw .syntax(file: file, line: item.mark?.line ?? line, reason: "\(key) holds plain values")
                    }
                    items.append(text)
                }
                entries.append(Entry(key: key, text: items.joined(separator: ", "), line: line))
            case .mapping(let inner):
                try collect(inner, prefix: key + ".", file: file, into: &entries)
            case .alias:
                throw .syntax(file: file, line: line, reason: "aliases are not used here")
            }
        }
    }
}

extension YamlError {
    fileprivate var line: Int {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: 1
        }
    }

    fileprivate var reason: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        case .duplicatedKeysInMapping(let duplicates, _):
            "set twice: " + duplicates.map { "\($0)" }.sorted().joined(separator: ", ")
        default: "\(self)"
        }
    }
}
