import Foundation
import Market
import Reports
import World

/// What came of dying at every moment of some lives.
struct CrashMatrixSheet {
    private let reports: [CrashMatrix.Report]
    private let took: Duration

    init(_ reports: [CrashMatrix.Report], took: Duration) {
        self.reports = reports
        self.took = took
    }

    private var seconds: Double { Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18 }

    private func count(_ mode: CrashMode) -> Int { reports.reduce(0) { $0 + ($1.deaths[mode] ?? 0) } }
    private func broken(_ mode: CrashMode) -> Int { reports.reduce(0) { $0 + $1.broken.count { $0.mode == mode } } }
    private var total: Int { reports.reduce(0) { $0 + $1.total } }

    var text: String {
        var lines = [
            "\(total) deaths in \(reports.count) lives, played in \(String(format: "%.1f", seconds)) s", "",
            row("moment", ["in the lives"]),
        ]
        for kind in LifeMoments.Kind.allCases {
            lines.append(row(kind.rawValue, ["\(reports.reduce(0) { $0 + $1.life[kind] })"]))
        }
        lines += ["", row("death", ["played", "broken"])]
        for mode in CrashMode.allCases { lines.append(row(mode.rawValue, ["\(count(mode))", "\(broken(mode))"])) }
        for report in reports {
            lines += report.undisturbed.prefix(5).map { "without any death: \($0)" }
            for death in report.broken.prefix(10) {
                let what = death.mode.isOfWrite ? "write" : "send"
                lines.append("\(death.mode.rawValue) at \(what) \(death.number), \(death.time):")
                lines += death.violations.prefix(3).map { "  \($0)" }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func row(_ name: String, _ columns: [String]) -> String {
        name.padding(toLength: 28, withPad: " ", startingAt: 0)
            + columns.map { String(repeating: " ", count: max(0, 14 - $0.count)) + $0 }.joined()
    }

    var json: JSON {
        .object([
            ("schema", .integer(1)), ("deaths", .integer(total)), ("wall_seconds", .number(seconds)),
            ("clean", .bool(reports.allSatisfy(\.isClean))),
            (
                "moments",
                .object(
                    LifeMoments.Kind.allCases.map { kind in
                        (kind.rawValue, .integer(reports.reduce(0) { $0 + $1.life[kind] }))
                    })
            ),
            (
                "modes",
                .object(
                    CrashMode.allCases.map { mode in
                        (
                            mode.rawValue,
                            .object([("played", .integer(count(mode))), ("broken", .integer(broken(mode)))])
                        )
                    })
            ),
        ])
    }
}
