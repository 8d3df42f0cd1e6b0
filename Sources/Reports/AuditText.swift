import Market
public import Research

extension LookaheadAudit {
    /// The audit for a terminal: a line a cut.
    public var text: String {
        var lines = ["", "look-ahead audit: the run is repeated on data that ends at each cut"]
        for cut in cuts {
            let verdict = cut.difference.map { "DIFFERS: \($0)" } ?? "same"
            lines.append(
                "  \(cut.time)  \(cut.decisions) decisions, \(cut.fills) fills, \(cut.trades) trades, "
                    + "\(cut.equityPoints) equity points: \(verdict)")
        }
        lines.append(passed ? "passed: nothing before a cut depends on what came after it" : "FAILED")
        return lines.joined(separator: "\n") + "\n\n"
    }

    public var json: JSON {
        .object([
            ("schema", .string("trident.audit/1")), ("passed", .bool(passed)),
            (
                "cuts",
                .array(
                    cuts.map { cut in
                        .object([
                            ("time", .time(cut.time)), ("decisions", .integer(cut.decisions)),
                            ("fills", .integer(cut.fills)), ("trades", .integer(cut.trades)),
                            ("equity_points", .integer(cut.equityPoints)), ("journal", .string(cut.journal)),
                            ("journal_without_future", .string(cut.journalWithoutFuture)),
                            ("difference", cut.difference.map { .string($0) } ?? .null),
                        ])
                    })
            ),
        ])
    }
}
