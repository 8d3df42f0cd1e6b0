extension Schema {
    /// A configuration file with every setting, its meaning and its default; money assumptions are named.
    public static var shippedFile: String {
        var lines = [
            "# Trident configuration. Every setting is shown with its default; `trident config schema` explains."
        ]
        for section in sections {
            lines += ["", "# \(section.meaning)", "\(section.name):"]
            for key in section.keys {
                let leaf = key.name.dropFirst(section.name.count + 1)
                let value = key.fallback ?? assumptions[key.name] ?? ""
                lines.append("  # \(key.meaning) (\(key.form)\(key.range.isEmpty ? "" : ", \(key.range)"))")
                if key.fallback == nil { lines.append("  # No default: this is a money assumption. Make it your own.") }
                lines.append("  \(leaf): \(quoted(value))")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What the shipped file says where there is no default.
    static let assumptions = CostSettings.assumptions.merging(RiskSettings.assumptions) { first, _ in first }

    private static func quoted(_ value: String) -> String {
        if value.isEmpty { return "[]" }
        if value.contains(",") { return "[\(value)]" }
        return value
    }

    /// The reference of all settings as Markdown: the text of `docs/configuration.md`.
    public static var markdown: String {
        var lines = [
            "# Configuration", "",
            "This page is made from the schema by `trident config schema --format markdown`; a test keeps it current.",
            "",
            "A configuration is a YAML file: sections with settings. `trident config init` writes one with every setting,",
            "`trident config show` prints the effective values and where each came from, and `--set KEY=VALUE` overrides",
            "single settings on the command line. An unknown setting is an error. Settings without default are money",
            "assumptions: a file must name them (the shipped one does).",
        ]
        for section in sections {
            lines += [
                "", "## \(section.name)", "", section.meaning, "", "| Setting | Value | Default | Meaning |",
                "|---|---|---|---|",
            ]
            for key in section.keys {
                let range = key.range.isEmpty ? "" : "; \(key.range)"
                let fallback = key.fallback.map { $0.isEmpty ? "(empty)" : "`\($0)`" } ?? "must be named"
                lines.append("| `\(key.name)` | \(key.form)\(range) | \(fallback) | \(key.meaning) |")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
