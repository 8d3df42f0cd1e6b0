import Foundation

/// The ratios of an earlier run, by kind of data and name. Times are not kept: they would not travel.
struct Baseline: Codable {
    var ratios: [String: [String: Double]] = [:]
    /// A ratio may grow by this much before it counts as a loss.
    static let allowance = 0.10

    init(path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        self = try JSONDecoder().decode(Baseline.self, from: Data(contentsOf: URL(filePath: path)))
    }

    mutating func record(_ lines: [Line], kind: String) {
        for line in lines {
            ratios[kind, default: [:]][line.name] = (line.ratio.median * 10_000).rounded() / 10_000
        }
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(filePath: path), options: .atomic)
    }

    /// What got slower than it was, one text a line.
    func losses(_ lines: [Line], kind: String) -> [String] {
        lines.compactMap { line in
            guard let stored = ratios[kind]?[line.name] else { return nil }
            let ratio = line.ratio.median
            // A ten-thousandth is what rounding may add to a stored zero. On a busy machine the median wanders: a loss
            // shows in every round.
            guard ratio > stored * (1 + Self.allowance) + 0.0001, line.ratio.least > stored else { return nil }
            return "\(line.name): \(Table.number(ratio)) where \(Table.number(stored)) is stored"
        }
    }
}
