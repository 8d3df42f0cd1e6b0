import Foundation
public import Wire

/// A status file as it was written last.
public struct SessionStatus: Sendable {
    public let json: JSONValue

    /// Nil when there is none, or it cannot be read.
    public init?(reading path: String) {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        do { json = try JSONValue(Array(data)) } catch { return nil }
    }

    public var safety: String? { json["safety"]?.string }

    private var positions: [JSONValue] { json["positions"]?.array ?? [] }

    /// Whether no entry is left at the exchange and, when asked for, no position and no order either.
    public func isDone(flat: Bool) -> Bool {
        let isEntering = (json["orders"]?.array ?? []).contains { $0["role"]?.string == "entry" }
        return !isEntering && (!flat || (positions.isEmpty && (json["orders"]?.array ?? []).isEmpty))
    }

    /// What is still there, in words.
    public var left: String {
        let orders = json["orders"]?.array?.count ?? 0
        return "\(positions.count) positions, \(orders) orders"
    }
}
