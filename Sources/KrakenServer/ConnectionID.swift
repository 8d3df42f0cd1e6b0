/// One WebSocket connection to the local exchange, for as long as it lives.
public struct ConnectionID: Hashable, Comparable, Sendable {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }

    public static func < (a: ConnectionID, b: ConnectionID) -> Bool { a.number < b.number }
}
