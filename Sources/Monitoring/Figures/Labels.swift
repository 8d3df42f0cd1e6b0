/// The labels of one series: valid names, in order, each once.
struct Labels: Hashable, Comparable, Sendable {
    private let pairs: [Pair]

    private struct Pair: Hashable, Sendable {
        let name: String
        let value: String
    }

    init(_ dimensions: [(String, String)]) {
        var pairs: [Pair] = []
        for (name, value) in dimensions {
            let valid = MetricName.label(name)
            pairs.removeAll { $0.name == valid }
            pairs.append(Pair(name: valid, value: value))
        }
        self.init(pairs: pairs.sorted { $0.name < $1.name })
    }

    private init(pairs: [Pair]) { self.pairs = pairs }

    /// With one more at the end: `le` stands last.
    func with(_ name: String, _ value: String) -> Labels { Labels(pairs: pairs + [Pair(name: name, value: value)]) }

    static func < (a: Labels, b: Labels) -> Bool { a.text < b.text }

    /// `{line="prices"}`, or nothing.
    var text: String {
        guard !pairs.isEmpty else { return "" }
        return "{" + pairs.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

/// Names as Prometheus allows them.
enum MetricName {
    /// Anything that is not allowed becomes an underscore.
    static func metric(_ text: String) -> String { valid(text, allowsColon: true) }

    /// `le` is the histograms' own, and names with two underscores in front are Prometheus's.
    static func label(_ text: String) -> String {
        let name = valid(text, allowsColon: false)
        return name == "le" || name.hasPrefix("__") ? "exported_" + name.drop { $0 == "_" } : name
    }

    private static func valid(_ text: String, allowsColon: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isAllowed =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
                || (("0"..."9").contains(scalar) && !result.isEmpty) || (scalar == ":" && allowsColon)
            result.unicodeScalars.append(isAllowed ? scalar : "_")
        }
        return result.isEmpty ? "_" : result
    }
}
