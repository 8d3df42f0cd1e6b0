import Market

/// Text that is safe inside an HTML element or attribute.
func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        default: result.append(character)
        }
    }
    return result
}

/// How numbers look to a reader.
enum Shown {
    /// `+1,234.50` dollars; a true minus sign.
    static func money(_ value: Money, signed: Bool = false) -> String {
        let text = value.magnitude.formatted(2)
        let sign = value.isNegative ? "−" : signed && value.isPositive ? "+" : ""
        return sign + grouped(text)
    }

    /// `12.3 %`, or a dash for what does not exist.
    static func percent(_ value: Double?, _ places: Int = 1, signed: Bool = false) -> String {
        guard let value, value.isFinite else { return "–" }
        return number(value * 100, places, signed: signed) + " %"
    }

    static func number(_ value: Double?, _ places: Int = 2, signed: Bool = false) -> String {
        guard let value, value.isFinite, let amount = Money(value.magnitude, rounding: .nearestEven) else {
            return "–"
        }
        let text = amount.formatted(places)
        let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
        let sign = isZero ? "" : value < 0 ? "−" : signed ? "+" : ""
        return sign + grouped(text)
    }

    static func day(_ time: Timestamp?) -> String { time.map { CalendarDay($0).description } ?? "–" }

    /// `2024-01-31 16:00`.
    static func minute(_ time: Timestamp) -> String {
        String(time.description.prefix(16)).replacing("T", with: " ")
    }

    /// The class that colours a result.
    static func tone(_ value: Double?) -> String {
        guard let value, value != 0 else { return "" }
        return value > 0 ? "gain" : "loss"
    }

    static func words(_ name: String) -> String { name.replacing("_", with: " ") }

    private static func grouped(_ text: String) -> String {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        var result = ""
        for (index, digit) in parts[0].enumerated() {
            if index > 0, (parts[0].count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return parts.count > 1 ? result + "." + parts[1] : result
    }
}

/// A table whose first column and `left` columns are text.
func table(_ heads: [String], _ rows: [[String]], class name: String = "") -> String {
    let head = heads.map { "<th>\($0)</th>" }.joined()
    let body = rows.map { "<tr>" + $0.map { "<td>\($0)</td>" }.joined() + "</tr>" }.joined(separator: "\n")
    return
        "<div class=\"scroll\"><table class=\"\(name)\"><thead><tr>\(head)</tr></thead><tbody>\(body)</tbody></table></div>"
}

func panel(_ title: String, _ content: String, note: String = "", id: String = "") -> String {
    let attribute = id.isEmpty ? "" : " id=\"\(id)\""
    let remark = note.isEmpty ? "" : "<p>\(note)</p>"
    return "<section class=\"panel\"\(attribute)><h2>\(title)</h2>\(remark)\(content)</section>\n"
}
