public import Foundation
import Market
public import Wire

/// A status file as it was written last.
public struct SessionStatus: Sendable {
    public let json: JSONValue

    /// Nil when there is none, when it cannot be read, or when it was written before `moment`.
    public init?(reading path: String, writtenAfter moment: Date = .distantPast) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        let written = Double(facts.st_mtim.tv_sec) + Double(facts.st_mtim.tv_nsec) / 1e9
        guard Date(timeIntervalSince1970: written) >= moment else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        do { json = try JSONValue(Array(data)) } catch { return nil }
    }

    /// A price for the eye: on the instrument's tick, as it could stand in an order book. As it is where the tick is not
    /// told.
    public func shown(_ price: String?, of instrument: String?) -> String? {
        guard let price else { return nil }
        let told = json["prices"]?.array?.first { $0["instrument"]?.string == instrument }?["tick"]?.string
        guard let tick = told.flatMap(Self.price), tick.isPositive, let exact = Self.price(price) else { return price }
        return exact.rounded(to: tick, .nearestEven).description
    }

    private static func price(_ text: String) -> Price? {
        do { return try Price(text) } catch { return nil }
    }

    public var safety: String? { json["safety"]?.string }

    private var positions: [JSONValue] { json["positions"]?.array ?? [] }

    /// Whether the exchange has confirmed that no entry is left and, when asked for, nothing else either.
    public func isDone(flat: Bool) -> Bool { json[flat ? "flat" : "entries_ended"]?.bool == true }

    /// What is still there, in words.
    public var left: String {
        let orders = json["orders"]?.array?.count ?? 0
        return "\(positions.count) positions, \(orders) orders"
    }
}
