public import Market
public import Wire

/// How a session stands, for people: what its status says, read back.
public struct Standing: Hashable, Sendable {
    public struct Holding: Hashable, Sendable {
        public let instrument: String
        public let side: String
        public let quantity: String
        public let entryPrice: String?
        public let mark: String?
        /// The protected quantity.
        public let protected: String?
        public let stop: String?
        public let unrealised: String?
    }

    public let mode: String
    public let account: String
    public let phase: String
    public let causes: [String]
    public let safety: String?
    public let safetyReason: String?
    public let equity: Money?
    public let initialMargin: Money?
    public let trades: Int64?
    /// For how long anything was held without an acknowledged stop for all of it, since the journal was begun.
    public let nakedSeconds: Double?
    public let orders: Int
    public let holdings: [Holding]

    /// Reads what `Sources/Sessions/Status.swift` writes.
    public init(status: [UInt8]) throws(WireError) {
        let value = try JSONValue(status)
        mode = value["mode"]?.string ?? ""
        account = value["account"]?.string ?? ""
        phase = value["phase"]?.string ?? ""
        causes = (value["hold"]?.array ?? []).compactMap(\.string)
        safety = value["safety"]?.string
        safetyReason = value["safety_reason"]?.string
        equity = value["equity"]?.amount()
        initialMargin = value["initial_margin"]?.amount()
        trades = value["trades"]?.integer
        nakedSeconds = value["naked_seconds"]?.digits.flatMap(Double.init)
        orders = value["orders"]?.array?.count ?? 0
        holdings = (value["positions"]?.array ?? []).map { position in
            Holding(
                instrument: position["instrument"]?.digits ?? "", side: position["side"]?.digits ?? "",
                quantity: position["quantity"]?.digits ?? "", entryPrice: position["entry_price"]?.digits,
                mark: position["mark"]?.digits, protected: position["protected"]?.digits,
                stop: position["stop"]?.digits, unrealised: position["unrealised"]?.digits)
        }
    }

    /// The answer to `/status`.
    public var lines: [String] {
        var lines = ["\(mode) \(account): \(phase)" + (causes.isEmpty ? "" : ": " + causes.joined(separator: "; "))]
        if let safety { lines.append("safety: \(safety)" + (safetyReason.map { " (\($0))" } ?? "")) }
        lines.append("equity: " + (equity.map { "\($0) USD" } ?? "not known"))
        lines.append(
            "positions: \(holdings.count), orders: \(orders), trades: \(trades.map(String.init) ?? "not known")")
        return lines
    }

    /// The answer to `/positions`.
    public var positionLines: [String] {
        holdings.isEmpty ? ["no open position"] : holdings.map(\.line)
    }
}

extension Standing.Holding {
    var line: String {
        "\(instrument) \(side) \(quantity) from \(entryPrice ?? "?"), mark \(mark ?? "?"), stop \(stop ?? "none")"
            + ", protected \(protected ?? "?"), unrealised \(unrealised ?? "?")"
    }
}
