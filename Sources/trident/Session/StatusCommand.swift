import ArgumentParser
import Foundation
import Reports
import Sessions
import Trading
import Wire

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How each session stands: safety, account, positions, orders, feeds, decisions.",
        discussion: "Read from the state folders; nothing is asked of the exchange.")

    @Option(help: "text or json") var format: Format = .text
    @OptionGroup var place: FolderOptions

    func run() throws {
        let screens = try place.folders().map(StatusScreen.init)
        switch format {
        case .text: Terminal.result(screens.map(\.text).joined(separator: "\n"))
        case .json:
            Terminal.result(
                JSON.object([("schema", .string("trident.status/1")), ("sessions", .array(screens.map(\.json)))]).pretty
            )
        }
    }
}

/// One session on the terminal.
struct StatusScreen {
    private let files: StateFiles
    private let isRunning: Bool
    private let read: SessionStatus?
    private var status: JSONValue? { read?.json }
    private let latch: String?

    init(_ files: StateFiles) {
        self.files = files
        isRunning = StateFolder.isHeld(files.folder)
        read = SessionStatus(reading: files.status)
        latch = SafetyFile.peek(files.safety).map { state in
            state.name + (state.reason.map { " (\($0.rawValue))" } ?? "")
        }
    }

    var json: JSON {
        var members: [(String, JSON)] = [
            ("state", .string(files.folder)), ("running", .bool(isRunning)),
            ("safety_record", latch.map { .string($0) } ?? .null),
        ]
        if let status, case .object(let own) = JSON(status) { members += own.filter { $0.0 != "schema" } }
        return .object(members)
    }

    var text: String {
        let mode = status?["mode"]?.string ?? "session"
        let account = status?["account"]?.string ?? files.folder
        var lines = [Terminal.coloured("\(mode) \(account)", .bold) + "  " + standing + "  " + safety]
        if let status {
            lines.append(Terminal.coloured("as of \(status["time"]?.string ?? "?"), state in \(files.folder)", .dim))
            for cause in status["hold"]?.array ?? [] {
                lines.append("  " + Terminal.coloured("holds: \(cause.string ?? "")", .yellow))
            }
            lines += accountLines(status) + feedLines(status)
            lines += table("positions", positions(status)) + table("orders", orders(status))
            lines += section("last decisions", (status["decisions"]?.array ?? []).compactMap(\.string))
        } else {
            lines.append("  no status was written yet")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var standing: String {
        guard isRunning else { return Terminal.coloured("not running", .yellow) }
        let phase = status?["phase"]?.string ?? "starting"
        return Terminal.coloured(phase, phase == "ready" ? .green : .yellow)
    }

    private var safety: String {
        guard let latch else { return Terminal.coloured("safety record unreadable", .red) }
        return latch == "ready" ? "" : Terminal.coloured("LATCHED: \(latch)", .red)
    }

    private func accountLines(_ status: JSONValue) -> [String] {
        guard let equity = status["equity"]?.string else { return ["", "account     not known yet"] }
        let parts = [
            ("equity", equity), ("balance", status["balance"]?.string),
            ("margin used", status["initial_margin"]?.string),
            ("trades", status["trades"]?.digits),
        ]
        let risk = [
            ("drawdown", number(status, "drawdown").map { String(format: "%.2f %%", $0 * 100) }),
            ("today", status["day_result"]?.string),
            ("naked", number(status, "naked_seconds").map { String(format: "%.1f s", $0) }),
        ]
        return [""]
            + [("account", parts), ("risk", risk)].map { title, parts in
                Self.titled(
                    title, parts.compactMap { name, value in value.map { "\(name) \($0)" } }.joined(separator: "  "))
            } + limitLines(status) + blockLines(status)
    }

    /// Where the account stands on each ladder, and where it halts.
    private func limitLines(_ status: JSONValue) -> [String] {
        let limits = (status["limits"]?.array ?? []).map { limit -> String in
            let metric = limit["metric"]?.string ?? "?"
            func shown(_ key: String) -> String? {
                guard let number = limit[key]?.string.flatMap(Double.init) else { return nil }
                switch metric {
                case "effective_leverage": return String(format: "%.2fx", number)
                case "position_count": return String(format: "%.0f", number)
                default: return String(format: "%.1f %%", number * 100)
                }
            }
            let name = metric.replacing("_", with: " ")
            let text = "\(name) \(shown("value") ?? "-") (halts at \(shown("halt") ?? "?"))"
            switch limit["severity"]?.string {
            case "warn": return Terminal.coloured(text, .yellow)
            case "halt": return Terminal.coloured(text, .red)
            default: return text
            }
        }
        return limits.isEmpty ? [] : [Self.titled("limits", limits.joined(separator: ", "))]
    }

    private func blockLines(_ status: JSONValue) -> [String] {
        (status["blocks"]?.array ?? []).map { block in
            let what = [block["instrument"]?.string, block["rule"]?.string].compactMap { $0 }.joined(separator: " ")
            return Self.titled(
                "blocked", Terminal.coloured("\(what) until \(block["until"]?.string ?? "?")", .yellow))
        }
    }

    private func number(_ status: JSONValue, _ key: String) -> Double? { status[key]?.digits.flatMap(Double.init) }

    private static func titled(_ title: String, _ text: String) -> String {
        title.padding(toLength: 12, withPad: " ", startingAt: 0) + text
    }

    private func feedLines(_ status: JSONValue) -> [String] {
        let lines = (status["lines"]?.array ?? []).map { line in
            let health = line["health"]?.string ?? "?"
            let text = "\(line["line"]?.string ?? "?") \(health)" + (line["since"]?.string.map { " since \($0)" } ?? "")
            return health == "healthy" ? text : Terminal.coloured(text, .yellow)
        }
        let looked = status["reconciled"]?.string.map { ", account compared \($0)" } ?? ""
        return lines.isEmpty
            ? priceLines(status) : [Self.titled("feeds", lines.joined(separator: ", ") + looked)] + priceLines(status)
    }

    private func priceLines(_ status: JSONValue) -> [String] {
        let prices = (status["prices"]?.array ?? []).map { price in
            "\(price["instrument"]?.string ?? "?") mark \(shown(price, "mark") ?? "?") index \(shown(price, "index") ?? "?")"
        }
        return prices.isEmpty ? [] : [Self.titled("prices", prices.joined(separator: ", "))]
    }

    /// On the tick of the instrument that `entry` is about.
    private func shown(_ entry: JSONValue, _ key: String) -> String? {
        let text = entry[key]?.string
        return read?.shown(text, of: entry["instrument"]?.string) ?? text
    }

    private func positions(_ status: JSONValue) -> [[String]] {
        let rows = (status["positions"]?.array ?? []).map { position -> [String] in
            let distance = position["liquidation_distance"]?.string.flatMap(Double.init)
            let covered = position["protected"]?.string == position["quantity"]?.string
            return [
                position["instrument"]?.string ?? "?", position["side"]?.string ?? "?",
                position["quantity"]?.string ?? "?", shown(position, "entry_price") ?? "-",
                shown(position, "mark") ?? "-", position["unrealised"]?.string ?? "-", shown(position, "stop") ?? "-",
                covered ? "yes" : position["closing"]?.bool == true ? "closing" : "NO",
                distance.map { String(format: "%.1f %%", $0 * 100) } ?? "not told",
            ]
        }
        let head = [
            "instrument", "side", "quantity", "entry", "mark", "unrealised", "stop", "protected", "to liquidation",
        ]
        return rows.isEmpty ? [] : [head] + rows
    }

    private func orders(_ status: JSONValue) -> [[String]] {
        let rows = (status["orders"]?.array ?? []).map { order in
            [
                order["instrument"]?.string ?? "?", order["role"]?.string ?? "?", order["side"]?.string ?? "?",
                order["quantity"]?.string ?? "?", shown(order, "price") ?? "market",
                order["reduce_only"]?.bool == true ? "reduce-only" : "",
            ]
        }
        return rows.isEmpty ? [] : [["instrument", "role", "side", "quantity", "price", ""]] + rows
    }

    // MARK: Layout

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? ["", "\(title): none"] : ["", title] + lines.map { "  " + $0 }
    }

    private func table(_ title: String, _ rows: [[String]]) -> [String] {
        guard let head = rows.first else { return ["", "\(title): none"] }
        let widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.enumerated().map { number, row in
            let cells = row.enumerated().map { column, text in
                text.padding(toLength: widths[column], withPad: " ", startingAt: 0)
            }
            let line = "  " + cells.joined(separator: "  ").trimmingCharacters(in: .init(charactersIn: " ")).description
            return number == 0 ? Terminal.coloured(line, .dim) : line
        }
        return ["", title] + lines
    }
}

extension JSON {
    /// The same value, for output.
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .number(let digits): self = Int(digits).map { .integer($0) } ?? .number(Double(digits) ?? .nan)
        case .string(let text): self = .string(text)
        case .array(let items): self = .array(items.map(JSON.init))
        case .object(let members): self = .object(members.map { ($0.name, JSON($0.value)) })
        }
    }
}
