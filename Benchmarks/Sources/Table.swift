import Foundation

/// One line of the table: a cost of ours, what a reference costs in the same run, and how many times as much is allowed.
struct Line {
    let name: String
    let unit: String
    let ours: Samples
    /// What it is compared with; empty when the figure itself is the ratio.
    let against: String
    let reference: Samples?
    /// The greatest ratio that is good enough; nil when there is no goal.
    let goal: Double?

    init(
        _ name: String, _ unit: String, _ measured: (ours: Samples, reference: Samples), against: String,
        goal: Double? = nil
    ) {
        self.name = name
        self.unit = unit
        ours = measured.ours
        reference = measured.reference
        self.against = against
        self.goal = goal
    }

    /// A figure that needs no reference: a count, or a ratio by itself.
    init(_ name: String, _ unit: String, _ ours: Samples, goal: Double? = nil) {
        self.name = name
        self.unit = unit
        self.ours = ours
        reference = nil
        against = ""
        self.goal = goal
    }

    var ratio: Samples { reference.map { ours.over($0) } ?? ours }
    var isMissed: Bool { goal.map { ratio.median > $0 } ?? false }
}

/// Prints lines as they come and remembers them.
struct Table {
    private(set) var lines: [Line] = []
    let filter: String?

    init(filter: String?) {
        self.filter = filter
        print(Self.row(["benchmark", "ours", "", "reference", "", "ratio", "spread", "goal", ""]))
    }

    /// Whether a group of lines is asked for.
    func wants(_ group: String) -> Bool { filter.map { group.hasPrefix($0) } ?? true }

    mutating func add(_ line: Line) {
        lines.append(line)
        let ratio = line.ratio
        print(
            Self.row([
                line.name, Self.number(line.ours.median), line.unit,
                line.reference.map { Self.number($0.median) } ?? "", line.against, Self.number(ratio.median),
                "±" + String(format: "%.0f %%", ratio.spread * 100), line.goal.map { "≤ " + Self.number($0) } ?? "",
                line.goal == nil ? "" : line.isMissed ? "MISSED" : "ok",
            ]))
        fflush(nil)
    }

    /// Something that explains the line above.
    func note(_ text: String) { print("    " + text) }

    static func number(_ value: Double) -> String {
        if value == 0 { return "0" }
        let digits = abs(value) >= 100 ? 0 : abs(value) >= 10 ? 1 : abs(value) >= 0.1 ? 2 : 5
        return String(format: "%.\(digits)f", value)
    }

    private static func row(_ cells: [String]) -> String {
        let widths = [-42, 9, -9, 10, -17, 9, 7, 9, -6]
        return zip(cells, widths).map { cell, width in
            let space = String(repeating: " ", count: max(0, abs(width) - cell.count))
            return width < 0 ? cell + space : space + cell
        }.joined(separator: " ")
    }
}
